/** From a dub's time to its original's and back, and the levels that were measured there. */
import { LEVEL_STEP_SEC, type TrackMeasures } from '../dsp/track-measures.ts';
import type { HeardTitle, HeardTrack } from './heard.ts';

/** Where the parts of the original are in a dub, as far as it is needed here. */
type Parts = { speed: number; parts: readonly { startSec: number; endSec: number; offsetMs: number }[] };
type Placed = HeardTrack & { timeMap?: Parts | null };

/** Speeds closer to 1 than this are 1. */
const OTHER_SPEED = 5e-4;
const SILENCE_DB = -127;

/** How a dub's time goes with its original's. */
export type TimeLink = {
  /** Whether that was measured; if not, both are taken to begin together. */
  isKnown: boolean;
  /** A dub at another speed or of another cut: its edges say nothing. */
  isBent: boolean;
  /** Time in the original of a time in the dub, s. */
  toOriginal: (dubSec: number) => number;
  /** Time in the dub of a time in the original, s. */
  toDub: (originalSec: number) => number;
};

/** How the time of a dub goes with that of its original: by its own map, or by its language's shift. */
export function timeLink(title: HeardTitle, dub: HeardTrack): TimeLink {
  const map = (dub as Placed).timeMap ?? null;
  if (map !== null && (map.parts.length > 1 || Math.abs(map.speed - 1) > OTHER_SPEED)) return bentLink(map);
  const own = map?.parts[0]?.offsetMs;
  const offsetMs = title.offsets.find(({ voice }) => voice === dub.voice)?.offsetMs ?? own ?? null;
  const shiftSec = (offsetMs ?? 0) / 1000;
  return {
    isKnown: offsetMs !== null,
    isBent: false,
    toOriginal: (sec) => sec - shiftSec,
    toDub: (sec) => sec + shiftSec,
  };
}

function bentLink({ speed, parts }: Parts): TimeLink {
  const toDub = (sec: number, { offsetMs }: Parts['parts'][number]): number => sec / speed + offsetMs / 1000;
  const nearest = (distance: (part: Parts['parts'][number]) => number): Parts['parts'][number] =>
    parts.reduce((best, part) => (distance(part) < distance(best) ? part : best));
  return {
    isKnown: true,
    isBent: true,
    toDub: (sec) =>
      toDub(
        sec,
        nearest((part) => outside(sec, part.startSec, part.endSec)),
      ),
    toOriginal: (sec) => {
      const part = nearest((p) => outside(sec, toDub(p.startSec, p), toDub(p.endSec, p)));
      return (sec - part.offsetMs / 1000) * speed;
    },
  };
}

function outside(sec: number, startSec: number, endSec: number): number {
  return Math.max(0, startSec - sec, sec - endSec);
}

/** Level of the 20 ms around a time, dBFS; -127 outside the track. */
export function levelAt({ levelsDb, startSec }: TrackMeasures, sec: number): number {
  return levelsDb[Math.floor((sec - startSec) / LEVEL_STEP_SEC)] ?? SILENCE_DB;
}

/** Time within `from..to` in which a track is louder than `aboveDb`, s. */
export function soundingSec(
  measures: TrackMeasures,
  fromSec: number,
  toSec: number,
  aboveDb: number,
): number {
  let steps = 0;
  const count = Math.floor((toSec - fromSec) / LEVEL_STEP_SEC + 1e-6);
  for (let i = 0; i < count; i += 1) {
    if (levelAt(measures, fromSec + (i + 0.5) * LEVEL_STEP_SEC) > aboveDb) steps += 1;
  }
  return steps * LEVEL_STEP_SEC;
}

/** When a track's sound ends, s from the file's first instant. */
export function endSec({ startSec, durationSec }: TrackMeasures): number {
  return startSec + durationSec;
}
