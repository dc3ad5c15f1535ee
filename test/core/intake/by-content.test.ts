/** Real dubs under names that say nothing: content says which belong together. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importMedia } from '../../../core/intake/import-media.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const REAL_DUBS = join(import.meta.dirname, '../../../../shared/media/real-dubs');
const tools = locateMediaTools();
const temporary = temporaryFolder();
const media = join(temporary.folder, 'media');

beforeAll(() => {
  mkdirSync(media);
  if (!existsSync(REAL_DUBS)) return;
  const put = (from: string, to: string): void => copyFileSync(join(REAL_DUBS, from), join(media, to));
  put('80114859_228_en.mp4', 'a take (English).mp4');
  put('80114859_228_de.mp4', 'neue Fassung, deutsch.mp4');
  put('81215414_12_en.mp4', 'another take english.mp4');
  put('81215414_12_fr.mp4', 'encore, en français.mp4');
  put('1532254_10_ja.mp4', 'stray (Japanese).mp4');
  const sound = (from: string, to: string): void => {
    const args = ['-v', 'error', '-i', join(REAL_DUBS, from), '-vn', '-map_metadata', '-1', join(media, to)];
    expect(spawnSync(tools.ffmpegPath, args).stderr.toString()).toBe('');
  };
  sound('80114859_228_it.mp4', 'doppiaggio (italiano).flac');
  sound('81215414_12_es.mp4', 'pista castellano.flac');
});
afterAll(() => temporary.remove());

describe.skipIf(!existsSync(REAL_DUBS))('files that no name puts together', () => {
  it('are put together by their pictures and by the sound they share; strangers stay alone', async () => {
    const cacheFolder = join(temporary.folder, 'cache');
    const found = await importMedia({ inputs: [media], originalLanguage: null, cacheFolder }, tools);
    const files = new Map(found.items.map(({ id, name }) => [id, name]));
    const shape = found.titles.map(({ originalLanguage, shots }) => [
      originalLanguage,
      shots[0]!.tracks.map(({ language, itemId }) => `${language} ${files.get(itemId)}`).sort(),
    ]);
    expect(shape).toEqual([
      ['en', ['de neue Fassung, deutsch.mp4', 'en a take (English).mp4', 'it doppiaggio (italiano).flac']],
      ['en', ['en another take english.mp4', 'es-ES pista castellano.flac', 'fr encore, en français.mp4']],
    ]);
    expect(found.leftovers.map(({ path }) => path)).toEqual([join(media, 'stray (Japanese).mp4')]);
    const placed = found.warnings.filter(({ code }) => code === 'PLACED_BY_CONTENT');
    expect(placed.map(({ severity }) => severity)).toEqual(['info', 'info', 'info', 'info']);
    expect(placed.map(({ message }) => message).join(' ')).toMatch(/picture is that of a take \(English\)/);
    expect(placed.map(({ message }) => message).join(' ')).toMatch(/shares music and effects with/);
  });
});
