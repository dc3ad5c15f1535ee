/**
 * From two whole tracks to where the one is in the other: at which speed it runs, and which part sits where. The
 * original is brought to the dub's speed before they are compared, so that a dub at another speed is heard as sharply
 * as any.
 */
import { FINGERPRINT_RATE_HZ, type Fingerprint } from './fingerprint.ts';
import { followLag, type LagHit, type LagTrack, spread } from './lag-track.ts';
import { atSpeed } from './play-speed.ts';
import { searchSigns } from './sign-search.ts';
import type { SoundReader } from './sound-reader.ts';
import { NAMED_SPEEDS } from './speed.ts';
import { LEAST_JUMP_MS, type MapPart, mapParts, polarityOf } from './time-map.ts';
import { printOf } from './track-print.ts';

/** Where fewer of the stretches are found at the original's speed, other speeds are tried. */
const ENOUGH_FOUND = 0.25;
/** Stretches that each speed is tried with, and their length, s. */
const TRIALS = 8;
const TRIAL_SEC = 5;
/** What a speed must find to be taken: the heights of all that is found. Chance alone gives nothing. */
const LEAST_TRIAL_SCORE = 16;
/** A slope of the lag below this is a speed of 1, or the speed that was tried. */
const LEAST_SLOPE = 1e-5;

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

/** One of the two tracks. */
export type PrintedSound = { sound: SoundReader; print: Fingerprint };

/** Which lags and speeds are looked for. */
export type MapOptions = {
  /** How far away at most, s; 0: 2.5 s. */
  farSec: number;
  signal?: AbortSignal | undefined;
};

type Trial = { speed: number; print: Fingerprint; track: LagTrack };

/**
 * Finds the parts of `original` in `dub`; null where nothing was found. In the result `offsetMs` is where a part of the
 * original sounds in the dub: at `t / speed + offsetMs / 1000` s for what is at `t` s in the original.
 */
export async function findMap(
  original: PrintedSound,
  dub: PrintedSound,
  options: MapOptions,
): Promise<TimeMap | null> {
  let trial: Trial = {
    speed: 1,
    print: original.print,
    track: followLag(original.print, dub.print, options),
  };
  if (trial.track.hits.length < ENOUGH_FOUND * trial.track.stretches) {
    const speed = await trySpeeds(original.sound, dub.print, options);
    if (speed !== null) trial = better(trial, await atThat(original.sound, dub.print, speed, options));
  }
  let slope = slopeOf(trial);
  for (let round = 0; round < 2 && Math.abs(slope.value) > LEAST_SLOPE; round += 1) {
    const refined = await atThat(original.sound, dub.print, trial.speed / (1 + slope.value), options);
    if (heights(refined.track.hits) <= heights(trial.track.hits)) break;
    trial = refined;
    slope = slopeOf(trial);
  }
  const parts = mapParts(trial.print, dub.print, trial.track);
  if (parts.length === 0) return null;
  const { speed, track } = trial;
  return {
    speed,
    speedUncertainty: slope.error,
    polarity: polarityOf(track.hits),
    parts: parts.map((part) => inOriginalTime(part, speed)),
    found: new Set(track.hits.map(({ start }) => start)).size,
    stretches: track.stretches,
  };
}

function inOriginalTime(part: MapPart, speed: number): TimeMap['parts'][number] {
  const second = FINGERPRINT_RATE_HZ / speed;
  return {
    startSec: part.start / second,
    endSec: part.end / second,
    offsetMs: (part.lag * 1000) / FINGERPRINT_RATE_HZ,
    fit: part.fit,
    startWidthMs: (part.startWidth * 1000) / second,
  };
}

async function atThat(
  sound: SoundReader,
  dub: Fingerprint,
  speed: number,
  options: MapOptions,
): Promise<Trial> {
  const print = await printOf(atSpeed(sound, speed), options);
  return { speed, print, track: followLag(print, dub, options) };
}

function better(a: Trial, b: Trial): Trial {
  return heights(b.track.hits) > heights(a.track.hits) ? b : a;
}

function heights(hits: readonly LagHit[]): number {
  return hits.reduce((sum, { height }) => sum + height, 0);
}

/** The speed at which most is found, by a few stretches; null where none finds anything. */
async function trySpeeds(sound: SoundReader, dub: Fingerprint, options: MapOptions): Promise<number | null> {
  const lengthSec = Math.min(TRIAL_SEC, sound.durationSec);
  const count = Math.max(1, Math.floor(sound.durationSec / lengthSec));
  const starts = spread(
    Array.from({ length: count }, (_, i) => i * lengthSec),
    TRIALS,
  );
  let best: { speed: number; score: number } | null = null;
  for (const { speed } of NAMED_SPEEDS) {
    const faster = atSpeed(sound, speed);
    let score = 0;
    for (const startSec of starts) {
      const print = await printOf(excerpt(faster, startSec / speed, lengthSec / speed), options);
      score += trialScore(print, dub, startSec / speed, options.farSec);
    }
    if (score >= LEAST_TRIAL_SCORE && score > (best?.score ?? 0)) best = { speed, score };
  }
  return best?.speed ?? null;
}

function trialScore(print: Fingerprint, dub: Fingerprint, startSec: number, farSec: number): number {
  const start = Math.round(startSec * FINGERPRINT_RATE_HZ);
  const half = Math.round(Math.max(2.5, farSec) * FINGERPRINT_RATE_HZ);
  const stretch = { start: 0, end: print.length, fromLag: start - half, toLag: start + half };
  const [best, next] = searchSigns(print, dub, stretch, 2);
  return best !== undefined && best.height > 7 && best.height > 1.3 * (next?.height ?? 0) ? best.height : 0;
}

function excerpt(sound: SoundReader, startSec: number, durationSec: number): SoundReader {
  return { durationSec, read: (from, to) => sound.read(startSec + from, startSec + to) };
}

/** How the lag moves along the longest place, by the middle of all slopes between two hits (Theil and Sen). */
function slopeOf({ track, print, speed }: Trial): { value: number; error: number } {
  const slopes: number[] = [];
  const { hits } = track;
  const far = Math.max(1, print.length / 4);
  for (let i = 0; i < hits.length; i += 1) {
    for (let j = i + 1; j < hits.length; j += 1) {
      const [x, y] = [hits[i]!, hits[j]!];
      const slope = (y.lag - x.lag) / (y.start - x.start);
      // A jump of a cut is no slope: speeds that are near one of the names differ by less.
      if (y.start - x.start >= far && Math.abs(slope) < 0.003) slopes.push(slope);
    }
  }
  // Half a sign either way at both ends.
  const error = Math.max(1e-6, 1 / Math.max(1, print.length)) / speed;
  if (slopes.length < 3) return { value: 0, error: Math.max(error, 4e-4) };
  slopes.sort((x, y) => x - y);
  const at = (share: number): number => slopes[Math.floor(share * (slopes.length - 1))]!;
  const width = at(0.75) - at(0.25);
  const value = Math.abs(at(0.5)) > width ? at(0.5) : 0;
  return { value, error: Math.max(error, width / 2) };
}
