/**
 * Gathers what all shots of a title say about the shifts between its languages. One shot is often too short or too
 * full of speech to tell; their lag curves add up, since a language's shift is the same in every shot.
 */
import { BED_RATE_HZ, type BedSignal } from './bed-signal.ts';
import {
  findPeaks,
  type LagCurve,
  type LagPeak,
  lagCurve,
  lagSpectrum,
  lagTransformSize,
  scaleToNoise,
} from './lag-curve.ts';

/** Longer shots are compared in stretches of this length, which bounds the memory, s. */
const STRETCH_SEC = 20;
/**
 * No stretch counts for more than a peak of this height, in standard deviations: one shot whose dub is a copy of the
 * original must not outvote the rest.
 */
const LARGEST_VOTE = 30;
const PEAKS_KEPT = 6;

/** The summed evidence of one title. */
export type EvidencePool = {
  /** Farthest shift looked at, samples of 16 kHz. */
  readonly maxLag: number;
  /** By `pairKey`: the sum of the shots' curves, in standard deviations of one shot. */
  readonly curves: Map<string, LagCurve>;
  /** By voice: the sum of its curves against the reference in which loud sound counts for more. */
  readonly loudCurves: Map<string, LagCurve>;
  /** Voices (languages) in the order they were first heard. */
  readonly voices: string[];
  /** By voice: how far it was moved before it was compared, ms; absent: not at all. */
  readonly basesMs: Map<string, number>;
  /** Shots that took part, by voice. */
  readonly shotCounts: Map<string, number>;
};

/** What one shot alone says of two voices: the highest places of its lag curve, best first. */
export type PairPeaks = { first: string; second: string; peaks: LagPeak[] };

/** An empty pool. `maxLagMs`: farthest shift looked at. */
export function createEvidencePool(maxLagMs: number): EvidencePool {
  const maxLag = Math.round((maxLagMs * BED_RATE_HZ) / 1000);
  return {
    maxLag,
    curves: new Map(),
    loudCurves: new Map(),
    voices: [],
    basesMs: new Map(),
    shotCounts: new Map(),
  };
}

/** Name of the curve of two voices; lags are positive where `second` sounds later. */
export function pairKey(first: string, second: string): string {
  return `${first}\n${second}`;
}

/** The signals of a shot's voices, all from one instant, the reference (the original) first. */
export type VoiceBeds = Map<string, BedSignal>;

/** The lag curves of two voices of one shot. */
export type ShotCurve = {
  first: string;
  second: string;
  curve: LagCurve;
  /** By phase transform of the whole sound; only where `first` is the reference. */
  loudCurve: LagCurve | null;
};

/**
 * Compares each two voices of a shot. `beds`: their signals by voice, all from the shot's first instant, the reference
 * (the original) first.
 */
export function compareShot(beds: ReadonlyMap<string, BedSignal>, maxLag: number): ShotCurve[] {
  const voices = [...beds.keys()];
  const longest = Math.max(0, ...[...beds.values()].map((bed) => bed.flat.length));
  const pairs = voices.flatMap((first, i) => voices.slice(i + 1).map((second) => ({ first, second })));
  const sums = pairs.map((pair) => ({
    ...pair,
    curve: new Float32Array(2 * maxLag + 1),
    loudCurve: pair.first === voices[0] ? new Float32Array(2 * maxLag + 1) : null,
  }));
  for (const [start, end] of stretches(longest)) {
    const size = lagTransformSize(end - start, maxLag);
    const spectraOf = (kind: keyof BedSignal) =>
      new Map(voices.map((voice) => [voice, lagSpectrum(beds.get(voice)![kind].subarray(start, end), size)]));
    const flat = spectraOf('flat');
    const plain = spectraOf('plain');
    for (const { first, second, curve, loudCurve } of sums) {
      addVote(curve, lagCurve(flat.get(first)!, flat.get(second)!, maxLag));
      if (loudCurve !== null) {
        addVote(loudCurve, lagCurve(plain.get(first)!, plain.get(second)!, maxLag, 'phase-only'));
      }
    }
  }
  for (const { curve, loudCurve } of sums) {
    scaleToNoise(curve);
    if (loudCurve !== null) scaleToNoise(loudCurve);
  }
  return sums;
}

/** The curves of two stretches of one shot, added up. */
export function sumCurves(sums: readonly ShotCurve[], more: readonly ShotCurve[]): ShotCurve[] {
  if (sums.length === 0) return [...more];
  for (const [i, { curve, loudCurve }] of more.entries()) {
    addVote(sums[i]!.curve, curve);
    if (loudCurve !== null) addVote(sums[i]!.loudCurve!, loudCurve);
  }
  return [...sums];
}

function stretches(samples: number): [number, number][] {
  const length = STRETCH_SEC * BED_RATE_HZ;
  const count = Math.max(1, Math.round(samples / length));
  return Array.from({ length: count }, (_, i) => [i * length, i === count - 1 ? samples : (i + 1) * length]);
}

/** The highest places of a shot's curves. */
export function peaksOfShot(curves: readonly ShotCurve[]): PairPeaks[] {
  return curves.map(({ first, second, curve }) => ({ first, second, peaks: findPeaks(curve, PEAKS_KEPT) }));
}

/** Adds a shot's curves to the pool, but those with a voice of `leftOut`. */
export function addToPool(
  pool: EvidencePool,
  curves: readonly ShotCurve[],
  leftOut: ReadonlySet<string>,
): void {
  const heard = new Set<string>();
  for (const { first, second, curve, loudCurve } of curves) {
    if (leftOut.has(first) || leftOut.has(second)) continue;
    for (const voice of [first, second]) {
      heard.add(voice);
      if (!pool.voices.includes(voice)) pool.voices.push(voice);
    }
    addVote(curveIn(pool.curves, pairKey(first, second), pool), curve);
    if (loudCurve !== null) addVote(curveIn(pool.loudCurves, second, pool), loudCurve);
  }
  for (const voice of heard) pool.shotCounts.set(voice, (pool.shotCounts.get(voice) ?? 0) + 1);
}

function curveIn(curves: Map<string, LagCurve>, key: string, pool: EvidencePool): LagCurve {
  let sum = curves.get(key);
  if (sum === undefined) {
    sum = new Float32Array(2 * pool.maxLag + 1);
    curves.set(key, sum);
  }
  return sum;
}

function addVote(sum: LagCurve, curve: LagCurve): void {
  let highest = 0;
  for (const value of curve) if (value > highest) highest = value;
  const weight = highest > LARGEST_VOTE ? LARGEST_VOTE / highest : 1;
  for (let i = 0; i < sum.length; i += 1) sum[i]! += weight * curve[i]!;
}
