/** The whole bad-input catalogue in one import: one row a file, the right code and words, nothing left behind. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTE_CODES } from '../../core/domain/media-note.ts';
import { importMedia } from '../../core/intake/import-media.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from '../main/command.ts';
import type { Case, Expected } from './kit.ts';
import { makeCatalogue } from './make-catalogue.ts';

type Row = { as: Expected['as']; path: string; code: string | null; text: string };

const temporary = temporaryFolder();
const project = join(temporary.folder, 'heard');
const catalogue = makeCatalogue(temporary.folder, locateMediaTools());
const HASHED_BYTES = 64 * 2 ** 20;
let before = '';
let rows: Row[] = [];
let took = 0;
afterAll(() => temporary.remove());
for (const { row, why } of catalogue.skipped) process.stderr.write(`NOT MADE: ${row}: ${why}.\n`);

/** Names, kinds, sizes, times of change and bytes of everything in a folder; nothing is followed or waited for. */
function treeState(folder: Buffer): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare)) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const stat = lstatSync(path);
    hash.update(name).update(`${stat.mode} ${stat.size} ${stat.mtimeMs}`);
    if (stat.isDirectory()) hash.update(treeState(path));
    else if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (stat.isFile() && stat.size < HASHED_BYTES) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Command lines of programs that still have to do with the catalogue. */
function programsLeft(): string[] {
  if (process.platform !== 'linux') return [];
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = ids.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
  return lines.filter((line) => line.includes(temporary.folder));
}

beforeAll(async () => {
  before = treeState(Buffer.from(catalogue.folder));
  await command(['new', project]);
  const started = process.hrtime.bigint();
  const result = await importMedia(
    { inputs: [catalogue.folder], originalLanguage: 'en', cacheFolder: join(project, 'cache') },
    locateMediaTools(),
  );
  took = Number(process.hrtime.bigint() - started) / 1e9;
  rows = [
    ...result.refused.map(({ path, code, message }) => ({
      as: 'refused' as const,
      path,
      code,
      text: message,
    })),
    ...result.leftovers.map(({ path, code, reason }) => ({
      as: 'left over' as const,
      path: path.replace(/ \(track \d+\)$/, ''),
      code: code ?? null,
      text: reason,
    })),
    ...result.warnings.map(({ path, severity, code, message }) => ({
      as: severity,
      path,
      code,
      text: message,
    })),
    ...result.items.map(({ path, name }) => ({ as: 'imported' as const, path, code: null, text: name })),
  ];
});

const pathOf = ({ file }: Case): string =>
  join(catalogue.folder, file.replace('bytes-\ufffd\ufffd', 'bytes-\\xFF\\xFE'));
const rowsOf = (one: Case): Row[] => rows.filter(({ path }) => path === pathOf(one));

describe.each(catalogue.cases.map((one) => [one.row, one] as const))('%s', (_, one) => {
  it.each(one.expect.map((expected) => [expected.as, expected.code ?? '', expected] as const))(
    'is %s %s',
    (as, code, { text }) => {
      const found = rowsOf(one);
      const fits = found.filter(
        (row) => row.as === as && (code === '' || new RegExp(`^(${code})$`).test(row.code ?? '')),
      );
      expect(fits, JSON.stringify(found, null, 1)).not.toEqual([]);
      expect(fits.map((row) => row.text).join('\n')).toMatch(text);
    },
  );
});

it('ends with something said of every file, and no bug of ours', () => {
  const silent = catalogue.cases.filter((one) => rowsOf(one).length === 0);
  expect(silent.map(({ file }) => file)).toEqual([]);
  expect(rows.filter(({ code }) => code === 'INVARIANT' || code === 'TOOL_FAILED')).toEqual([]);
  for (const one of catalogue.cases) {
    const ends = rowsOf(one).filter(({ as }) => as !== 'warning' && as !== 'info');
    expect(new Set(ends.map(({ as }) => as)).size, JSON.stringify(ends)).toBe(1);
  }
  process.stderr.write(`${catalogue.cases.length} cases imported in ${took.toFixed(1)} s.\n`);
});

it('says everything in whole sentences, in codes of the list, without hidden characters', () => {
  for (const { as, code, text } of rows) {
    if (as === 'imported') continue;
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    if (as === 'refused') expect(text).toMatch(/\. It was not imported\. [A-Z].*\.$/);
    if (as !== 'warning' && as !== 'info') continue;
    expect(NOTE_CODES).toContain(code);
    expect(text).toMatch(/\. [A-Z].*\.$/);
  }
});

it('changes no byte, and leaves no program behind', () => {
  expect(treeState(Buffer.from(catalogue.folder))).toBe(before);
  expect(programsLeft()).toEqual([]);
});

it('goes the same way through the command line', async () => {
  const said = (await json(['import', project, catalogue.folder, '--original', 'en'])) as {
    value: { refused: { code: string; path: string }[]; warnings: { severity: string }[] };
  };
  const refusals = rows.filter(({ as }) => as === 'refused').map(({ path, code }) => ({ path, code }));
  expect(said.value.refused.map(({ path, code }) => ({ path, code }))).toEqual(refusals);
  expect(new Set(said.value.warnings.map(({ severity }) => severity))).toEqual(new Set(['warning', 'info']));
  expect(programsLeft()).toEqual([]);
  expect(treeState(Buffer.from(catalogue.folder))).toBe(before);
});
