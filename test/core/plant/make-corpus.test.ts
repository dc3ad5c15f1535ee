/** A planted corpus from real shots: the files hold what the key says. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importMedia } from '../../../core/intake/import-media.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { type PlantedKey, readPlantedKey } from '../../../core/plant/key.ts';
import { type CorpusRequest, makeCorpus } from '../../../core/plant/make-corpus.ts';
import { sourceTitlesOf } from '../../../core/plant/source.ts';
import { levelDb } from '../../../core/plant/transform.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

const REAL = join(import.meta.dirname, '../../../../shared/media/real-dubs');
const FILES = readdirSync(REAL).filter((name) => /^8(0114859_541|1056348_114)_/.test(name));

describe('makeCorpus', () => {
  const tools = locateMediaTools();
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-plant-test-'));
  let request: Omit<CorpusRequest, 'outFolder'>;
  let key: PlantedKey;

  const sound = (name: string) =>
    decodeAudio(
      { path: join(folder, 'out', name), streamIndex: 0, sha256: '' },
      { sampleRateHz: 48_000 },
      tools,
    );

  beforeAll(async () => {
    const imported = await importMedia(
      {
        inputs: FILES.map((name) => join(REAL, name)),
        originalLanguage: null,
        cacheFolder: join(folder, 'cache'),
      },
      tools,
    );
    request = {
      titles: sourceTitlesOf(imported),
      said: { alignments: [], findings: [] },
      seed: 5,
      strength: 0.5,
      kinds: ['silent', 'truncated', 'original-again', 'channels'],
      share: 0.5,
      joinSec: 0,
    };
    key = await makeCorpus({ ...request, outFolder: join(folder, 'out') }, tools);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const dubOf = (kind: string): string => {
    const fault = key.faults.find((candidate) => candidate.kind === kind)!;
    const stem = `${fault.title}_${fault.shot}.${fault.language}.`;
    return readdirSync(join(folder, 'out')).find((name) => name.startsWith(stem))!;
  };

  it('writes a file for every picture and every dub, and a key that can be read back', async () => {
    const names = readdirSync(join(folder, 'out'));
    expect(names.filter((name) => name.endsWith('.mkv'))).toHaveLength(2);
    expect(names).toHaveLength(2 + 10 + 1);
    expect(await readPlantedKey(join(folder, 'out', 'key.json'))).toEqual(key);
    expect(new Set(key.faults.map(({ kind }) => kind)).size).toBe(4);
  });

  it('plants what the key says', async () => {
    expect(levelDb(await sound(dubOf('silent')))).toBeLessThan(-75);
    const cut = key.faults.find(({ kind }) => kind === 'truncated')!;
    const short = await sound(dubOf('truncated'));
    const shotSec = request.titles
      .flatMap(({ shots }) => shots)
      .find(({ name }) => name === cut.shot)!.durationSec;
    expect(short.length / 48_000).toBeCloseTo(shotSec - Number(cut.numbers.missingSec), 1);
  });

  it('is read back by the import as the same titles and languages', async () => {
    const again = await importMedia(
      { inputs: [join(folder, 'out')], originalLanguage: null, cacheFolder: join(folder, 'cache') },
      tools,
    );
    const shape = (titles: typeof again.titles) =>
      titles.map(({ name, originalLanguage, shots }) => [
        name,
        originalLanguage,
        shots.map((shot) => [
          shot.name,
          shot.tracks.map(({ language, role }) => `${language} ${role}`).sort(),
        ]),
      ]);
    expect(again.refused).toEqual([]);
    expect(shape(again.titles)).toEqual(
      request.titles.map(({ name, originalLanguage, shots }) => [
        name,
        originalLanguage,
        shots.map((shot) => [
          shot.name,
          shot.tracks.map(({ language, role }) => `${language} ${role}`).sort(),
        ]),
      ]),
    );
  }, 120_000);

  it('writes the same bytes again for the same seed, joins shots to scenes, and leaves a folder alone that holds something', async () => {
    const hash = (name: string, at: string): string =>
      createHash('sha256')
        .update(readFileSync(join(folder, at, name)))
        .digest('hex');
    await makeCorpus({ ...request, outFolder: join(folder, 'again') }, tools);
    for (const name of readdirSync(join(folder, 'out')))
      expect(hash(name, 'again'), name).toBe(hash(name, 'out'));
    await expect(makeCorpus({ ...request, outFolder: join(folder, 'out') }, tools)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
    await makeCorpus({ ...request, joinSec: 600, outFolder: join(folder, 'joined') }, tools);
    expect(readdirSync(join(folder, 'joined')).filter((name) => name.endsWith('.mkv'))).toHaveLength(2);
  }, 120_000);
});
