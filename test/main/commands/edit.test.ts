/** `dubscope edit`: told beforehand, done, undone; and what it refuses. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { createProject } from '../../../core/project/project.ts';
import { madeImport, temporaryFolder } from '../../fixtures/project.ts';
import { command, json } from '../command.ts';

const temporary = temporaryFolder();
const folder = join(temporary.folder, 'films.dubscope');

beforeAll(() => {
  const clock = manualClock(1_000_000);
  const project = createProject(folder, { program: 'test', clock });
  storeImport(project.db, clock, madeImport(3), { label: 'Import', by: 'test' });
  project.close();
});
afterAll(() => temporary.remove());

const edit = (...args: string[]) => command(['edit', folder, ...args]);

describe('dubscope edit', () => {
  it('tells what it would change and changes nothing with --dry-run', async () => {
    const { code, out } = await edit('--language', 'de', '--set-language', 'Dutch', '--dry-run');
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 4)).toEqual([
      '6 tracks would change; 6 pairs of 3 titles were chosen.',
      'German -> Dutch: 6',
      'Findings are those of the last check until these titles are checked again.',
      'Nothing was changed (--dry-run).',
    ]);
    expect((await edit('-l', 'nl', '--offset', '0', '--dry-run')).out).toContain('0 pairs of 0 titles');
  });

  it('changes in one step that can be undone', async () => {
    const done = await json(['edit', folder, '--language', 'de', '--set-language', 'nl']);
    expect(done).toMatchObject({
      value: { changed: 6, pairs: 6, steps: [{ from: 'de', to: 'nl', count: 6 }] },
    });
    expect((await command(['undo', folder])).out).toContain('Relabel as Dutch: 6 tracks of 3 titles');
  });

  it('takes offsets below 0', async () => {
    expect((await edit('--all', '--offset', '-40')).out).toContain('unknown -> -40 ms: 6');
    expect((await edit('--all', '--shift', '-0.5')).out).toContain('-40 ms -> -40.5 ms: 6');
  });

  it.each([
    [['--all'], 'Give exactly one of'],
    [['--all', '--shift', '4', '--measured'], 'Give exactly one of'],
    [['--all', '--shift', 'late'], '"late" is no number of milliseconds for --shift'],
    [['--all', '--measured', '--swap'], '--swap goes with --set-language only'],
    [['--shift', '4'], 'Say which pairs'],
    [['--all', '--set-language', 'no such'], '"no such" is no language'],
    [['--all', '--set-role', 'hero'], 'role'],
    [['--all', '--offset', '9999999999'], 'offsetMs'],
  ])('%j is refused', async (args, sentence) => {
    const { code, err } = await edit(...args);
    expect(code).not.toBe(0);
    expect(err).toContain(sentence);
  });
});
