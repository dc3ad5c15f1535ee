/** The parts of the desktop shell that need no screen: the host process, what a page may ask, the preload script. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REQUEST_NAMES } from '../../core/rpc/names.ts';
import { type HostLink, startHost } from '../../main/desktop/host-link.ts';
import { pageRefusal } from '../../main/page-policy.ts';
import { ensureBuilt } from '../../main/window-build.ts';
import { temporaryFolder } from '../fixtures/project.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the host process', () => {
  const events: string[] = [];
  let temporary: ReturnType<typeof temporaryFolder>;
  let link: HostLink;
  beforeEach(() => {
    events.length = 0;
    temporary = temporaryFolder();
    link = startHost(ROOT, (name) => events.push(name));
  });
  afterEach(async () => {
    await link.close();
    temporary.remove();
  });

  it('answers each request by its own id, tells events, and gives the project back at the end', async () => {
    const folder = join(temporary.folder, 'films.dubscope');
    expect(await link.request('project/create', { folder })).toMatchObject({ ok: true });
    const [summary, unknown, pairs] = await Promise.all([
      link.request('project/summary', {}),
      link.request('project/nothing', {}),
      link.request('pair/count', {}),
    ]);
    expect(summary).toMatchObject({ ok: true, value: { name: 'films' } });
    expect(unknown).toMatchObject({ ok: false, error: { code: 'REQUEST_UNKNOWN' } });
    expect(pairs).toMatchObject({ ok: true, value: { total: 0 } });
    await link.request('view/save', { name: 'all', filter: {} });
    await expect.poll(() => events).toEqual(['project/changed']);

    const second = startHost(ROOT, () => {});
    expect(await second.request('project/open', { folder })).toMatchObject({
      ok: false,
      error: { code: 'PROJECT_IN_USE' },
    });
    await link.close();
    expect(await second.request('project/open', { folder })).toMatchObject({ ok: true });
    await second.close();
  });

  it('that ends unexpectedly is told as an error, and never leaves a question open', async () => {
    await link.request('job/list', {});
    const open = link.request('project/summary', {});
    await link.close();
    expect(await link.request('project/summary', {})).toMatchObject({
      ok: false,
      error: { code: 'WORKER_CRASHED' },
    });
    expect(await open).toMatchObject({ ok: false });
  });
});

describe('what a page may ask', () => {
  const desktop = { mayChangeProject: true, isGranted: (path: string) => path === '/chosen' };
  const codes = (policy: Parameters<typeof pageRefusal>[0], name: string, argument: unknown): string | null =>
    pageRefusal(policy, name, argument)?.code ?? null;

  it('is held to paths that were chosen in a dialog', () => {
    expect(codes(desktop, 'project/open', { folder: '/chosen' })).toBeNull();
    expect(codes(desktop, 'project/open', { folder: '/etc' })).toBe('PATH_DENIED');
    expect(codes(desktop, 'project/create', { folder: '/chosen/../etc' })).toBe('PATH_DENIED');
    expect(codes(desktop, 'import/start', { paths: ['/chosen'] })).toBeNull();
    expect(codes(desktop, 'import/start', { paths: ['/chosen', '/etc'] })).toBe('PATH_DENIED');
    expect(codes(desktop, 'report/write', { folder: '/chosen' })).toBe('PATH_DENIED');
    expect(codes(desktop, 'report/write', {})).toBeNull();
    expect(codes(desktop, 'report/compare', { seeds: [], folder: '/chosen' })).toBe('PATH_DENIED');
  });

  it('survives arguments of every shape', () => {
    for (const argument of [null, undefined, 3, 'x', [], { paths: 'x' }, { paths: [{}] }, { folder: {} }]) {
      for (const name of [...Object.keys(REQUEST_NAMES), '__proto__', '']) {
        expect(() => pageRefusal(desktop, name, argument)).not.toThrow();
      }
    }
  });
});

describe('the preload script', () => {
  it('is short, one file, and needs nothing but electron', async () => {
    expect(readFileSync(join(ROOT, 'preload', 'preload.ts'), 'utf8').split('\n').length).toBeLessThan(60);
    const built = readFileSync(join(await ensureBuilt('preload'), 'preload.cjs'), 'utf8');
    expect([...built.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1])).toEqual(['electron']);
    for (const name of Object.keys(REQUEST_NAMES)) expect(built).toContain(`"${name}"`);
  });

  it('and the shell are built from the present sources', async () => {
    const built = readFileSync(join(await ensureBuilt('desktop'), 'desktop.cjs'), 'utf8');
    for (const setting of ['sandbox: true', 'contextIsolation: true', 'nodeIntegration: false']) {
      expect(built).toContain(setting);
    }
    expect(built).toContain('} = process.env;');
    expect(built).not.toMatch(/better-sqlite3|require\("zod/);
  });
});
