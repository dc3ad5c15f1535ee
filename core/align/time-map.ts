/** Where each part of an original is in its dub, and what that says. */

/** Smaller jumps are not told: a mix may have them, ms. */
export const LEAST_JUMP_MS = 100;
/** A speed is another one beyond so many times its uncertainty, and where it comes to this much in the end, ms. */
const SURE_SPEED = 4;
const LEAST_DRIFT_MS = 20;

/** Where each part of an original is in its dub. */
export type TimeMap = {
  /** How fast the dub runs against the original; 1: at its speed. */
  speed: number;
  /** How exactly the speed is known, as a ratio (0.0001: to 0.01 %). */
  speedUncertainty: number;
  /** -1: the dub is upside down. */
  polarity: 1 | -1;
  /** In order of time; a stretch between two parts is not in the dub. Never empty. */
  parts: { startSec: number; endSec: number; offsetMs: number; fit: number; startWidthMs: number }[];
  /** How far apart the places of its stretches are within a part, ms: a stretched sound moves in small steps. */
  wanderMs: number;
  /** Stretches that were found, of all that were looked for. */
  found: number;
  stretches: number;
};

/** Whether a dub runs at the original's speed and without a jump; true also where nothing was found. */
export function isOneParallelPart(map: TimeMap | null): boolean {
  return map === null || (!hasOtherSpeed(map) && jumpsOf(map).length === 0);
}

/** Whether the speed differs by more than its uncertainty, and by enough to be heard in the end. */
export function hasOtherSpeed({ speed, speedUncertainty, parts }: TimeMap): boolean {
  const difference = Math.abs(speed - 1);
  const driftMs = difference * 1000 * (parts.at(-1)!.endSec - parts[0]!.startSec);
  return difference > SURE_SPEED * speedUncertainty && driftMs >= LEAST_DRIFT_MS;
}

/** A place where the dub lacks or has more than the original. */
export type MapJump = {
  /** Where it is in the original, s: the end of what fits before it. */
  atSec: number;
  /** How exactly that is known, ms. */
  widthMs: number;
  /** How much later the dub sounds after it, ms; negative: something is missing from the dub. */
  byMs: number;
};

/** The jumps of a map that are no matter of the mix. */
export function jumpsOf({ parts }: TimeMap): MapJump[] {
  return parts.slice(1).flatMap((part, i) => {
    const before = parts[i]!;
    const byMs = part.offsetMs - before.offsetMs;
    if (Math.abs(byMs) < LEAST_JUMP_MS) return [];
    return [{ atSec: before.endSec, widthMs: part.startWidthMs, byMs }];
  });
}
