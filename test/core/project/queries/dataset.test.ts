import { afterEach, beforeEach, expect, it } from 'vitest';
import { manualClock } from '../../../../core/clock.ts';
import { storeImport } from '../../../../core/project/import-store.ts';
import { createProject, type Project } from '../../../../core/project/project.ts';
import { datasetOf } from '../../../../core/project/queries/dataset.ts';
import { madeImport, temporaryFolder } from '../../../fixtures/project.ts';

let place: ReturnType<typeof temporaryFolder>;
let project: Project;
beforeEach(() => {
  place = temporaryFolder();
  const clock = manualClock(1);
  project = createProject(`${place.folder}/made`, { program: 'test', clock });
  const made = madeImport(1);
  // The second shot has a track of music and effects too, in a file of its own.
  const [item, shot] = [made.items[1]!, made.titles[0]!.shots[1]!];
  made.items.push({ ...item, id: 'i_effects', path: '/media/effects.wav', sha256: 'effects' });
  shot.tracks.push({
    ...shot.tracks[0]!,
    id: 'k_effects',
    itemId: 'i_effects',
    streamIndex: 0,
    role: 'music-and-effects',
  });
  storeImport(project.db, clock, made, { label: 'Import', by: 'test' });
});
afterEach(() => {
  project.close();
  place.remove();
});

it('gives each clip its original, its dubs, and music and effects where the shot has them', () => {
  const [plain, withEffects] = datasetOf(project.db, {}).clips;
  for (const clip of [plain!, withEffects!]) {
    expect(clip.original.language).toBe('en');
    expect(clip.dubs.map(({ language }) => language)).toEqual(['de', 'fr']);
    expect(clip.dubs.every(({ uncertaintyMs }) => uncertaintyMs === undefined)).toBe(true);
  }
  expect(withEffects!.musicAndEffects).toEqual({
    language: 'en',
    source: { path: '/media/effects.wav', streamIndex: 0, sha256: 'effects' },
    offsetMs: 0,
    pairId: null,
  });
  expect('musicAndEffects' in plain!).toBe(false);
});
