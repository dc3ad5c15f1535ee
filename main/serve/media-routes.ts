/** Media over HTTP: what the host answers, its files read in the range that was asked for. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Host } from '../host.ts';
import { sendSentence } from './answers.ts';
import { SECURITY_HEADERS } from './headers.ts';

const SENTENCES: Partial<Record<number, string>> = {
  400: 'This is no address of media.',
  404: 'There is nothing here.',
  416: 'The file is shorter than that.',
};

/** Answers `GET` and `HEAD` of `/media/...`. */
export async function sendMedia(
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendSentence(response, 405, 'Media are read with GET.');
  }
  const { status, headers, body } = await host.media({
    url: request.url ?? '',
    range: request.headers.range ?? null,
  });
  const sentence = SENTENCES[status];
  if (sentence !== undefined) return sendSentence(response, status, sentence);
  const length = body.kind === 'bytes' ? { 'Content-Length': String(body.bytes.length) } : {};
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...length });
  if (request.method === 'HEAD' || body.kind === 'none') response.end();
  else if (body.kind === 'bytes') response.end(body.bytes);
  else {
    // A player that has enough hangs up in the middle: no failure.
    await pipeline(createReadStream(body.path, { start: body.start, end: body.end }), response).catch(() =>
      response.destroy(),
    );
  }
}
