/** A preview in the shape that is shown to a person. */
import type { PlannedImport, PlannedShot } from '../domain/planned-import.ts';
import { type ImportedShot, NO_PICTURE } from './plan.ts';
import type { ImportPreview } from './preview-import.ts';

/** Turns a preview, whose item ids are paths, into what is shown. */
export function toPlanned({ titles, files, leftovers, refused, warnings }: ImportPreview): PlannedImport {
  return {
    files,
    titles: titles.map(({ name, originalLanguage, split, labels, shots }) => ({
      name,
      originalLanguage,
      split,
      labels,
      shots: shots.map(toPlannedShot),
    })),
    leftovers,
    refused,
    warnings: warnings.map(({ path, code, message }) => ({ path, code, message })),
  };
}

function toPlannedShot({ name, durationSec, video, tracks, clips }: ImportedShot): PlannedShot {
  const dubs = tracks.filter(({ role }) => role === 'dub' || role === 'synthetic');
  const pairs = clips.reduce(
    (sum, { languages }) =>
      sum + dubs.filter(({ language }) => languages === null || languages.includes(language)).length,
    0,
  );
  return {
    name,
    durationSec,
    picture: video.streamIndex === NO_PICTURE ? null : video.itemId,
    clips: clips.length,
    pairs,
    tracks: tracks.map(({ itemId, streamIndex, language, role }) => ({
      path: itemId,
      streamIndex,
      language,
      role,
    })),
  };
}
