/** Finds a dub that was made faster or slower in a way that its wave form no longer shows, pitch kept for one. */

import { spread } from './lag-track.ts';
import { type OnsetPair, type OnsetSpeed, searchOnsetSpeed, speedGrid } from './onset-speed.ts';
import { onsetsOf } from './onsets.ts';
import type { SoundReader } from './sound-reader.ts';
import type { TimeMap } from './time-map.ts';

/** Stretches of a long track, s, and how many of them. */
const STRETCH_SEC = 20;
const STRETCHES = 8;
/** The first search looks at the beginning only, where a wrong speed has not led far astray, s. */
const FIRST_SEC = 400;
const SHORT_LAG_SEC = 2;
const LONG_LAG_SEC = 60;
/** Speeds this near to the original's are none of their own. */
const LEAST_DIFFERENCE = 0.004;
/** Onsets are known to a frame of this length, s. */
const FRAME_SEC = 0.016;
/** The second search: speeds on both sides of what the first has found. */
const FINER = 12;

/** The two tracks of a short shot, ready to be pooled with others of the same dub. */
export async function shortPair(original: SoundReader, dub: SoundReader): Promise<OnsetPair> {
  return {
    original: await onsetsOf(original, 0, original.durationSec),
    dub: await onsetsOf(dub, 0, dub.durationSec),
    originalStartSec: 0,
    dubStartSec: 0,
  };
}

/** The other speed that the short shots of one dub agree on; null where they show none. */
export function shortSpeed(pairs: readonly OnsetPair[], longestSec: number): OnsetSpeed | null {
  const speeds = speedGrid(longestSec);
  const found = searchOnsetSpeed(pairs, speeds, SHORT_LAG_SEC);
  if (found === null || Math.abs(found.speed - 1) < LEAST_DIFFERENCE) return null;
  return { ...found, speedUncertainty: Math.max(found.speedUncertainty, FRAME_SEC / longestSec) };
}

/** The other speed at which a long dub runs; null where none stands out. @throws what `read` throws. */
export async function longSpeed(
  original: SoundReader,
  dub: SoundReader,
  signal: AbortSignal | undefined,
): Promise<OnsetSpeed | null> {
  const whole = Math.min(original.durationSec, dub.durationSec);
  const lagSec = Math.min(LONG_LAG_SEC, whole / 2);
  const grid = speedGrid(STRETCH_SEC);
  const first = await pairsOf(original, dub, Math.min(FIRST_SEC, whole), 1, lagSec, 0.1, signal);
  const rough = searchOnsetSpeed(first, grid, lagSec);
  if (rough === null || Math.abs(rough.speed - 1) < LEAST_DIFFERENCE) return null;
  const step = 0.05 / STRETCH_SEC;
  const near = Array.from({ length: 2 * FINER + 1 }, (_, i) => rough.speed + ((i - FINER) * step) / FINER);
  const reachSec = Math.abs(rough.offsetMs) / 1000 + SHORT_LAG_SEC;
  const all = await pairsOf(original, dub, whole, rough.speed, reachSec, step, signal);
  return searchOnsetSpeed(all, near, reachSec) ?? rough;
}

async function pairsOf(
  original: SoundReader,
  dub: SoundReader,
  untilSec: number,
  speed: number,
  lagSec: number,
  unsure: number,
  signal: AbortSignal | undefined,
): Promise<OnsetPair[]> {
  const count = Math.max(1, Math.floor(untilSec / STRETCH_SEC));
  const starts = spread(
    Array.from({ length: count }, (_, i) => i * STRETCH_SEC),
    STRETCHES,
  );
  const pairs: OnsetPair[] = [];
  for (const startSec of starts) {
    signal?.throwIfAborted();
    const reachSec = lagSec + startSec * unsure + 0.1 * STRETCH_SEC;
    const from = Math.max(0, startSec / speed - reachSec);
    const to = Math.min(dub.durationSec, (startSec + STRETCH_SEC) / speed + reachSec);
    pairs.push({
      original: await onsetsOf(original, startSec, STRETCH_SEC),
      dub: await onsetsOf(dub, from, Math.max(1, to - from)),
      originalStartSec: startSec,
      dubStartSec: from,
    });
  }
  return pairs;
}

/** What was found, as the map of a track of `durationSec`. */
export function tempoMap(found: OnsetSpeed, durationSec: number): TimeMap {
  const { speed, speedUncertainty, offsetMs, height } = found;
  const part = { startSec: 0, endSec: durationSec, offsetMs, fit: height, startWidthMs: 0 };
  return { speed, speedUncertainty, polarity: 1, parts: [part], wanderMs: 0, found: 1, stretches: 1 };
}
