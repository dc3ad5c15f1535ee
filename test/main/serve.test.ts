/** The server for those who may come in: its token, its sessions, the contract. Strangers: serve/routes-security.test.ts. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requireLoopback } from '../../main/serve.ts';
import {
  bearer,
  exchangeAt,
  type Got,
  JSON_HEADERS,
  openSessionAt,
  rpcTo,
  type Sent,
  sendTo,
} from './serve/ask.ts';
import { type ServedProject, serveMadeProject } from './serve/fixture.ts';

let served: ServedProject;
beforeAll(async () => {
  served = await serveMadeProject(3);
});
afterAll(() => served.close());

const send = (sent: Sent): Promise<Got> => sendTo(served.running, sent);
const token = (): Record<string, string> => bearer(served.running);
const rpc = (name: string, argument: unknown = {}): Promise<Got> => rpcTo(served.running, name, argument);

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

const exchange = (text: string, headers: Record<string, string> = {}): Promise<Got> =>
  exchangeAt(served.running, text, headers);
const openSession = (): Promise<string> => openSessionAt(served.running);
