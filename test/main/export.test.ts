/** Export and import of decisions as commands: what they print, what they refuse, what they leave. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { treeHash } from '../fixtures/media.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from './command.ts';

const temporary = temporaryFolder();
const at = (...names: string[]): string => join(temporary.folder, ...names);
const media = at('media');
const { ffmpegPath } = locateMediaTools();

async function newProject(name: string): Promise<string> {
  expect((await command(['new', at(name)])).code).toBe(0);
  const imported = await command(['import', at(name), media, '--preset', 'folders', '--original', 'en']);
  expect(imported.err).toBe('');
  return at(name);
}

let project = '';
beforeAll(async () => {
  for (const [language, hz] of [
    ['en', 300],
    ['de', 400],
    ['fr', 500],
  ] as const) {
    const folder = join(media, 'A Film', language);
    mkdirSync(folder, { recursive: true });
    const args = `-v error -f lavfi -i testsrc2=s=96x96:r=12:d=4 -f lavfi -i sine=${hz}:d=4 -c:v libx264 -c:a aac 7.mp4`;
    expect(spawnSync(ffmpegPath, args.split(' '), { cwd: folder }).stderr.toString()).toBe('');
  }
  project = await newProject('one');
}, 60_000);
afterAll(() => temporary.remove());

it('decisions go from one project into another of the same media, first as a dry run', async () => {
  await command(['decide', project, '--accept', '--language', 'de', '--reason', '=1+1']);
  await command(['decide', project, '--reject', '--language', 'fr', '--reason', 'music, "loud"']);
  const file = at('decisions.csv');
  const out = await command(['export', 'decisions', project, file]);
  expect([out.code, out.err, out.out]).toEqual([0, '', `2 decisions written to ${file}\n`]);
  const other = await newProject('two');
  const dry = await command(['decide', other, '--from', file, '--dry-run']);
  expect(dry.out).toBe(
    [
      '2 rows: 2 match a pair here, 0 do not, 0 are wrong.',
      'Already the same: 0. Decided otherwise here: 0, kept (--replace lets the file win).',
      '2 pairs would be decided. Nothing was changed.',
      '',
    ].join('\n'),
  );
  expect(await json(['decide', other, '--from', file])).toMatchObject({ value: { matched: 2, changed: 2 } });
  const again = at('again.csv');
  await command(['export', 'decisions', other, again]);
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'));
  expect((await command(['undo', other])).code).toBe(0);
  expect(await json(['pairs', other, '--state', 'accepted'])).toMatchObject({ value: { total: 0 } });
}, 60_000);

it('pairs in each form, by the ending or by --format; a file is replaced only when asked, media never', async () => {
  const before = treeHash(media);
  for (const name of ['pairs.jsonl', 'pairs.parquet']) {
    expect(await json(['export', 'pairs', project, at(name)])).toMatchObject({ value: { rows: 2 } });
  }
  expect(readFileSync(at('pairs.parquet')).subarray(0, 4).toString()).toBe('PAR1');
  const [taken, ending] = [
    await command(['export', 'pairs', project, at('pairs.jsonl')]),
    await command(['export', 'pairs', project, at('pairs.xlsx')]),
  ];
  expect([taken.code, ending.code]).toEqual([2, 2]);
  expect(taken.err).toContain('exists already. Nothing was written. Give another name, or --overwrite.');
  const fr = await json(['export', 'pairs', project, at('pairs.jsonl'), '--overwrite', '--language', 'fr']);
  expect(fr).toMatchObject({ value: { rows: 1 } });
  const film = join(media, 'A Film', 'en', '7.mp4');
  const refused = await command(['export', 'pairs', project, film, '--format', 'csv', '--overwrite']);
  expect([refused.code, treeHash(media)]).toEqual([2, before]);
  expect(refused.err).toContain('exists already and is no table');
}, 60_000);

it('shards of accepted pairs only, unless other states are named', async () => {
  const out = await command(['export', 'shards', project, at('shards'), '--rate', '16000']);
  expect([out.code, out.err]).toEqual([0, '']);
  expect(out.out).toContain('1 clip with 1 dub in 1 shard, ');
  const names: string[] = [];
  const file = at('shards', 'shard-000000.tar');
  list({ file, sync: true, onReadEntry: ({ path }) => void names.push(path.replace(/^[^.]+/, 'key')) });
  expect(names).toEqual(['key.mp4', 'key.en.flac', 'key.de.flac', 'key.json']);
  const rejected = await json(['export', 'shards', project, at('rejected'), '--state', 'rejected']);
  expect(rejected).toMatchObject({ value: { clips: 1, pairs: 1 } });
  const none = await command(['export', 'shards', project, at('none'), '--language', 'ja']);
  expect([none.code, existsSync(at('none'))]).toEqual([3, false]);
}, 60_000);

it('--from stands alone, and says what is wrong with a file', async () => {
  const file = at('bad.csv');
  writeFileSync(file, 'key,verdict\nxyz,accept\n');
  expect((await command(['decide', project, '--from', file, '--accept'])).code).toBe(2);
  expect((await command(['decide', project, '--accept', '--all', '--dry-run'])).code).toBe(2);
  expect((await command(['decide', project, '--from', at('none.csv')])).code).toBe(3);
  const { code, out } = await command(['decide', project, '--from', file]);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining(
      'Row 1 has the key "xyz"; a key has 32 hex digits. It was passed over; mend the row.',
    ),
  ]);
}, 60_000);
