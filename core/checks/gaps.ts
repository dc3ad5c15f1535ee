/** Stretches of a track that are far quieter than what surrounds them, with abrupt ends. */
import { LEVEL_STEP_SEC, type TrackMeasures } from '../dsp/track-measures.ts';

/** A stretch, s from the file's first instant; an open side touches the track's own end. */
export type Gap = {
  startSec: number;
  endSec: number;
  /** Level in its middle, dBFS; -127 for digital silence. */
  levelDb: number;
  /** Level of the 40 ms beside it, the louder side, dBFS. */
  besideDb: number;
  opensTrack: boolean;
  endsTrack: boolean;
};

/** Steps that may lie half in a gap: a drop of 20 ms, or a codec's ringing. */
const EDGE_STEPS = 2;
/** Nothing quieter than this can be interrupted, dBFS. */
const QUIETEST_SOUND_DB = -60;
/** Quieter than this is as good as nothing, dBFS. */
const NOTHING_DB = -100;

/** Gaps of at least `shortestSec`, whose sides are `dropDb` louder within 40 ms. */
export function findGaps({ levelsDb, startSec }: TrackMeasures, shortestSec: number, dropDb: number): Gap[] {
  const gaps: Gap[] = [];
  for (let first = 0; first < levelsDb.length; ) {
    const bound = boundAt(levelsDb, first, dropDb);
    if (bound === null || levelsDb[first]! > bound) {
      first += 1;
      continue;
    }
    let end = first;
    while (end < levelsDb.length && levelsDb[end]! <= bound) end += 1;
    const gap = gapOf(levelsDb, first, end, dropDb, startSec);
    if (gap !== null && gap.endSec - gap.startSec >= shortestSec - 1e-6) gaps.push(gap);
    first = Math.max(first + 1, gap === null ? first + 1 : end);
  }
  return gaps;
}

/** What a step must stay below to be in a gap that begins at `first`; null where nothing ends there. */
function boundAt(levels: Int8Array, first: number, dropDb: number): number | null {
  if (first === 0) return NOTHING_DB;
  const before = loudest(levels, first - EDGE_STEPS, first);
  return before < QUIETEST_SOUND_DB ? null : Math.max(NOTHING_DB, before - dropDb);
}

function gapOf(levels: Int8Array, first: number, end: number, dropDb: number, startSec: number): Gap | null {
  const endsTrack = end === levels.length;
  const before = first === 0 ? null : loudest(levels, first - EDGE_STEPS, first);
  const after = endsTrack ? null : loudest(levels, end, end + EDGE_STEPS);
  const inside = [...levels.subarray(first, end)].sort((a, b) => a - b);
  const levelDb = inside[inside.length >> 1]!;
  const sides = [before, after].filter((side) => side !== null);
  if (sides.some((side) => side < QUIETEST_SOUND_DB || side - levelDb < dropDb)) return null;
  return {
    startSec: startSec + first * LEVEL_STEP_SEC,
    endSec: startSec + end * LEVEL_STEP_SEC,
    levelDb,
    besideDb: Math.max(-127, ...sides),
    opensTrack: first === 0,
    endsTrack,
  };
}

function loudest(levels: Int8Array, from: number, to: number): number {
  let most = -127;
  for (let i = Math.max(0, from); i < Math.min(levels.length, to); i += 1) most = Math.max(most, levels[i]!);
  return most;
}
