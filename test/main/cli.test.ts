/** The command line as a stranger meets it: help, wrong arguments, wrong projects. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { openProject } from '../../core/project/project.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from './command.ts';

let temporary = temporaryFolder();
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

describe('help', () => {
  it('names every command and the exit codes', async () => {
    const { code, out } = await command(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'new',
      'import',
      'check',
      'pairs',
      'decide',
      'train',
      'evaluate',
      'report',
      'doctor',
      'demo',
      'lint',
      'weights',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(out).toContain('Exit codes');
  });

  it.each(['import', 'decide', 'train'])('%s says what it takes', async (name) => {
    const { code, out } = await command([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('<project>');
    expect(out).toContain('--json');
  });
});

describe('wrong arguments', () => {
  it('an unknown command suggests the nearest', async () => {
    const { code, err } = await command(['trian', 'x']);
    expect(code).toBe(2);
    expect(err).toContain('train');
  });

  it('a missing argument names it', async () => {
    const { code, err } = await command(['import']);
    expect(code).toBe(2);
    expect(err).toContain('project');
  });

  it('a value out of range names field and range, as JSON too', async () => {
    await command(['new', join(temporary.folder, 'p')]);
    const answer = await json(['train', join(temporary.folder, 'p'), '--batch-size', '1']);
    expect(answer).toMatchObject({ exitCode: 2, ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(JSON.stringify(answer)).toContain('batchSize');
  });

  it('decide wants one verdict and to know which pairs', async () => {
    const folder = join(temporary.folder, 'p');
    await command(['new', folder]);
    expect(await command(['decide', folder, '--accept', '--reject', '--all'])).toMatchObject({ code: 2 });
    expect(await command(['decide', folder, '--accept'])).toMatchObject({ code: 2 });
    expect(
      await command(['decide', folder, '--accept', '--language', 'de', '--state', 'fine']),
    ).toMatchObject({ code: 2 });
  });
});

describe('projects', () => {
  it('are made once, and described', async () => {
    const folder = join(temporary.folder, 'film');
    expect(await command(['new', folder])).toMatchObject({ code: 0 });
    const again = await command(['new', folder]);
    expect(again).toMatchObject({ code: 4 });
    expect(again.err).toMatch(/PROJECT_EXISTS.*Nothing was changed/);
    expect(await json(['info', folder])).toMatchObject({ ok: true, value: { pairCount: 0 } });
    expect(await command(['lint', folder])).toMatchObject({ code: 0 });
  });

  it('that are missing, foreign or too new give one sentence and code 4', async () => {
    const missing = await command(['info', join(temporary.folder, 'none')]);
    expect(missing).toMatchObject({ code: 4, out: '' });
    expect(missing.err.trim().split('\n')).toHaveLength(1);
    mkdirSync(join(temporary.folder, 'x.dubscope'));
    writeFileSync(join(temporary.folder, 'x.dubscope', 'project.db'), 'hello');
    expect(await json(['info', join(temporary.folder, 'x')])).toMatchObject({
      exitCode: 4,
      error: { code: 'PROJECT_NOT_A_PROJECT' },
    });
  });

  it('that are open elsewhere can be read but not changed', async () => {
    const folder = join(temporary.folder, 'film');
    await command(['new', folder]);
    const project = await openProject(folder, { program: 'the window', clock: systemClock });
    const refused = await command(['undo', folder]);
    expect(refused.code).toBe(4);
    expect(refused.err).toMatch(/PROJECT_IN_USE.*the window/);
    expect(await command(['info', folder])).toMatchObject({ code: 0 });
    project.close();
    expect((await command(['undo', folder])).err).toContain('NOTHING_TO_UNDO');
  });
});
