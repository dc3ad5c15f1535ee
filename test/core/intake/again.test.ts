/** What happens to files that come again: elsewhere, changed, doubled, re-encoded, or a dub later than its original. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { TrackWish } from '../../../core/domain/planned-import.ts';
import { type ImportResult, importMedia } from '../../../core/intake/import-media.ts';
import { previewImport } from '../../../core/intake/preview-import.ts';
import { NO_WISHES } from '../../../core/intake/read-rules.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { redo, undo } from '../../../core/project/journal.ts';
import { createProject, type Project } from '../../../core/project/project.ts';
import { knownItems } from '../../../core/project/queries/known-items.ts';
import { setSplit } from '../../../core/project/queries/titles.ts';
import { relabelTracks, setTrackRole } from '../../../core/project/queries/track-edits.ts';
import { wishesWithKept } from '../../../core/project/said-tracks.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const tools = locateMediaTools();
const temporary = temporaryFolder();
const stock = join(temporary.folder, 'stock');
const clock = manualClock(1_000_000);
let round = 0;
let media = '';
let project: Project;

const make = (...args: string[]): void => {
  const made = spawnSync(tools.ffmpegPath, ['-v', 'error', '-y', ...args], { cwd: stock });
  expect(made.stderr.toString()).toBe('');
};
const tone = (hz: number): string[] => ['-f', 'lavfi', '-i', `sine=${hz}:d=4:r=48000`];
/** A picture that moves and differs from one seed to the next. */
const scene = (seed: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `cellauto=s=96x96:rule=${seed}:random_seed=${seed}:rate=12:scroll=1:full=1,scale=192:192:flags=neighbor,boxblur=6,trim=duration=4`,
];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest'];

beforeAll(() => {
  mkdirSync(stock);
  make(...scene(30), ...tone(300), ...h264, 'film_1_en.mp4');
  make(...tone(400), '-c:a', 'flac', 'film_1_de.flac');
  make(...tone(500), '-c:a', 'flac', 'film_1_fr.flac');
  make(...scene(110), ...tone(350), ...h264, 'other_1_en.mp4');
  make(...tone(450), '-c:a', 'flac', 'other_1_de.flac');
  const worse = ['-vf', 'scale=128:72', '-r', '10', '-c:v', 'libx264', '-crf', '34', '-c:a', 'libopus'];
  make('-i', 'film_1_en.mp4', ...worse, 'copy_1_en.mkv');
});
beforeEach(() => {
  round += 1;
  media = join(temporary.folder, `media-${round}`);
  mkdirSync(media);
  project = createProject(join(temporary.folder, `project-${round}`), { program: 'test', clock });
  return () => project.close();
});
afterAll(() => temporary.remove());

const put = (from: string, to = from): void => copyFileSync(join(stock, from), join(media, to));
const take = async (inputs: string[] = [media], said: TrackWish[] = []): Promise<ImportResult> => {
  const naming = { ...NO_WISHES, tracks: wishesWithKept(project.db, said).wishes };
  const known = knownItems(project.db);
  const cacheFolder = join(temporary.folder, 'cache');
  const found = await importMedia({ inputs, originalLanguage: null, cacheFolder, known, naming }, tools);
  storeImport(project.db, clock, found, { label: 'Import', by: 'test', said });
  return found;
};
const rows = (sql: string): unknown[] => project.db.prepare(sql).raw().all();
const tracks = (): unknown[] =>
  rows(
    `SELECT t.name, s.name, k.language, k.role FROM track k JOIN shot s ON s.id = k.shot_id
     JOIN title t ON t.id = s.title_id ORDER BY 1, 2, 4 DESC, 3`,
  );
const pairs = (): unknown[] => rows('SELECT id FROM pair ORDER BY id');
const notes = (found: ImportResult): string[] => found.warnings.map(({ code }) => code).sort();

describe('files that lie elsewhere now', () => {
  it('keep their pairs, also under another name', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac']) put(name);
    await take();
    const before = pairs();
    expect(before).toHaveLength(1);
    const elsewhere = join(media, 'archive');
    mkdirSync(elsewhere);
    renameSync(join(media, 'film_1_en.mp4'), join(elsewhere, 'film_1_en.mp4'));
    renameSync(join(media, 'film_1_de.flac'), join(elsewhere, 'German final.flac'));
    const found = await take();
    expect(notes(found)).toEqual(['MEDIA_MOVED', 'MEDIA_MOVED']);
    expect(found.leftovers).toEqual([]);
    expect(pairs()).toEqual(before);
    expect(rows('SELECT path FROM item ORDER BY path')).toEqual([
      [join(elsewhere, 'German final.flac')],
      [join(elsewhere, 'film_1_en.mp4')],
    ]);
    expect(notes(await take())).toEqual([]);
  });
});

describe('files that changed', () => {
  it('keep their pairs, and it is said', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac']) put(name);
    await take();
    const [before, kept] = [pairs(), tracks()];
    put('film_1_fr.flac', 'film_1_de.flac');
    const found = await take();
    expect(notes(found)).toEqual(['MEDIA_CHANGED']);
    expect(found.warnings[0]!.message).toContain('Check its title again');
    expect([pairs(), tracks()]).toEqual([before, kept]);
  });
});

describe('a dub that comes later', () => {
  it('joins the title that the project has', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac']) put(name);
    await take();
    put('film_1_fr.flac');
    const found = await take([join(media, 'film_1_fr.flac')]);
    expect([found.leftovers, notes(found)]).toEqual([[], []]);
    expect(tracks()).toEqual([
      ['film', '1', 'en', 'original'],
      ['film', '1', 'de', 'dub'],
      ['film', '1', 'fr', 'dub'],
    ]);
    expect(rows('SELECT original_language FROM title')).toEqual([['en']]);
    expect(pairs()).toHaveLength(2);
  });

  it('changes nothing when files of the project are given in part', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac', 'film_1_fr.flac']) put(name);
    await take();
    const [before, kept] = [pairs(), tracks()];
    const found = await take([join(media, 'film_1_fr.flac'), join(media, 'film_1_de.flac')]);
    expect(found.leftovers).toEqual([]);
    expect([pairs(), tracks()]).toEqual([before, kept]);
    expect(rows('SELECT original_language FROM title')).toEqual([['en']]);
  });
});

describe('copies', () => {
  const splits = (): unknown[] => rows('SELECT name, split, family IS NOT NULL FROM title ORDER BY name');

  it('byte for byte are linked, and their titles stay together in whatever split', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac', 'other_1_en.mp4', 'other_1_de.flac']) put(name);
    put('film_1_en.mp4', 'again_1_en.mp4');
    put('film_1_fr.flac', 'again_1_fr.flac');
    const found = await take();
    expect(found.warnings.map(({ code, path }) => [code, path])).toEqual([
      ['DUPLICATE', join(media, 'film_1_en.mp4')],
    ]);
    expect(found.warnings[0]!.message).toContain('"film" and "again" will stay in one split');
    const [again, film, other] = splits() as [unknown[], unknown[], unknown[]];
    expect([again[2], film[2], other[2]]).toEqual([1, 1, 0]);
    expect(again[1]).toBe(film[1]);
    const id = (rows("SELECT id FROM title WHERE name = 'film'") as string[][])[0]![0]!;
    for (const split of ['heldout', 'train'] as const) {
      setSplit(project.db, clock, { titleIds: [id], split });
      expect(splits().slice(0, 2)).toEqual([
        ['again', split, 1],
        ['film', split, 1],
      ]);
    }
  });

  it('that were encoded again are found by their picture, also in a later import', async () => {
    for (const name of ['film_1_en.mp4', 'film_1_de.flac', 'other_1_en.mp4', 'other_1_de.flac']) put(name);
    expect(notes(await take())).toEqual([]);
    const [id] = (rows("SELECT id FROM title WHERE name = 'film'") as string[][])[0]!;
    setSplit(project.db, clock, { titleIds: [id!], split: 'heldout' });
    put('copy_1_en.mkv');
    put('film_1_fr.flac', 'copy_1_fr.flac');
    const found = await take([join(media, 'copy_1_en.mkv'), join(media, 'copy_1_fr.flac')]);
    expect(notes(found)).toEqual(['NEAR_DUPLICATE', 'VIDEO_SAR']);
    expect(found.warnings[0]!.message).toMatch(/copy_1_en\.mkv looks like .*film_1_en\.mp4 \(\d+ % of its/);
    expect(splits()).toEqual([
      ['copy', 'heldout', 1],
      ['film', 'heldout', 1],
      ['other', expect.any(String), 0],
    ]);
  });
});

describe('a preview', () => {
  it('says what would be made, by pattern, and keeps nothing', async () => {
    mkdirSync(join(media, 'Film'));
    for (const [from, language] of [
      ['film_1_en.mp4', 'English'],
      ['film_1_de.flac', 'Deutsch'],
    ] as const) {
      mkdirSync(join(media, 'Film', language));
      copyFileSync(join(stock, from), join(media, 'Film', language, `reel.${from.split('.')[1]}`));
    }
    put('other_1_de.flac');
    writeFileSync(join(media, 'bad.mp4'), '');
    const naming = { patterns: ['<title>/<lang>/<shot>'], preset: null, manifest: null, list: null };
    const request = { inputs: [media], originalLanguage: null, cacheFolder: '', naming };
    const { titles, leftovers, refused, files } = await previewImport(request, tools);
    expect(files).toBe(3);
    expect(titles.map(({ name, shots }) => [name, shots.map((s) => [s.name, s.clips.length])])).toEqual([
      ['Film', [['reel', 1]]],
    ]);
    expect(titles[0]!.shots[0]!.tracks.map(({ language, role }) => [language, role])).toEqual([
      ['en', 'original'],
      ['de', 'dub'],
    ]);
    expect(leftovers).toEqual([
      { path: join(media, 'other_1_de.flac'), reason: 'its name fits none of the patterns' },
    ]);
    expect(refused).toMatchObject([{ path: join(media, 'bad.mp4'), code: 'MEDIA_EMPTY' }]);
    expect(knownItems(project.db)).toEqual([]);
  });
});

describe('what a person said of a track', () => {
  const idOf = (language: string): string =>
    project.db.prepare('SELECT id FROM track WHERE language = ?').pluck().get(language) as string;
  const languages = (): unknown[] => rows('SELECT language FROM pair ORDER BY 1').flat();
  const film = ['film_1_en.mp4', 'film_1_de.flac', 'film_1_fr.flac'];

  it('is kept when the same files come again, until it is undone', async () => {
    for (const name of film) put(name);
    await take();
    const before = pairs();
    relabelTracks(project.db, clock, { trackId: idOf('de'), language: 'nl', scope: 'title' });
    await take();
    expect(languages()).toEqual(['fr', 'nl']);
    expect(tracks()).toContainEqual(['film', '1', 'nl', 'dub']);
    const entries = rows('SELECT label FROM journal');
    await take();
    expect(rows('SELECT label FROM journal')).toEqual(entries);
    undo(project.db);
    expect(languages()).toEqual(['de', 'fr']);
    await take();
    expect(languages()).toEqual(['de', 'fr']);
    redo(project.db);
    await take();
    expect([languages(), pairs()]).toEqual([['fr', 'nl'], before]);
  });

  it('leaves the language that it freed to a file that comes later, and takes no second one in its own', async () => {
    for (const name of film.slice(0, 2)) put(name);
    await take();
    relabelTracks(project.db, clock, { trackId: idOf('de'), language: 'fr', scope: 'title' });
    put('film_1_fr.flac');
    const found = await take();
    expect(found.leftovers).toMatchObject([
      {
        path: expect.stringContaining('film_1_fr.flac'),
        reason: expect.stringContaining('French dub already'),
      },
    ]);
    expect(languages()).toEqual(['fr']);
    relabelTracks(project.db, clock, { trackId: idOf('fr'), language: 'es', scope: 'title' });
    await take();
    expect(languages()).toEqual(['es', 'fr']);
  });

  it('holds for roles and swapped languages, and for what was said with the import itself', async () => {
    for (const name of film) put(name);
    await take([media], [{ path: join(media, 'film_1_de.flac'), streamIndex: 0, language: 'nl' }]);
    expect(languages()).toEqual(['fr', 'nl']);
    relabelTracks(project.db, clock, { trackId: idOf('nl'), language: 'fr', scope: 'title', swap: true });
    const swapped = rows('SELECT id, language FROM track ORDER BY id');
    await take();
    expect(rows('SELECT id, language FROM track ORDER BY id')).toEqual(swapped);
    undo(project.db);
    setTrackRole(project.db, clock, { trackId: idOf('fr'), role: 'commentary', scope: 'title' });
    await take();
    expect(languages()).toEqual(['nl']);
    expect(tracks()).toContainEqual(['film', '1', 'fr', 'commentary']);
    await take([media], [{ path: join(media, 'film_1_de.flac'), streamIndex: 0, language: 'sv' }]);
    expect(languages()).toEqual(['sv']);
  });
});
