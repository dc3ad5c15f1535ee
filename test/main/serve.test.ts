/** Every route of the server, asked by those who may not; and what those who may get. */
import { statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { REQUEST_NAMES } from '../../core/rpc/names.ts';
import { REQUEST_SCHEMAS } from '../../core/rpc/schemas.ts';
import { MOST_BODY_BYTES } from '../../main/serve/answers.ts';
import { requireLoopback } from '../../main/serve.ts';
import { type ServedProject, serveMadeProject } from './serve/fixture.ts';

type Sent = { method?: string; path: string; headers?: Record<string, string>; body?: string };
type Got = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

let served: ServedProject;
beforeAll(async () => {
  served = await serveMadeProject(3);
});
afterAll(() => served.close());

/** A request with exactly these headers; fetch would not let a Host be chosen. */
function send({ method = 'POST', path, headers = {}, body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: served.running.port,
        method,
        path,
        headers: { Host: `127.0.0.1:${served.running.port}`, Connection: 'close', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

const token = (): Record<string, string> => ({ Authorization: `Bearer ${served.running.token}` });
const JSON_HEADERS = { 'Content-Type': 'application/json', 'X-Dubscope': '1' };
const rpc = (name: string, argument: unknown = {}, headers: Record<string, string> = {}): Promise<Got> =>
  send({
    path: `/rpc/${name}`,
    headers: { ...JSON_HEADERS, ...token(), ...headers },
    body: JSON.stringify(argument),
  });

/** Who may not come in, as the headers they would send. */
const STRANGERS: Record<string, () => { headers: Record<string, string>; status: number }> = {
  'no token': () => ({ headers: {}, status: 401 }),
  'a wrong token': () => ({ headers: { Authorization: `Bearer ${'A'.repeat(43)}` }, status: 401 }),
  'a wrong cookie': () => ({
    headers: { Cookie: `dubscope-${served.running.port}=${'A'.repeat(43)}` },
    status: 401,
  }),
  'another kind of authorisation': () => ({ headers: { Authorization: 'Basic x' }, status: 401 }),
  'another host name': () => ({
    headers: { ...token(), Host: `evil.test:${served.running.port}` },
    status: 421,
  }),
  'an address of all networks': () => ({
    headers: { ...token(), Host: `0.0.0.0:${served.running.port}` },
    status: 421,
  }),
  'a foreign origin': () => ({ headers: { ...token(), Origin: 'http://evil.test' }, status: 403 }),
  'a page on another port': () => ({ headers: { ...token(), Origin: 'http://127.0.0.1:1' }, status: 403 }),
  'a page without an origin of its own': () => ({ headers: { ...token(), Origin: 'null' }, status: 403 }),
  'a cross-site fetch': () => ({ headers: { ...token(), 'Sec-Fetch-Site': 'cross-site' }, status: 403 }),
  'a same-site fetch of another port': () => ({
    headers: { ...token(), 'Sec-Fetch-Site': 'same-site' },
    status: 403,
  }),
};

const ROUTES: Sent[] = [
  ...Object.keys(REQUEST_NAMES).map((name) => ({ path: `/rpc/${name}`, headers: JSON_HEADERS, body: '{}' })),
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/index.html' },
  { method: 'GET', path: '/mark.svg' },
  { method: 'GET', path: '/nothing' },
];

describe('the gate', () => {
  it('has a route for every request of the contract', () => {
    expect(Object.keys(REQUEST_NAMES).sort()).toEqual(Object.keys(REQUEST_SCHEMAS).sort());
  });

  for (const [who, headersOf] of Object.entries(STRANGERS)) {
    it(`refuses every route to ${who}`, async () => {
      const before = await rpc('project/summary');
      const { headers, status } = headersOf();
      const answers = await Promise.all(
        ROUTES.map((route) => send({ ...route, headers: { ...route.headers, ...headers } })),
      );
      expect(answers.map((answer) => answer.status)).toEqual(ROUTES.map(() => status));
      for (const answer of answers) {
        expect(answer.body).not.toContain('films');
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['x-frame-options']).toBe('DENY');
      }
      expect((await rpc('project/summary')).body).toBe(before.body);
    });
  }

  it('opens no WebSocket to strangers, nor to a page that does not say where it is from', async () => {
    const refusals: Record<string, Record<string, string>> = {
      ...Object.fromEntries(
        Object.entries(STRANGERS)
          .filter(([who]) => !who.includes('fetch'))
          .map(([who, of]) => [who, of().headers]),
      ),
      'a session without an origin': { Cookie: await openSession() },
    };
    for (const [who, headers] of Object.entries(refusals)) {
      expect(await socketOpens(headers), who).toBe(false);
    }
    expect(await socketOpens(token())).toBe(true);
    expect(await socketOpens({ Cookie: await openSession(), Origin: served.running.origin })).toBe(true);
  });

  it('allows no other page to read: no CORS header, also not on a preflight', async () => {
    const preflight = await send({
      method: 'OPTIONS',
      path: '/rpc/project/summary',
      headers: { Origin: 'http://evil.test', 'Access-Control-Request-Method': 'POST' },
    });
    const answers = [preflight, await rpc('project/summary'), await send({ method: 'GET', path: '/' })];
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    expect(preflight.status).toBe(403);
  });

  it('takes only JSON that a page had to ask for', async () => {
    const post = (headers: Record<string, string>, body = '{}'): Promise<Got> =>
      send({ path: '/rpc/journal/undo', headers: { ...token(), ...headers }, body });
    expect((await post({ 'Content-Type': 'text/plain', 'X-Dubscope': '1' })).status).toBe(415);
    expect((await post({ 'X-Dubscope': '1' })).status).toBe(415);
    expect((await post({ 'Content-Type': 'application/json' })).status).toBe(403);
    expect((await post(JSON_HEADERS, '{')).status).toBe(400);
    expect((await send({ method: 'GET', path: '/rpc/journal/undo', headers: token() })).status).toBe(405);
    const long = await rpc('view/save', { name: 'x'.repeat(MOST_BODY_BYTES), filter: {} });
    expect(long.status).toBe(413);
  });

  it('finds no file by a crooked path', async () => {
    const paths = ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '//etc/passwd'];
    for (const path of [...paths, '/assets/../../package.json', '/index.html%00', '/.built-from']) {
      expect((await send({ method: 'GET', path, headers: token() })).status, path).toBe(404);
    }
    for (const name of ['__proto__', 'constructor', 'project/nothing', '']) {
      expect((await rpc(name)).status, name).toBe(404);
    }
  });
});

describe('the token', () => {
  it('stands in a file that only its owner can read, and is as long as it must be', async () => {
    const folder = join(served.folder, '..', 'run');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, `serve-${served.running.port}.json`)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(served.running.token, 'base64url')).toHaveLength(32);
    expect(new URL(served.running.address).hash).toBe(`#${served.running.token}`);
  });

  it('is exchanged for a cookie that no script and no other site gets', async () => {
    const answer = await exchange(served.running.token);
    expect(answer.status).toBe(204);
    expect(String(answer.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(String(answer.headers['set-cookie'])).not.toContain(served.running.token);
    expect((await exchange('A'.repeat(43))).status).toBe(401);
    expect((await exchange(served.running.token, { Origin: 'http://evil.test' })).status).toBe(403);
    expect((await exchange(served.running.token, { Host: 'evil.test' })).status).toBe(421);
  });

  it('and its sessions end with the start they belong to', async () => {
    const earlier = { token: served.running.token, cookie: await openSession() };
    const ask = (headers: Record<string, string>): Promise<Got> =>
      send({ path: '/rpc/project/summary', headers: { ...JSON_HEADERS, ...headers }, body: '{}' });
    expect((await ask({ Cookie: earlier.cookie })).status).toBe(200);
    await served.restart();
    const cookie = earlier.cookie.replace(/^dubscope-\d+/, `dubscope-${served.running.port}`);
    expect((await ask({ Cookie: cookie })).status).toBe(401);
    expect((await ask({ Authorization: `Bearer ${earlier.token}` })).status).toBe(401);
  });
});

describe('the contract over HTTP', () => {
  it('answers, and tells errors as data without a stack', async () => {
    const summary = JSON.parse((await rpc('project/summary')).body) as Record<string, unknown>;
    expect(summary).toMatchObject({ ok: true, value: { titleCount: 3, pairCount: 12 } });
    expect(JSON.parse((await rpc('pair/get', { pairId: 'p_none' })).body)).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    });
    const bad = await rpc('pair/list', { limit: 'all', more: 1 });
    expect(JSON.parse(bad.body)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(bad.body).not.toContain('stack');
  });

  it('keeps the page to its project and its reports to the project folder', async () => {
    for (const [name, argument] of [
      ['project/open', { folder: '/' }],
      ['project/create', { folder: '/tmp/other' }],
      ['project/close', {}],
      ['report/write', { folder: '/tmp/other' }],
    ] as const) {
      const answer = JSON.parse((await rpc(name, argument)).body) as unknown;
      expect(answer, name).toMatchObject({ ok: false, error: { code: 'PATH_DENIED' } });
    }
    expect(JSON.parse((await rpc('project/summary')).body)).toMatchObject({ ok: true });
  });

  it('tells of changes over the WebSocket, and hangs up on whoever talks there', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.running.port}/events`, { headers: token() });
    await new Promise((resolve) => socket.once('open', resolve));
    const heard = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    await rpc('title/set-split', { titleIds: ['t_0'], split: 'heldout' });
    expect(JSON.parse(String(await heard))).toEqual({ name: 'project/changed', payload: { what: 'titles' } });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('{"name":"journal/undo"}');
    expect(await closed).toBe(1008);
  });
});

describe('another address than this machine', () => {
  it('is refused with the way to do it', () => {
    for (const address of ['0.0.0.0', '::', '192.168.1.2', 'example.org']) {
      expect(() => requireLoopback(address, 4823), address).toThrow(/ssh -L 4823:127\.0\.0\.1:4823/);
    }
    expect(() => requireLoopback('127.0.0.1', 4823)).not.toThrow();
  });
});

function exchange(text: string, headers: Record<string, string> = {}): Promise<Got> {
  return send({
    path: '/session',
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ token: text }),
  });
}

async function openSession(): Promise<string> {
  const { headers } = await exchange(served.running.token);
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

function socketOpens(headers: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.running.port}/events`, { headers });
    socket.once('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
