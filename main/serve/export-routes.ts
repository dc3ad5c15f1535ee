/** Exports over HTTP: whole files, as downloads that a browser neither shows nor runs. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { attachmentHeader } from '../exports/export-path.ts';
import type { Host } from '../host.ts';
import { sendSentence } from './answers.ts';
import { SECURITY_HEADERS } from './headers.ts';

/** Absent on Windows, where links need special rights to be made. */
const { O_RDONLY, O_NOFOLLOW = 0 } = constants;

/** Answers `GET` and `HEAD` of `/exports/...`. */
export async function sendExport(
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendSentence(response, 405, 'Exports are read with GET.');
  }
  const found = await host.exported(request.url ?? '');
  const handle = found === null ? null : await open(found.path, O_RDONLY | O_NOFOLLOW).catch(() => null);
  if (found === null || handle === null) {
    return sendSentence(response, 404, 'There is no such export. Look at the list again.');
  }
  try {
    const about = await handle.stat();
    if (!about.isFile()) return sendSentence(response, 404, 'There is no such export.');
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(about.size),
      'Content-Disposition': attachmentHeader(found.name),
    });
    if (request.method === 'HEAD' || about.size === 0) response.end();
    else {
      // As many bytes as were announced, should the file be growing. Who hangs up in the middle is no failure.
      const bytes = handle.createReadStream({ start: 0, end: about.size - 1, autoClose: false });
      await pipeline(bytes, response).catch(() => response.destroy());
    }
  } finally {
    await handle.close();
  }
}
