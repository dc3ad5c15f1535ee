/** Every route of the server, asked by all who may not; and crooked paths asked by one who may. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUEST_NAMES } from '../../../core/rpc/names.ts';
import { REQUEST_SCHEMAS } from '../../../core/rpc/schemas.ts';
import { MEDIA_KINDS } from '../../../main/media/media-path.ts';
import { MOST_BODY_BYTES } from '../../../main/serve/answers.ts';
import { EVENTS_PATH } from '../../../main/serve/events.ts';
import { readStaticFiles } from '../../../main/serve/static-files.ts';
import { ensureBuilt } from '../../../main/window-build.ts';
import { mediaUrl } from '../../../renderer/lib/media-url.ts';
import {
  bearer,
  exchangeAt,
  type Got,
  JSON_HEADERS,
  openSessionAt,
  rpcTo,
  type Sent,
  sendTo,
  socketOpens,
} from './ask.ts';
import { type ServedFilms, serveFilms } from './real-media.ts';

/** Where a finished export is fetched. */
const EXPORTED = '/exports/pairs.csv';
let films: ServedFilms;
let routes: Sent[];
const asked = () => films.served.running;
const send = (sent: Sent): Promise<Got> => sendTo(asked(), sent);
const token = (): Record<string, string> => bearer(asked());

/** What one who may come in gets from each kind of media. */
const MEDIA: Record<(typeof MEDIA_KINDS)[number], () => string> = {
  thumb: () => mediaUrl('thumb', films.shotId, { sec: 1 }),
  video: () => mediaUrl('video', films.shotId),
  sound: () => mediaUrl('sound', films.trackId, { from: 0, to: 1 }),
  spectrum: () => mediaUrl('spectrum', films.trackId, { from: 0, to: 1, columns: 9 }),
};

beforeAll(async () => {
  films = await serveFilms();
  await exportTable('pairs.csv');
  const pages = [...readStaticFiles(await ensureBuilt('renderer')).keys()];
  routes = [
    ...Object.keys(REQUEST_NAMES).map((name) => ({
      path: `/rpc/${name}`,
      headers: JSON_HEADERS,
      body: '{}',
    })),
    ...[...pages, '/nothing', EVENTS_PATH].map((path) => ({ method: 'GET', path })),
    ...['GET', 'HEAD', 'DELETE'].map((method) => ({ method, path: EXPORTED })),
    ...MEDIA_KINDS.flatMap((kind) =>
      ['GET', 'HEAD'].map((method) => ({ method, path: MEDIA[kind](), headers: { Range: 'bytes=0-9' } })),
    ),
  ];
});
afterAll(() => films.close());

async function exportTable(path: string): Promise<void> {
  const { client } = films.served.host;
  const { jobId } = await client.call('export/start', { kind: 'pairs', path });
  while ((await client.call('job/get', { jobId })).state !== 'succeeded')
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Who may not come in, as the headers they would send. */
const STRANGERS: Record<string, () => { headers: Record<string, string>; status: number }> = {
  'no token': () => ({ headers: {}, status: 401 }),
  'a wrong token': () => ({ headers: { Authorization: `Bearer ${'A'.repeat(43)}` }, status: 401 }),
  'an empty token': () => ({ headers: { Authorization: 'Bearer ' }, status: 401 }),
  'a token cut short': () => ({
    headers: { Authorization: `Bearer ${asked().token.slice(0, -1)}` },
    status: 401,
  }),
  'the token in a query': () => ({ headers: { 'X-Query': '1' }, status: 401 }),
  'a wrong cookie': () => ({
    headers: { Cookie: `dubscope-${asked().port}=${'A'.repeat(43)}` },
    status: 401,
  }),
  'the token as a cookie': () => ({
    headers: { Cookie: `dubscope-${asked().port}=${asked().token}` },
    status: 401,
  }),
  'another kind of authorisation': () => ({ headers: { Authorization: 'Basic x' }, status: 401 }),
  'another host name': () => ({ headers: { ...token(), Host: `evil.test:${asked().port}` }, status: 421 }),
  'a host name that begins as ours': () => ({
    headers: { ...token(), Host: `127.0.0.1.evil.test:${asked().port}` },
    status: 421,
  }),
  'a host name with a name before it': () => ({
    headers: { ...token(), Host: `localhost@evil.test:${asked().port}` },
    status: 421,
  }),
  'an address of all networks': () => ({
    headers: { ...token(), Host: `0.0.0.0:${asked().port}` },
    status: 421,
  }),
  'a foreign origin': () => ({ headers: { ...token(), Origin: 'http://evil.test' }, status: 403 }),
  'a page on another port': () => ({ headers: { ...token(), Origin: 'http://127.0.0.1:1' }, status: 403 }),
  'our page over another scheme': () => ({
    headers: { ...token(), Origin: `https://127.0.0.1:${asked().port}` },
    status: 403,
  }),
  'our other name': () => ({
    headers: { ...token(), Origin: `http://localhost:${asked().port}` },
    status: 403,
  }),
  'a page without an origin of its own': () => ({ headers: { ...token(), Origin: 'null' }, status: 403 }),
  'a cross-site fetch': () => ({ headers: { ...token(), 'Sec-Fetch-Site': 'cross-site' }, status: 403 }),
  'a same-site fetch of another port': () => ({
    headers: { ...token(), 'Sec-Fetch-Site': 'same-site' },
    status: 403,
  }),
};

describe('strangers', () => {
  it('are tried on every request of the contract, every file of the page, all media and an export', async () => {
    expect(Object.keys(REQUEST_NAMES).sort()).toEqual(Object.keys(REQUEST_SCHEMAS).sort());
    for (const kind of MEDIA_KINDS) {
      const { status, bytes } = await send({ method: 'GET', path: MEDIA[kind](), headers: token() });
      expect(status, kind).toBe(200);
      expect(bytes.length, kind).toBeGreaterThan(100);
    }
    const own = await send({ method: 'GET', path: EXPORTED, headers: token() });
    expect(own.bytes).toEqual(readFileSync(join(films.served.folder, EXPORTED)));
    expect(routes.length).toBeGreaterThan(Object.keys(REQUEST_NAMES).length + 12);
  });

  for (const [who, headersOf] of Object.entries(STRANGERS)) {
    it(`with ${who} get nothing from any route`, async () => {
      const before = await rpcTo(asked(), 'project/summary');
      const { headers, status } = headersOf();
      const isQuery = who.includes('query');
      const answers = await Promise.all(
        routes.map(async (route) => {
          const path = isQuery ? `${route.path.split('?')[0]}?token=${asked().token}` : route.path;
          const answer = await send({ ...route, path, headers: { ...route.headers, ...headers } });
          return { route, path, answer };
        }),
      );
      for (const { route, path, answer } of answers) {
        expect(answer.status, `${route.method ?? 'POST'} ${path}`).toBe(status);
        expect(answer.body).not.toMatch(/films|Film|\.mp4/);
        expect(answer.bytes.length).toBeLessThan(3000);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['content-range']).toBeUndefined();
        expect(answer.headers['x-frame-options']).toBe('DENY');
      }
      expect((await rpcTo(asked(), 'project/summary')).body).toBe(before.body);
    });
  }

  it('open no WebSocket, nor does a page that does not say where it is from', async () => {
    const refusals: Record<string, Record<string, string>> = {
      ...Object.fromEntries(Object.entries(STRANGERS).map(([who, of]) => [who, of().headers])),
      'a session without an origin': { Cookie: await openSessionAt(asked()) },
    };
    for (const [who, headers] of Object.entries(refusals)) {
      expect(await socketOpens(asked(), headers), who).toBe(false);
    }
    const cookie = await openSessionAt(asked());
    const own = { Cookie: cookie, Origin: asked().origin };
    expect(await socketOpens(asked(), token())).toBe(true);
    expect(await socketOpens(asked(), own)).toBe(true);
    for (const path of ['/', '/rpc/project/summary', `${EVENTS_PATH}/x`, '/media/video/a', '//events']) {
      expect(await socketOpens(asked(), own, path), path).toBe(false);
    }
  });

  it('read nothing over CORS: no such header, also not on a preflight of any route', async () => {
    for (const { path } of routes) {
      const preflight = await send({
        method: 'OPTIONS',
        path,
        headers: { Origin: 'http://evil.test', 'Access-Control-Request-Method': 'POST' },
      });
      expect(preflight.status, path).toBe(403);
      expect(corsHeaders(preflight)).toEqual([]);
    }
    const own = [
      await rpcTo(asked(), 'project/summary'),
      await send({ method: 'GET', path: '/', headers: token() }),
      await send({ method: 'GET', path: MEDIA.video(), headers: token() }),
      await send({ method: 'GET', path: EXPORTED, headers: token() }),
    ];
    for (const answer of own) {
      expect(answer.status).toBe(200);
      expect(corsHeaders(answer)).toEqual([]);
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('are held up after some wrong tokens, while one who may come in is not', async () => {
    await Promise.all(Array.from({ length: 10 }, () => exchangeAt(asked(), 'A'.repeat(43))));
    const guess = exchangeAt(asked(), 'B'.repeat(43)).then(() => 'guess');
    const own = rpcTo(asked(), 'project/summary').then(() => 'own');
    expect(await Promise.race([guess, own])).toBe('own');
    await guess;
  });
});

/** Crooked ends of a path, below any prefix. */
const CROOKED = [
  '..',
  '../..',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e/%2e%2e/etc/passwd',
  '%252e%252e%252fetc%252fpasswd',
  '..%5c..%5cetc%5cpasswd',
  '..\\..\\etc\\passwd',
  '....//....//etc/passwd',
  '%c0%ae%c0%ae/etc/passwd',
  '.%00./etc/passwd',
  'index.html%00',
  'index.html%00.png',
  '/etc/passwd',
  '//etc/passwd',
  '%2fetc%2fpasswd',
  'file:///etc/passwd',
  'C:/Windows/win.ini',
  'C:%5cWindows%5cwin.ini',
  '%5c%5chost%5cshare',
  'index.html/',
  'INDEX.HTML',
  'index.html::$DATA',
  'index.html.',
  '.built-from',
  '__proto__',
  'constructor',
  'a'.repeat(8000),
  '%',
  '%zz',
  '%u002e%u002e',
  ';/../../etc/passwd',
  '?/../../etc/passwd',
];

describe('crooked paths, with the token', () => {
  it('find no file and no media, below any prefix', async () => {
    const passwd = readFileSync('/etc/passwd', 'utf8').slice(0, 20);
    const exported = ['/exports/', '/exports/pairs.csv/', '/exports/nothing/'];
    const prefixes = [
      '/',
      '/assets/',
      ...exported,
      '/media/',
      ...MEDIA_KINDS.map((kind) => `/media/${kind}/`),
      '/rpc/',
    ];
    for (const prefix of prefixes) {
      for (const end of CROOKED) {
        const path = `${prefix}${end}`;
        // The page itself and nothing else lies at "/" with a query.
        const isPage = path === '/?/../../etc/passwd';
        for (const headers of [token(), { ...token(), Range: 'bytes=0-99' }]) {
          const { status, body } = await send({ method: 'GET', path, headers });
          if (isPage) expect(body).toContain('<!doctype html>');
          else expect([400, 404], path.slice(0, 80)).toContain(status);
          expect(body).not.toContain(passwd);
          expect(body).not.toContain('root:');
        }
      }
    }
  });

  it('as an absolute address or with raw bytes change nothing', async () => {
    const raw = async (target: string): Promise<string> => {
      const line = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${asked().port}\r\nAuthorization: Bearer ${asked().token}\r\nConnection: close\r\n\r\n`;
      return rawAnswer(asked().port, line);
    };
    for (const target of [
      'http://evil.test/rpc/project/summary',
      'file:///etc/passwd',
      '*',
      '/\0/../etc/passwd',
      '/\x7f',
      '/media/video/\0',
      'etc/passwd',
      `/${'../'.repeat(4000)}etc/passwd`,
    ]) {
      expect(await raw(target), JSON.stringify(target.slice(0, 40))).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect((await rpcTo(asked(), 'project/summary')).status).toBe(200);
  });

  it('a request is found by its exact name only, with POST, as JSON that a page had to ask for', async () => {
    for (const name of [
      '__proto__',
      'constructor',
      'project/nothing',
      '',
      'project/summary/',
      'PROJECT/SUMMARY',
    ]) {
      expect((await rpcTo(asked(), name)).status, name).toBe(404);
    }
    const post = (headers: Record<string, string>, body = '{}'): Promise<Got> =>
      send({ path: '/rpc/journal/undo', headers: { ...token(), ...headers }, body });
    expect((await post({ 'Content-Type': 'text/plain', 'X-Dubscope': '1' })).status).toBe(415);
    expect((await post({ 'Content-Type': 'application/jsonp', 'X-Dubscope': '1' })).status).toBe(415);
    expect((await post({ 'X-Dubscope': '1' })).status).toBe(415);
    expect((await post({ 'Content-Type': 'application/json' })).status).toBe(403);
    expect((await post(JSON_HEADERS, '{')).status).toBe(400);
    for (const name of Object.keys(REQUEST_NAMES)) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await send({ method, path: `/rpc/${name}`, headers: token() });
        expect(answer.status, `${method} ${name}`).toBe(405);
      }
    }
    const long = await rpcTo(asked(), 'view/save', { name: 'x'.repeat(MOST_BODY_BYTES), filter: {} });
    expect(long.status).toBe(413);
  });

  it('the page is not found where it was not built', () => {
    expect(readStaticFiles(join(films.media, 'A Film', 'en')).size).toBe(0);
  });
});

function corsHeaders({ headers }: Got): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control'));
}

function rawAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('end', () => resolve(answer));
    socket.once('error', reject);
  });
}
