import { beforeAll, describe, expect, it } from 'vitest';
import { BED_RATE_HZ, bedSignal } from '../../../core/align/bed-signal.ts';
import { findPeaks, lagCurve, lagSpectrum, lagTransformSize } from '../../../core/align/lag-curve.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { createRng } from '../../../core/rng.ts';
import { makeBed, makeTrack, makeVoice, scaled } from './synthetic-sound.ts';

const MAX_LAG = 2 * BED_RATE_HZ;

function noise(length: number, seed: number): Float32Array {
  const stream = createRng(seed).stream('noise');
  return Float32Array.from({ length }, () => stream.normal());
}

/** Without the constant part and the highest frequency, which the curve leaves out. */
function balanced(samples: Float32Array): Float32Array {
  const sums = [0, 0];
  for (const [i, sample] of samples.entries()) sums[i % 2]! += sample;
  return samples.map((sample, i) => sample - (2 * sums[i % 2]!) / samples.length);
}

/** The definition: products summed where both are, over the root of how many there are. */
function naiveCurve(a: Float32Array, b: Float32Array, maxLag: number, least: number): number[] {
  return Array.from({ length: 2 * maxLag + 1 }, (_, i) => {
    const lag = i - maxLag;
    let sum = 0;
    let overlap = 0;
    for (let n = Math.max(0, -lag); n < a.length && n + lag < b.length; n += 1) {
      sum += a[n]! * b[n + lag]!;
      overlap += 1;
    }
    return overlap < least ? 0 : sum / Math.sqrt(overlap);
  });
}

function curveOf(a: Float32Array, b: Float32Array, maxLag: number): Float32Array {
  const size = lagTransformSize(Math.max(a.length, b.length), maxLag);
  return lagCurve(lagSpectrum(a, size), lagSpectrum(b, size), maxLag);
}

beforeAll(initFft);

describe('lagCurve', () => {
  it('equals the definition up to one factor, with a deviation of 1 outside the peak', () => {
    const a = balanced(noise(6000, 1));
    const b = noise(7000, 2);
    for (let i = 300; i < 6000; i += 1) b[i]! += 0.4 * a[i - 300]!;
    const curve = curveOf(a, b, 2000);
    const naive = naiveCurve(a, b, 2000, 0.3 * BED_RATE_HZ);
    const factor = curve[2300]! / naive[2300]!;
    for (const [i, value] of naive.entries()) expect(curve[i]).toBeCloseTo(value * factor, 3);
    const outside = [...curve].filter((value, i) => value !== 0 && Math.abs(i - 2300) > 80);
    const deviation = Math.sqrt(outside.reduce((sum, value) => sum + value * value, 0) / outside.length);
    expect(deviation).toBeCloseTo(1, 4);
    expect(findPeaks(curve, 1)[0]?.lagMs).toBeCloseTo((300 * 1000) / BED_RATE_HZ, 1);
  });

  it('says nothing of sounds too short to compare', () => {
    expect(Math.max(...curveOf(noise(3000, 1), noise(9000, 2), 2000))).toBe(0);
  });

  it('finds a bed under two louder voices, finer than a sample of 16 kHz', () => {
    const bed = makeBed(5, 5);
    const original = makeTrack(bed, { voiceSeed: 1, bedGain: 0.3 });
    // 7 samples of 48 kHz are 2.33 of 16 kHz.
    const dub = makeTrack(bed, { voiceSeed: 2, bedGain: 0.3, offsetMs: 7 / 48 });
    const curve = curveOf(bedSignal(original).flat, bedSignal(dub).flat, MAX_LAG);
    const [best, next] = findPeaks(curve, 2);
    expect(best!.lagMs).toBeCloseTo(7 / 48, 1);
    expect(best!.height).toBeGreaterThan(15);
    expect(best!.height / next!.height).toBeGreaterThan(2);
  });

  it('reaches no more than chance where only the voices are there', () => {
    const curve = curveOf(bedSignal(makeVoice(1, 5)).flat, bedSignal(makeVoice(2, 5)).flat, MAX_LAG);
    expect(findPeaks(curve, 1)[0]!.height).toBeLessThan(9);
  });
});

describe('findPeaks', () => {
  it('gives places best first, 5 ms apart, and none below two deviations', () => {
    const curve = new Float32Array(2001);
    for (const [at, height] of [
      [1000, 9],
      [1040, 8.5],
      [1200, 5],
      [400, 7],
      [100, 1.5],
    ] as const) {
      curve[at] = height;
    }
    const peaks = findPeaks(curve, 6);
    expect(peaks.map(({ height }) => height)).toEqual([9, 7, 5]);
    expect(peaks.map(({ lagMs }) => lagMs)).toEqual([0, -37.5, 12.5]);
  });
});

describe('bedSignal', () => {
  it('does not care how loud a track is, and keeps silence silent', () => {
    const track = makeTrack(makeBed(3, 2), { voiceSeed: 4 });
    const loud = bedSignal(track).flat;
    const quiet = bedSignal(scaled(track, 0.05)).flat;
    for (let i = 0; i < loud.length; i += 37) expect(quiet[i]).toBeCloseTo(loud[i]!, 3);
    expect(bedSignal(new Float32Array(48_000)).flat.every((sample) => sample === 0)).toBe(true);
  });

  it('keeps the plain signal as it sounds below 7.5 kHz', () => {
    const tone = Float32Array.from({ length: 48_000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 48_000));
    const { plain } = bedSignal(tone);
    for (let i = 1000; i < 15_000; i += 1) {
      expect(plain[i]).toBeCloseTo(Math.sin((2 * Math.PI * 1000 * i) / BED_RATE_HZ), 2);
    }
  });

  it('gives a pause between words the weight of the words', () => {
    const samples = makeTrack(makeBed(3, 2), { voiceSeed: null, bedGain: 0.05 });
    for (let i = 0; i < 48_000; i += 1) samples[i]! *= 20;
    const { flat } = bedSignal(samples);
    const energy = (from: number, to: number): number =>
      flat.subarray(from, to).reduce((sum, value) => sum + value * value, 0);
    expect(energy(17_000, 31_000) / energy(1000, 15_000)).toBeGreaterThan(0.6);
  });
});
