/** The shared real shots come in whole, and nothing of them is written. */
import { afterAll, describe, expect, it } from 'vitest';
import { importMedia } from '../../../core/intake/import-media.ts';
import { hasSharedMedia, REAL_DUBS, SHARED_MEDIA, treeHash } from '../../fixtures/media.ts';
import { temporaryFolder } from '../../fixtures/project.ts';
import { tools } from '../media/make-media.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

describe.runIf(hasSharedMedia)('real dubs', () => {
  it('8 shots of 6 languages: titles, lengths and clips; the second time from what is known', async () => {
    const before = treeHash(REAL_DUBS);
    const request = { inputs: [REAL_DUBS], originalLanguage: null, cacheFolder: temporary.folder };
    const steps: number[] = [];
    const onProgress = ({ done }: { done: number }): void => {
      steps.push(done);
    };
    const found = await importMedia(request, tools, { onProgress });
    expect([found.refused, found.leftovers, found.warnings]).toEqual([[], [], []]);
    expect(found.items).toHaveLength(48);
    expect(steps).toEqual(Array.from({ length: 49 }, (_, i) => i));
    const shots = found.titles.flatMap((title) =>
      title.shots.map(
        (shot) => `${title.name} ${shot.name} ${shot.durationSec.toFixed(2)} ${shot.clips.length}`,
      ),
    );
    expect(shots).toEqual([
      '1532254 10 4.38 1',
      '80114859 228 7.38 2',
      '80114859 541 4.30 1',
      '80145138 271 7.76 3',
      '81056348 114 3.46 1',
      '81056348 139 3.42 1',
      '81215414 12 10.97 4',
      '81215414 176 2.13 1',
    ]);
    for (const shot of found.titles.flatMap((title) => title.shots)) {
      expect(shot.tracks.map(({ language, role }) => `${language} ${role}`)).toEqual([
        'en original',
        ...['de', 'es', 'fr', 'it', 'ja'].map((language) => `${language} dub`),
      ]);
    }
    expect(await importMedia(request, tools)).toEqual(found);
    expect(treeHash(REAL_DUBS)).toBe(before);
  });

  it('videos without dubs are left over by name, with the reason', async () => {
    const request = {
      inputs: [`${SHARED_MEDIA}/action`],
      originalLanguage: null,
      cacheFolder: temporary.folder,
    };
    const { titles, leftovers, refused } = await importMedia(request, tools);
    expect([titles, refused]).toEqual([[], []]);
    expect(leftovers).toHaveLength(4);
    for (const { reason } of leftovers) expect(reason).toMatch(/no (dub|track|sound)/);
  });
});
