/**
 * Which stretches of two tracks are the same sound, and where in the other each of them is: for the picture behind
 * findings that say so. Short tracks are compared as a whole, long ones in samples spread over their length.
 */
import { setImmediate } from 'node:timers/promises';
import { initFft } from '../dsp/fft.ts';
import { BED_RATE_HZ, type BedSignal, bedSignalOfCopy } from './bed-signal.ts';
import { findPeaks, lagCurve, lagSpectrum, lagTransformSize } from './lag-curve.ts';
import { compareFrames, DIFFERENT, FRAME_STEP_SEC } from './same-sound.ts';
import type { SoundReader } from './sound-reader.ts';

/** Longer tracks are sampled, s. */
const LONGEST_WHOLE_SEC = 30;
/** Samples of a long track, and how long each is, s. */
const SAMPLES = 60;
const SAMPLE_SEC = 4;
/** How far around its place a sample of a long track is looked for, s. */
const FAR_SEC = 3;
/** Where a stretch lies is told by this much of it, every so much, s. */
const PLACE_SEC = 1;
const PLACE_STEP_SEC = 0.5;
/** Places below this are what chance reaches, standard deviations. */
const CLEAR_HEIGHT = 8;
/** Places that far apart are the same, ms. */
const SAME_PLACE_MS = 5;
/** A column of a short track: four frames. */
const COLUMN_FRAMES = 4;
/** Frames this far below the loudest say nothing, dB. */
const ACTIVE_DB = -40;

/** From here on a column is the same sound: what the checks take for it (core/align/same-sound.ts). */
export const SAME_LIKENESS = 1 - DIFFERENT / 2;

/** A stretch of the first track; values are null where both are as good as silent. */
export type SharedColumn = {
  startSec: number;
  endSec: number;
  /** 1: the same sound but for its level and tone; 0: nothing in common. */
  likeness: number | null;
  /** How loud the other track's sound is in this one, 0..1 of what it is there. */
  contained: number | null;
};

/** A stretch of the first track, and where it is in the other. */
export type SharedPart = { startSec: number; endSec: number; otherSec: number };

/** How tracks are compared. */
export type SharedOptions = { nearMs?: number; withParts?: boolean; signal?: AbortSignal | undefined };

/** How two tracks compare over time. */
export type SharedSound = {
  columns: SharedColumn[];
  /** In order; empty where no place stands out. */
  parts: SharedPart[];
  /** How much later the other sounds in most of them, ms; null without any. */
  lagMs: number | null;
};

/**
 * Compares a track with another one. `nearMs`: how much later the other is thought to sound, where nothing stands out.
 * `withParts` false: short tracks at one place for all of them, which is quicker.
 * @throws the signal's reason when it aborts, and what reading throws.
 */
export async function sharedSound(
  track: SoundReader,
  other: SoundReader,
  { nearMs = 0, withParts = true, signal }: SharedOptions = {},
): Promise<SharedSound> {
  await initFft();
  const isShort = Math.max(track.durationSec, other.durationSec) <= LONGEST_WHOLE_SEC;
  const compared = isShort
    ? await compareWhole(track, other, { nearMs, withParts, signal })
    : await compareSamples(track, other, nearMs, signal);
  return { ...compared, lagMs: usualLag(compared.parts) };
}

type Compared = Pick<SharedSound, 'columns' | 'parts'>;

async function compareWhole(
  track: SoundReader,
  other: SoundReader,
  { nearMs, withParts, signal }: Required<Omit<SharedOptions, 'signal'>> & SharedOptions,
): Promise<Compared> {
  const own = bedSignalOfCopy(await track.read(0, track.durationSec));
  const its = bedSignalOfCopy(await other.read(0, other.durationSec));
  await setImmediate();
  const overall = placeFinder(its, own.flat.length)(own, 0, own.flat.length) ?? nearMs;
  const placeOf = withParts ? placeFinder(its, PLACE_SEC * BED_RATE_HZ) : () => null;
  const step = PLACE_STEP_SEC * BED_RATE_HZ;
  const places: (number | null)[] = [];
  const end = withParts ? own.flat.length : 0;
  for (let from = 0; from === 0 || from + step < end; from += step) {
    await setImmediate();
    signal?.throwIfAborted();
    places.push(placeOf(own, from, from + PLACE_SEC * BED_RATE_HZ));
  }
  // Each column at the place of its surroundings, where that is known.
  const filled = places.map((lag, i) => lag ?? places[i - 1] ?? places[i + 1] ?? overall);
  const lags = [...new Set(filled.map((lag) => sameLag(lag, overall)))];
  const byLag = new Map(lags.map((lag) => [lag, columnsAt(own, its, lag)]));
  const count = Math.floor(own.plain.length / BED_RATE_HZ / (COLUMN_FRAMES * FRAME_STEP_SEC));
  const columns = Array.from({ length: count }, (_, i) => {
    const startSec = i * COLUMN_FRAMES * FRAME_STEP_SEC;
    const endSec = startSec + COLUMN_FRAMES * FRAME_STEP_SEC;
    // A second's place is that of its middle.
    const near = Math.round((startSec - PLACE_STEP_SEC / 2) / PLACE_STEP_SEC);
    const lag = filled[Math.min(filled.length - 1, Math.max(0, near))] ?? overall;
    const values = byLag.get(sameLag(lag, overall))?.[i] ?? { likeness: 0, contained: 0 };
    return { startSec, endSec, ...values };
  });
  const stretches = places.map((lagMs, i) => {
    const startSec = i * PLACE_STEP_SEC;
    return { startSec, endSec: Math.min(startSec + PLACE_SEC, own.flat.length / BED_RATE_HZ), lagMs };
  });
  return { columns, parts: joinPlaces(stretches, other.durationSec) };
}

async function compareSamples(
  track: SoundReader,
  other: SoundReader,
  nearMs: number,
  signal: AbortSignal | undefined,
): Promise<Compared> {
  const columns: SharedColumn[] = [];
  const stretches: Stretch[] = [];
  const lastSec = Math.max(0, track.durationSec - SAMPLE_SEC);
  for (let i = 0; i < SAMPLES; i += 1) {
    await setImmediate();
    signal?.throwIfAborted();
    const startSec = (lastSec * (i + 0.5)) / SAMPLES;
    const otherSec = startSec + nearMs / 1000 - FAR_SEC;
    const own = bedSignalOfCopy(await track.read(startSec, startSec + SAMPLE_SEC));
    const its = bedSignalOfCopy(await other.read(otherSec, otherSec + SAMPLE_SEC + 2 * FAR_SEC));
    const found = placeFinder(its, own.flat.length)(own, 0, own.flat.length);
    const inPart = found ?? 1000 * FAR_SEC;
    const values = meanOf(columnsAt(own, its, inPart));
    const endSec = startSec + SAMPLE_SEC;
    columns.push({ startSec, endSec, ...values });
    stretches.push({ startSec, endSec, lagMs: found === null ? null : nearMs - 1000 * FAR_SEC + found });
  }
  return { columns, parts: joinPlaces(stretches, other.durationSec) };
}

/** How much later a stretch of a signal sounds in the other, ms; null where no place stands out. */
type FindPlace = (own: BedSignal, from: number, to: number) => number | null;

/** Looks for stretches, `from` to `to` samples, in all of a signal, which is transformed once for all of them. */
function placeFinder(its: BedSignal, longest: number): FindPlace {
  const maxLag = its.flat.length;
  if (maxLag === 0) return () => null;
  const size = lagTransformSize(Math.max(longest, maxLag), maxLag);
  const there = lagSpectrum(its.flat, size);
  return (own, from, to) => {
    const part = own.flat.subarray(from, Math.min(to, own.flat.length));
    if (part.length === 0) return null;
    const [best] = findPeaks(lagCurve(lagSpectrum(part, size), there, maxLag), 1);
    if (best === undefined || best.height < CLEAR_HEIGHT) return null;
    return best.lagMs - (1000 * from) / BED_RATE_HZ;
  };
}

function sameLag(lagMs: number, overallMs: number): number {
  const apart = Math.abs(lagMs - overallMs);
  return apart <= SAME_PLACE_MS ? overallMs : Math.round(lagMs * 2) / 2;
}

type Values = Pick<SharedColumn, 'likeness' | 'contained'>;

/** What each column of the first signal has of the other at one lag; absent where the other has no sound there. */
function columnsAt(own: BedSignal, its: BedSignal, lagMs: number): (Values | undefined)[] {
  // The other track's sound in this one is asked for: it comes first.
  const { startSec, differences, gains, powers } = compareFrames(its.plain, own.plain, -lagMs);
  const ownStart = startSec - lagMs / 1000;
  const least = powers.reduce((most, power) => Math.max(most, power), 0) * 10 ** (ACTIVE_DB / 10);
  const sums: { power: number; rest: number; gain: number; isActive: boolean }[] = [];
  for (const [i, power] of powers.entries()) {
    // A frame counts where its middle is.
    const column = Math.floor((ownStart / FRAME_STEP_SEC + i + 1) / COLUMN_FRAMES);
    if (column < 0) continue;
    const sum = sums[column] ?? { power: 0, rest: 0, gain: 0, isActive: false };
    sums[column] = sum;
    if (power <= least) continue;
    sum.isActive = true;
    sum.power += power;
    sum.rest += differences[i]! * power;
    sum.gain += gains[i]! * power;
  }
  return Array.from(sums, (sum) => {
    if (sum === undefined) return undefined;
    const { power, rest, gain, isActive } = sum;
    if (!isActive) return { likeness: null, contained: null };
    return { likeness: share(1 - rest / power / 2), contained: share(gain / power) };
  });
}

function meanOf(columns: readonly (Values | undefined)[]): Values {
  const known = columns.filter((one): one is Values => one !== undefined && one.likeness !== null);
  if (known.length === 0) return { likeness: null, contained: null };
  const mean = (of: (one: Values) => number | null): number =>
    known.reduce((sum, one) => sum + (of(one) ?? 0), 0) / known.length;
  return { likeness: mean((one) => one.likeness), contained: mean((one) => one.contained) };
}

function share(value: number): number {
  return Math.round(1000 * Math.max(0, Math.min(1, value))) / 1000;
}

type Stretch = { startSec: number; endSec: number; lagMs: number | null };

/** Joins stretches that follow each other at one place; what lies outside of the other track is none. */
function joinPlaces(stretches: readonly Stretch[], otherDurationSec: number): SharedPart[] {
  const parts: (SharedPart & { lagMs: number })[] = [];
  let open: (SharedPart & { lagMs: number }) | null = null;
  for (const { startSec, endSec, lagMs } of stretches) {
    if (lagMs === null) {
      open = null;
      continue;
    }
    if (open !== null && Math.abs(open.lagMs - lagMs) <= SAME_PLACE_MS) {
      open.endSec = endSec;
      continue;
    }
    // Two neighbours share half of their sound: where the place changes the later one begins.
    if (open !== null) open.endSec = Math.min(open.endSec, startSec + PLACE_STEP_SEC / 2);
    open = { startSec, endSec, otherSec: 0, lagMs };
    parts.push(open);
  }
  return parts.flatMap(({ startSec, endSec, lagMs }) => {
    const from = Math.max(startSec, -lagMs / 1000);
    const to = Math.min(endSec, otherDurationSec - lagMs / 1000);
    return to > from ? [{ startSec: from, endSec: to, otherSec: from + lagMs / 1000 }] : [];
  });
}

function usualLag(parts: readonly SharedPart[]): number | null {
  const longest = parts.reduce<SharedPart | null>((best, part) => {
    return best === null || part.endSec - part.startSec > best.endSec - best.startSec ? part : best;
  }, null);
  return longest === null ? null : Math.round(10_000 * (longest.otherSec - longest.startSec)) / 10;
}
