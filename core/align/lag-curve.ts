/** How well two tracks fit at every shift of one against the other. */
import { nextFftSize, sharedFft } from '../dsp/fft.ts';
import { BED_RATE_HZ, HIGHEST_HZ, LOWEST_HZ } from './bed-signal.ts';

/** Shifts that leave less than this of the shorter track to compare are not looked at. */
const LEAST_OVERLAP = 0.25;
const LEAST_OVERLAP_SAMPLES = 0.3 * BED_RATE_HZ;
/** Lower places are everywhere, standard deviations. */
const LEAST_HEIGHT = 2;
/** What lies this near to the highest point belongs to it, ms. */
export const PEAK_WIDTH_MS = 5;

/**
 * Fit at lags from -maxLag to +maxLag samples of 16 kHz; index `maxLag` is lag 0. Positive lag: the second track
 * sounds later. Measured in standard deviations of the lags outside the highest peak; 0 where too little overlaps.
 */
export type LagCurve = Float32Array;

/** A stretch of a track's `flat` bed signal, ready to be compared with others of the same `size`. */
export type LagSpectrum = { samples: number; packed: Float32Array };

/** Transform size that a stretch of `samples` samples needs. */
export function lagTransformSize(samples: number, maxLag: number): number {
  return nextFftSize(samples + maxLag);
}

/** Transforms a stretch. */
export function lagSpectrum(signal: Float32Array, size: number): LagSpectrum {
  const packed = new Float32Array(size);
  sharedFft(size).forward(signal, packed);
  return { samples: signal.length, packed };
}

/** Which frequencies of a cross-spectrum count, and how much. */
export type LagWeighting =
  /** Every frequency as loud as it is: for `flat` signals, which have been levelled already. */
  | 'as-is'
  /** Every frequency from 50 Hz to 6 kHz the same (phase transform): for `plain` signals. */
  | 'phase-only';

/** The lag curve of two stretches that begin at the same instant. `maxLag` in samples of 16 kHz. */
export function lagCurve(
  a: LagSpectrum,
  b: LagSpectrum,
  maxLag: number,
  weighting: LagWeighting = 'as-is',
): LagCurve {
  const curve = new Float32Array(2 * maxLag + 1);
  const shorter = Math.min(a.samples, b.samples);
  const least = Math.max(LEAST_OVERLAP * shorter, LEAST_OVERLAP_SAMPLES);
  if (shorter < least) return curve;
  const size = a.packed.length;
  const correlation = new Float32Array(size);
  const product = crossSpectrum(a.packed, b.packed);
  if (weighting === 'phase-only') keepPhase(product);
  sharedFft(size).inverse(product, correlation);
  const first = Math.max(-maxLag, Math.ceil(least - a.samples));
  const last = Math.min(maxLag, Math.floor(b.samples - least));
  for (let lag = first; lag <= last; lag += 1) {
    const overlap = Math.min(a.samples, b.samples - lag) - Math.max(0, -lag);
    // The noise of a sum grows with the root of its length.
    curve[lag + maxLag] = correlation[lag < 0 ? lag + size : lag]! / Math.sqrt(overlap);
  }
  return scaleToNoise(curve);
}

function crossSpectrum(a: Float32Array, b: Float32Array): Float32Array {
  const product = new Float32Array(a.length);
  for (let i = 2; i < a.length; i += 2) {
    product[i] = a[i]! * b[i]! + a[i + 1]! * b[i + 1]!;
    product[i + 1] = a[i]! * b[i + 1]! - a[i + 1]! * b[i]!;
  }
  return product;
}

function keepPhase(product: Float32Array): void {
  const perHz = product.length / BED_RATE_HZ;
  const first = Math.ceil(LOWEST_HZ * perHz);
  const last = Math.floor(HIGHEST_HZ * perHz);
  product.fill(0, 0, 2 * first);
  product.fill(0, 2 * (last + 1));
  for (let bin = first; bin <= last; bin += 1) {
    const magnitude = Math.hypot(product[2 * bin]!, product[2 * bin + 1]!);
    const gain = magnitude > 0 ? 1 / magnitude : 0;
    product[2 * bin]! *= gain;
    product[2 * bin + 1]! *= gain;
  }
}

/** Scales a curve, in place, so that the lags outside its highest peak have a standard deviation of 1. */
export function scaleToNoise(curve: LagCurve): LagCurve {
  const highest = indexOfMax(curve);
  const width = Math.round((PEAK_WIDTH_MS * BED_RATE_HZ) / 1000);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < curve.length; i += 1) {
    const value = curve[i]!;
    if (value === 0 || Math.abs(i - highest) <= width) continue;
    sum += value * value;
    count += 1;
  }
  const deviation = count === 0 ? 0 : Math.sqrt(sum / count);
  const scale = deviation > 0 ? 1 / deviation : 0;
  for (let i = 0; i < curve.length; i += 1) curve[i]! *= scale;
  return curve;
}

/** A place where a curve is highest. */
export type LagPeak = {
  /** Positive: the second track sounds later. */
  lagMs: number;
  /** In standard deviations of the curve's noise. */
  height: number;
};

/**
 * The `count` highest places, best first, each at least 5 ms from the others; finer than a sample by a parabola. Places
 * under two standard deviations are not told.
 */
export function findPeaks(curve: LagCurve, count: number): LagPeak[] {
  const width = Math.round((PEAK_WIDTH_MS * BED_RATE_HZ) / 1000);
  const maxLag = (curve.length - 1) / 2;
  const chosen: number[] = [];
  for (const at of summits(curve).sort((a, b) => curve[b]! - curve[a]! || a - b)) {
    if (chosen.length === count) break;
    if (chosen.every((other) => Math.abs(other - at) > width)) chosen.push(at);
  }
  return chosen.map((at) => ({
    lagMs: ((at + vertex(curve, at) - maxLag) * 1000) / BED_RATE_HZ,
    height: curve[at]!,
  }));
}

function summits(curve: LagCurve): number[] {
  const found: number[] = [];
  for (let i = 0; i < curve.length; i += 1) {
    const value = curve[i]!;
    if (value < LEAST_HEIGHT) continue;
    if ((i === 0 || value > curve[i - 1]!) && (i === curve.length - 1 || value >= curve[i + 1]!))
      found.push(i);
  }
  return found;
}

/** Where the parabola through a sample and its neighbours has its top, in samples from the middle one. */
function vertex(curve: LagCurve, at: number): number {
  if (at === 0 || at === curve.length - 1) return 0;
  const before = curve[at - 1]!;
  const after = curve[at + 1]!;
  const bend = before - 2 * curve[at]! + after;
  if (bend >= 0) return 0;
  return Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend)));
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}
