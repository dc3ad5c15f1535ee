/** The level of a track over time, as a picture draws it: from the levels that were measured of every 20 ms. */
import { LEVEL_STEP_SEC, type TrackMeasures } from './track-measures.ts';

/** Levels at and below this are digital silence, dBFS. */
export const SILENCE_DB = -127;

/** Which stretch is drawn, in the time of the picture. */
export type LevelStretch = { startSec: number; endSec: number; columns: number };

/** How levels are read. */
export type LevelReading = {
  /** Time in the track of a time in the picture, s; default: the same. */
  toTrack?: (sec: number) => number;
  /** Each column shows the mean power of so much time around its middle, s; its own width at least (default). */
  windowSec?: number;
};

/**
 * RMS level of each column, dBFS to a tenth, -127 for digital silence; null where the track has no whole 20 ms in it.
 * The levels of 20 ms count where their middle lies in the column's window; in a narrower one the nearest counts.
 */
export function levelLine(
  measures: Pick<TrackMeasures, 'levelsDb' | 'startSec'>,
  { startSec, endSec, columns }: LevelStretch,
  { toTrack = (sec) => sec, windowSec = 0 }: LevelReading = {},
): (number | null)[] {
  const sums = powerSums(measures.levelsDb);
  const columnSec = (endSec - startSec) / columns;
  const half = Math.max(windowSec, columnSec) / 2;
  return Array.from({ length: columns }, (_, i) => {
    const middle = startSec + (i + 0.5) * columnSec;
    const [from, to] = [toTrack(middle - half), toTrack(middle + half)];
    return meanLevel(sums, stepsIn(measures.startSec, from, to), measures.levelsDb.length);
  });
}

/** RMS level of a stretch of a track, dBFS to a tenth; null outside of the track. Times are the track's own. */
export function levelBetween(
  measures: Pick<TrackMeasures, 'levelsDb' | 'startSec'>,
  fromSec: number,
  toSec: number,
): number | null {
  const { levelsDb, startSec } = measures;
  const [first, end] = stepsIn(startSec, fromSec, toSec);
  const part = levelsDb.subarray(Math.max(0, first), Math.max(0, end));
  return part.length === 0 ? null : meanLevel(powerSums(part), [0, part.length], part.length);
}

/** First step and the one after the last whose middles lie in a stretch; the nearest one where none does. */
function stepsIn(startSec: number, fromSec: number, toSec: number): [number, number] {
  const place = (sec: number): number => Math.ceil((sec - startSec) / LEVEL_STEP_SEC - 0.5 - 1e-9);
  const [first, end] = [place(fromSec), place(toSec)];
  if (end > first) return [first, end];
  const nearest = Math.floor(((fromSec + toSec) / 2 - startSec) / LEVEL_STEP_SEC + 1e-9);
  return [nearest, nearest + 1];
}

function powerSums(levelsDb: Int8Array): Float64Array {
  const sums = new Float64Array(levelsDb.length + 1);
  for (let i = 0; i < levelsDb.length; i += 1) sums[i + 1] = sums[i]! + powerOf(levelsDb[i]!);
  return sums;
}

function meanLevel(sums: Float64Array, [first, end]: [number, number], count: number): number | null {
  const from = Math.max(0, first);
  const to = Math.min(count, end);
  if (to <= from) return null;
  const power = (sums[to]! - sums[from]!) / (to - from);
  return power <= 0 ? SILENCE_DB : Math.max(SILENCE_DB, Math.round(100 * Math.log10(power)) / 10);
}

function powerOf(db: number): number {
  return db <= SILENCE_DB ? 0 : 10 ** (db / 10);
}
