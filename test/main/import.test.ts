/** The import command: a plan first, patterns, manifests, lists, and wrong arguments. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { openProject } from '../../core/project/project.ts';
import { relabelTracks } from '../../core/project/queries/track-edits.ts';
import { treeHash } from '../fixtures/media.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command } from './command.ts';

const temporary = temporaryFolder();
const media = join(temporary.folder, 'media');
const project = join(temporary.folder, 'project');
const { ffmpegPath } = locateMediaTools();

beforeAll(async () => {
  for (const [language, hz] of [
    ['en', 300],
    ['de', 400],
  ] as const) {
    const folder = join(media, 'A Film', language);
    mkdirSync(folder, { recursive: true });
    const args = `-v error -f lavfi -i testsrc2=s=96x96:r=12:d=4 -f lavfi -i sine=${hz}:d=4 -c:v libx264 -c:a aac 7.mp4`;
    expect(spawnSync(ffmpegPath, args.split(' '), { cwd: folder }).stderr.toString()).toBe('');
  }
  writeFileSync(
    join(media, 'pairs.csv'),
    'title,video,dub,language,original_language,start,end\nB,A Film/en/7.mp4,A Film/de/7.mp4,de,en,0,2\nB,A Film/en/7.mp4,A Film/de/7.mp4,de,en,1,9\nB,../x.mp4,y.mp4,de,en,,\n',
  );
  expect((await command(['new', project])).code).toBe(0);
});
afterAll(() => temporary.remove());

describe('import --plan', () => {
  it('shows titles, shots, languages and files, and takes nothing in', async () => {
    const before = treeHash(media);
    const { code, out } = await command(['import', project, media, '--preset', 'folders', '--plan']);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        '2 files would make 1 title, 1 shot, about 1 clip and 1 pair. Nothing was imported.',
        'A Film: English (original), German',
        '  shot 7, 4.0 s: en/7.mp4, de/7.mp4',
        '',
      ].join('\n'),
    );
    expect((await command(['pairs', project])).out).not.toContain('A Film');
    expect(treeHash(media)).toBe(before);
  });

  it('is what the import then makes', async () => {
    const pattern = ['--pattern', '<title>/<lang>/<shot>'];
    const plan = JSON.parse((await command(['import', project, media, ...pattern, '--plan', '--json'])).out);
    const made = JSON.parse((await command(['import', project, media, ...pattern, '--json'])).out);
    const [title] = plan.value.titles;
    expect([title.name, title.originalLanguage, title.shots[0].pairs]).toEqual([
      'A Film',
      'en',
      made.value.pairs,
    ]);
  });
});

describe('what a person said before', () => {
  it('is shown in the plan of the same files, and kept by the import', async () => {
    const open = await openProject(project, { program: 'test', clock: systemClock });
    const trackId = open.db.prepare("SELECT id FROM track WHERE language = 'de'").pluck().get() as string;
    relabelTracks(open.db, systemClock, { trackId, language: 'nl', scope: 'title' });
    open.close();
    const again = ['import', project, media, '--preset', 'folders'];
    const { out } = await command([...again, '--plan']);
    expect(out).toContain('A Film: English (original), Dutch');
    expect(out).toContain('Kept as a person said before, whatever the files say (1):');
    const { value } = JSON.parse((await command([...again, '--plan', '--json'])).out);
    expect(value.titles[0].shots[0].tracks.map((track: { kept?: string[] }) => track.kept)).toEqual([
      undefined,
      ['language'],
    ]);
    expect((await command(again)).code).toBe(0);
    const counts = JSON.parse((await command(['pairs', project, '--count', '--json'])).out);
    expect(counts.value.byLanguage).toEqual({ nl: 1 });
  });
});

describe('trim and split-clip', () => {
  it('put the window of a pair right, one step each', async () => {
    const pairs = async (): Promise<{ id: string; timeWindow: object }[]> =>
      JSON.parse((await command(['pairs', project, '--json'])).out).value.pairs;
    const id = (await pairs())[0]?.id ?? '';
    expect((await command(['trim', project, id, '0.25', '0.75'])).err).toMatch(
      /0\.5 s would be left; a clip needs 1 s/,
    );
    expect((await command(['trim', project, id, '0.5', '9'])).out).toContain('Trimmed the clip');
    expect((await command(['split-clip', project, id, '1.75'])).out).toContain('Split the clip');
    expect((await pairs()).map(({ timeWindow }) => timeWindow)).toEqual([
      { startSec: 0.5, endSec: 1.75 },
      { startSec: 1.75, endSec: 3 },
    ]);
    expect((await command(['undo', project])).out).toContain('Split a clip at 1.75 s');
    expect(await pairs()).toHaveLength(1);
  });
});

describe('import --manifest', () => {
  it('takes what the rows name, tells what is wrong with the others', async () => {
    const answer = JSON.parse(
      (await command(['import', project, '--manifest', join(media, 'pairs.csv'), '--json'])).out,
    );
    expect(answer.value).toMatchObject({ titles: 1, clips: 1, pairs: 1 });
    expect(answer.value.leftovers).toEqual([]);
    expect(answer.value.warnings).toMatchObject([
      { code: 'TIME_RANGE', message: expect.stringMatching(/^1 of the 2 windows .* after its last frame/) },
      { code: 'PATH_OUTSIDE_ROOT', message: expect.stringContaining('Row 3') },
    ]);
  });
});

describe('wrong arguments are told in one sentence', () => {
  it.each([
    [['--preset', 'mine', media], 2, /no preset "mine"/],
    [['--pattern', 'film', media], 2, /no field/],
    [[], 3, /No file or folder was given/],
    [['--list', 'esc50'], 2, /needs one path/],
    [['--list', 'esc50', media], 3, /has no list of esc50/],
    [['--list', 'imagenet', media], 2, /no data set that is known/],
    [['--manifest', join(media, 'none.csv')], 3, /There is no file/],
    [['--manifest', join(media, 'A Film/en/7.mp4')], 3, /no manifest/],
  ])('%j', async (options, code, why) => {
    const answer = await command(['import', project, ...options]);
    expect([answer.code, answer.err]).toEqual([code, expect.stringMatching(why)]);
    expect(answer.err).toMatch(/Nothing was imported/);
  });
});
