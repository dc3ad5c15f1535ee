/** Where a stretch of one track is found in another, by the signs that are kept of both. */
import { nextFftSize, sharedFft } from '../dsp/fft.ts';
import { FINGERPRINT_RATE_HZ, type Fingerprint } from './fingerprint.ts';

/** A stretch with less sound than this share of its length is not looked for. */
const LEAST_SOUND = 0.3;
/** Peaks nearer than this belong together, signs (5 ms). */
const PEAK_WIDTH = Math.round(0.005 * FINGERPRINT_RATE_HZ);

/** A place where a stretch fits. Lags are in signs (0.25 ms); positive: the second track sounds later. */
export type SignPeak = {
  lag: number;
  /** Standard deviations of the other places; always positive. */
  height: number;
  /** -1 where one of the two is upside down. */
  polarity: 1 | -1;
};

/** What is looked for, and where; all in signs. */
export type SignStretch = { start: number; end: number; fromLag: number; toLag: number };

/** Signs as -1 and 1; 0 where eight in a row are negative (digital silence) and beyond the track's ends. */
export function signsOf({ bits, length }: Fingerprint, start: number, end: number): Float32Array {
  const signs = new Float32Array(Math.max(0, end - start));
  const to = Math.min(length, end);
  for (let at = Math.max(0, start); at < to; at += 1) {
    const byte = bits[at >> 3]!;
    if (byte !== 0) signs[at - start] = ((byte >> (at & 7)) & 1) * 2 - 1;
  }
  return signs;
}

/** The best places of a stretch of `a` in `b`, best first, at least 5 ms apart; empty where there is too little sound. */
export function searchSigns(a: Fingerprint, b: Fingerprint, stretch: SignStretch, count = 2): SignPeak[] {
  const { start, end, fromLag, toLag } = stretch;
  const needle = signsOf(a, start, end);
  const hay = signsOf(b, start + fromLag, end + toLag);
  if (soundIn(needle) < LEAST_SOUND * needle.length) return [];
  const size = nextFftSize(hay.length);
  const fit = correlate(needle, hay, size);
  const places = toLag - fromLag + 1;
  // Where the stretch hangs over the other track's end, less takes part.
  for (let i = 0; i < places; i += 1) {
    const overlap = Math.min(b.length, end + fromLag + i) - Math.max(0, start + fromLag + i);
    fit[i] = overlap < needle.length / 2 ? 0 : fit[i]! / Math.sqrt(overlap);
  }
  return highest(fit, places, count).map(({ at, height, polarity }) => ({
    lag: at + fromLag,
    height,
    polarity,
  }));
}

function soundIn(signs: Float32Array): number {
  let count = 0;
  for (const sign of signs) if (sign !== 0) count += 1;
  return count;
}

function correlate(needle: Float32Array, hay: Float32Array, size: number): Float32Array {
  const fft = sharedFft(size);
  const x = new Float32Array(size);
  const y = new Float32Array(size);
  fft.forward(needle, x);
  fft.forward(hay, y);
  x[0] = 0;
  x[1] = 0;
  for (let i = 2; i < size; i += 2) {
    const re = x[i]! * y[i]! + x[i + 1]! * y[i + 1]!;
    x[i + 1] = x[i]! * y[i + 1]! - x[i + 1]! * y[i]!;
    x[i] = re;
  }
  fft.inverse(x, y);
  return y;
}

function highest(
  fit: Float32Array,
  places: number,
  count: number,
): { at: number; height: number; polarity: 1 | -1 }[] {
  let sum = 0;
  let used = 0;
  for (let i = 0; i < places; i += 1) {
    sum += fit[i]! ** 2;
    if (fit[i] !== 0) used += 1;
  }
  const found: number[] = [];
  while (found.length < count) {
    let best = -1;
    for (let i = 0; i < places; i += 1) {
      if (best >= 0 && Math.abs(fit[i]!) <= Math.abs(fit[best]!)) continue;
      if (fit[i] !== 0 && found.every((other) => Math.abs(other - i) > PEAK_WIDTH)) best = i;
    }
    if (best < 0) break;
    found.push(best);
  }
  if (found.length === 0) return [];
  for (
    let i = Math.max(0, found[0]! - PEAK_WIDTH);
    i <= Math.min(places - 1, found[0]! + PEAK_WIDTH);
    i += 1
  ) {
    sum -= fit[i]! ** 2;
    used -= 1;
  }
  const deviation = Math.sqrt(Math.max(1e-12, sum) / Math.max(1, used));
  return found.map((at) => ({
    at,
    height: Math.abs(fit[at]!) / deviation,
    polarity: fit[at]! < 0 ? -1 : 1,
  }));
}
