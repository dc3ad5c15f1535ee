/** How deep the pauses of a dub are by themselves. */
import { LEVEL_STEP_SEC, type TrackMeasures } from '../dsp/track-measures.ts';
import { levelAt } from './aligned-time.ts';
import type { Gap } from './gaps.ts';
import type { HeardTrack } from './heard.ts';

/** A dub's own pauses are as deep as this share of its quietest moments under a sounding original. */
const PAUSE_SHARE = 0.05;
/** A dub whose pauses are this quiet is one whose voices stand in nothing: silence in it proves nothing, dBFS. */
export const EMPTY_PAUSES_DB = -100;

/** How quiet a dub gets by itself while its original sounds, dBFS: what lies in gaps is left out. */
export function pauseLevel(
  dub: HeardTrack,
  original: HeardTrack,
  toOriginal: (sec: number) => number,
  gaps: readonly Gap[],
  originalAboveDbfs: number,
): number {
  const { levelsDb, startSec } = dub.measures;
  const counts = new Uint32Array(128);
  let total = 0;
  let next = 0;
  for (let i = 0; i < levelsDb.length; i += 1) {
    const sec = startSec + (i + 0.5) * LEVEL_STEP_SEC;
    while (next < gaps.length && gaps[next]!.endSec + 2 * LEVEL_STEP_SEC < sec) next += 1;
    if (next < gaps.length && sec > gaps[next]!.startSec - 2 * LEVEL_STEP_SEC) continue;
    if (levelAt(original.measures, toOriginal(sec)) <= originalAboveDbfs) continue;
    counts[-levelsDb[i]!]! += 1;
    total += 1;
  }
  let seen = 0;
  for (let quiet = 127; quiet >= 0; quiet -= 1) {
    seen += counts[quiet]!;
    if (total > 0 && seen > PAUSE_SHARE * total) return -quiet;
  }
  return -127;
}

/** Share of digital silence within an original from which on its voices stand in nothing. */
const EMPTY_SHARE = 0.01;

/** Whether silence in a dub of this original proves nothing, since the original itself falls silent between its sounds. */
export function isEmptyRoom({ levelsDb }: TrackMeasures): boolean {
  let first = 0;
  let end = levelsDb.length;
  while (first < end && levelsDb[first]! <= EMPTY_PAUSES_DB) first += 1;
  while (end > first && levelsDb[end - 1]! <= EMPTY_PAUSES_DB) end -= 1;
  let silent = 0;
  for (let i = first; i < end; i += 1) if (levelsDb[i]! <= EMPTY_PAUSES_DB) silent += 1;
  return silent > EMPTY_SHARE * (end - first);
}
