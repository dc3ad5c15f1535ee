/** The route of exports, asked by one who may come in: nothing but what the list of exports holds. */
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, type Got, sendTo } from './ask.ts';
import { type ServedProject, serveMadeProject } from './fixture.ts';

const EXPORTED = '/exports/pairs.csv';
let served: ServedProject;
beforeAll(async () => {
  served = await serveMadeProject(2);
  writeFileSync(join(served.folder, EXPORTED), 'key,verdict\n');
});
afterAll(() => served.close());

describe.skipIf(process.platform === 'win32')('the route of exports', () => {
  it('answers only names that are listed: no link, nothing hidden, nothing beside the folder', async () => {
    const { folder, running } = served;
    const inside = (name: string): string => join(folder, 'exports', name);
    mkdirSync(inside('shards'));
    mkdirSync(inside('.batch-1'));
    for (const name of ['shards/shards.json', 'shards/.hidden', '.pairs.csv.tmp-1', '.batch-1/a.json'])
      writeFileSync(inside(name), 'not for others');
    symlinkSync('/etc/passwd', inside('passwd.csv'));
    symlinkSync('/etc', inside('etc'));
    symlinkSync(join(folder, 'project.db'), inside('shards/project.csv'));
    const get = (path: string, method = 'GET'): Promise<Got> =>
      sendTo(running, { method, path, headers: bearer(running) });
    for (const path of [
      ...['passwd.csv', 'etc', 'etc/passwd', 'shards', 'shards/', 'shards/project.csv', 'shards/.hidden'],
      ...[
        '.pairs.csv.tmp-1',
        '.batch-1',
        '.batch-1/a.json',
        '',
        '.',
        '..',
        '../project.db',
        'shards/../pairs.csv',
      ],
      ...['%2e%2e%2fproject.db', 'shards%2fshards.json', 'shards/shards.json/x', 'PAIRS.CSV', 'pairs.csv%20'],
      ...['pairs.csv?x=1', 'pairs.csv%00', './pairs.csv', '%2e/pairs.csv', 'shards//shards.json'],
    ]) {
      const { status, body } = await get(`/exports/${path}`);
      expect(status, path).toBe(404);
      expect(body).not.toMatch(/root:|SQLite|not for others/);
    }
    expect((await get('/exports/shards/shards.json')).body).toBe('not for others');
    const head = await get(EXPORTED, 'HEAD');
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(statSync(inside('pairs.csv')).size),
      'content-disposition': `attachment; filename="pairs.csv"; filename*=UTF-8''pairs.csv`,
      'x-content-type-options': 'nosniff',
    });
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await get(EXPORTED, method)).status).toBe(405);
    expect(readdirSync(inside('')).length).toBe(6);
  });
});
