/** The window's own files under `app://bundle/`: a fixed list, with the same headers that `serve` sends. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { protocol, type Session } from 'electron';
import { MEDIA_PREFIX } from '../media/media-path.ts';
import { SECURITY_HEADERS } from '../serve/headers.ts';
import { readStaticFiles } from '../serve/static-files.ts';
import type { HostLink } from './host-link.ts';

/** Address of the window's page. */
export const PAGE_ORIGIN = 'app://bundle';

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Answers `app://bundle/...` in one session: the built window, and media from the host. */
export function serveApp(session: Session, windowFolder: string, host: HostLink): void {
  const files = readStaticFiles(windowFolder);
  session.protocol.handle('app', (request) => {
    const url = new URL(request.url);
    const isReading = url.host === 'bundle' && request.method === 'GET';
    if (isReading && url.pathname.startsWith(MEDIA_PREFIX)) return mediaResponse(host, url, request);
    const file = isReading ? files.get(url.pathname) : undefined;
    if (file === undefined) return new Response(null, { status: 404, headers: SECURITY_HEADERS });
    return new Response(new Uint8Array(file.bytes), {
      headers: { ...SECURITY_HEADERS, 'Content-Type': file.type },
    });
  });
}

async function mediaResponse(host: HostLink, { pathname, search }: URL, request: Request): Promise<Response> {
  const wanted = { url: `${pathname}${search}`, range: request.headers.get('Range') };
  const { status, headers, body } = await host.media(wanted);
  const all = { ...SECURITY_HEADERS, ...headers };
  if (body.kind === 'none') return new Response(null, { status, headers: all });
  if (body.kind === 'bytes') return new Response(new Uint8Array(body.bytes), { status, headers: all });
  const file = createReadStream(body.path, { start: body.start, end: body.end });
  return new Response(Readable.toWeb(file), {
    status,
    headers: all,
  });
}
