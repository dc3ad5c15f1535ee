import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { createProject, openProject } from '../../../core/project/project.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const options = { program: 'test', clock: manualClock(0) };
let temporary = temporaryFolder();
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

const make = (name = 'film'): string => {
  const project = createProject(join(temporary.folder, name), options);
  project.close();
  return project.folder;
};

describe('a project', () => {
  it('is made once and opened again, with or without the ending', async () => {
    const folder = make();
    expect(folder).toMatch(/film\.dubscope$/);
    (await openProject(join(temporary.folder, 'film'), options)).close();
    expect(() => createProject(join(temporary.folder, 'film'), options)).toThrow(/exists already/);
  });

  it('keeps acknowledged edits through a power cut: synchronous is FULL', async () => {
    const project = await openProject(make(), options);
    expect(project.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(project.db.pragma('journal_mode', { simple: true })).toBe('wal');
    project.close();
  });

  it('has one writer: a second process is told who holds it, readers still read', async () => {
    const folder = make();
    const project = await openProject(folder, options);
    await expect(openProject(folder, options)).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
    const reader = await openProject(folder, { ...options, readOnly: true });
    expect(reader.db.prepare('SELECT count(*) FROM pair').pluck().get()).toBe(0);
    reader.close();
    const module = new URL('../../../core/project/project.ts', import.meta.url).href;
    const script = `import { openProject } from '${module}';
      import { systemClock } from '${new URL('../../../core/clock.ts', import.meta.url).href}';
      const options = { program: 'other', clock: systemClock };
      const outcome = await openProject(${JSON.stringify(folder)}, options).then(() => 'opened', (error) => error.code + ' ' + error.message);
      console.log(outcome);`;
    const run = (): string =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script]).stdout.toString();
    expect(run()).toContain(`PROJECT_IN_USE The project is open in test (process ${process.pid}`);
    project.close();
    expect(run()).toContain('opened');
  });

  it('gives the lock back when its holder is killed', async () => {
    const folder = make();
    const module = new URL('../../../core/project/project.ts', import.meta.url).href;
    const script = `import { openProject } from '${module}';
      import { systemClock } from '${new URL('../../../core/clock.ts', import.meta.url).href}';
      await openProject(${JSON.stringify(folder)}, { program: 'victim', clock: systemClock });
      process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).signal).toBe('SIGKILL');
    (await openProject(folder, options)).close();
  });
});

describe('opening refuses', () => {
  const file = (folder: string): string => join(folder, 'project.db');

  it('nothing there, or something else there', async () => {
    await expect(openProject(join(temporary.folder, 'none'), options)).rejects.toMatchObject({
      code: 'PROJECT_MISSING',
    });
    await expect(openProject(temporary.folder, options)).rejects.toMatchObject({
      code: 'PROJECT_NOT_A_PROJECT',
    });
  });

  it.each([
    ['an empty file', 'PROJECT_EMPTY', (folder: string) => writeFileSync(file(folder), '')],
    [
      'a text file',
      'PROJECT_NOT_A_PROJECT',
      (folder: string) => writeFileSync(file(folder), 'not a database, just words'),
    ],
    ['a newer format', 'PROJECT_TOO_NEW', (folder: string) => withDb(folder, 'PRAGMA user_version = 9999')],
    [
      'another program',
      'PROJECT_NOT_A_PROJECT',
      (folder: string) => withDb(folder, 'PRAGMA application_id = 7'),
    ],
    [
      'a trigger that deletes',
      'PROJECT_SCHEMA',
      (folder: string) =>
        withDb(folder, 'CREATE TRIGGER t AFTER INSERT ON pair BEGIN DELETE FROM decision; END'),
    ],
    ['a view', 'PROJECT_SCHEMA', (folder: string) => withDb(folder, 'CREATE VIEW pairs AS SELECT 1')],
  ] as const)('%s: %s', async (_, code, spoil) => {
    const folder = make();
    spoil(folder);
    await expect(openProject(folder, options)).rejects.toMatchObject({ code });
  });

  it('a database that is a link', async () => {
    const real = make('real');
    const folder = join(temporary.folder, 'linked.dubscope');
    mkdirSync(folder);
    symlinkSync(file(real), file(folder));
    await expect(openProject(folder, options)).rejects.toMatchObject({ code: 'PROJECT_LINKED' });
  });

  function withDb(folder: string, sql: string): void {
    const db = new Database(file(folder));
    db.exec(sql);
    db.close();
  }
});
