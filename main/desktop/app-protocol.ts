/** The window's own files under `app://bundle/`: a fixed list, with the same headers that `serve` sends. */
import { protocol, type Session } from 'electron';
import { SECURITY_HEADERS } from '../serve/headers.ts';
import { readStaticFiles } from '../serve/static-files.ts';

/** Address of the window's page. */
export const PAGE_ORIGIN = 'app://bundle';

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers `app://bundle/...` in one session from the built window. */
export function serveApp(session: Session, windowFolder: string): void {
  const files = readStaticFiles(windowFolder);
  session.protocol.handle('app', (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === 'bundle' && request.method === 'GET' ? files.get(pathname) : undefined;
    if (file === undefined) return new Response(null, { status: 404, headers: SECURITY_HEADERS });
    return new Response(new Uint8Array(file.bytes), {
      headers: { ...SECURITY_HEADERS, 'Content-Type': file.type },
    });
  });
}
