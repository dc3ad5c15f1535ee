/** The listening copy's change of rate: no delay, no aliases, the same however the sound is cut. */
import { beforeAll, describe, expect, it } from 'vitest';
import { initFft } from '../../../core/dsp/fft.ts';
import { openResampler, StreamResampler } from '../../../core/media/stream-resampler.ts';
import { createRng } from '../../../core/rng.ts';

const sine = (hz: number, rateHz: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));

/** Resamples in pieces of the given sizes, over and over. */
function resampled(
  samples: Float32Array,
  rateHz: number,
  pieces: readonly number[],
  resampler = openResampler(rateHz, 16_000),
): Float32Array {
  const parts: Float32Array[] = [];
  for (let at = 0, i = 0; at < samples.length; i += 1) {
    const size = pieces[i % pieces.length]!;
    parts.push(resampler.push(samples.subarray(at, at + size)).slice());
    at += size;
  }
  parts.push(resampler.finish().slice());
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

beforeAll(initFft);

describe('openResampler', () => {
  it.each([8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000])(
    'keeps a tone at its place: %i Hz',
    (rateHz) => {
      const found = resampled(sine(1000, rateHz, rateHz), rateHz, [4096]);
      expect(found).toHaveLength(16_000);
      for (let i = 1000; i < 15_000; i += 37) {
        expect(Math.abs(found[i]! - Math.sin((2 * Math.PI * 1000 * i) / 16_000))).toBeLessThan(2e-3);
      }
    },
  );

  it.each([48_000, 44_100])(
    'lets through what is listened to and nothing that folds back: %i Hz',
    (rateHz) => {
      const levelOf = (hz: number): number => {
        const found = resampled(sine(hz, rateHz, rateHz), rateHz, [10_000]).subarray(2000, 14_000);
        return Math.max(...found.map(Math.abs));
      };
      expect(levelOf(50)).toBeCloseTo(1, 2);
      expect(levelOf(7400)).toBeGreaterThan(0.98);
      for (const hz of [8600, 9500, 12_000, 15_900, 20_000]) expect(levelOf(hz)).toBeLessThan(1.5e-3);
    },
  );

  it('does not depend on how the sound is cut', () => {
    const random = createRng(1).stream('noise');
    const noise = Float32Array.from({ length: 100_000 }, () => random.normal());
    const whole = resampled(noise, 48_000, [noise.length]);
    expect(whole).toHaveLength(Math.ceil(noise.length / 3));
    for (const pieces of [[1, 7, 20_000], [333], [65_536, 1]]) {
      expect(resampled(noise, 48_000, pieces)).toEqual(whole);
    }
  });

  it.each([32_000, 48_000, 96_000, 192_000])(
    'gives by transforms what it gives tap by tap: %i Hz',
    (rateHz) => {
      const random = createRng(2).stream(String(rateHz));
      const noise = Float32Array.from({ length: 150_001 }, () => random.normal());
      const fast = resampled(noise, rateHz, [10_000]);
      const slow = resampled(noise, rateHz, [10_000], new StreamResampler(rateHz, 16_000));
      expect(fast).toHaveLength(slow.length);
      expect(Math.max(...fast.map((sample, i) => Math.abs(sample - slow[i]!)))).toBeLessThan(1e-5);
    },
  );

  it('gives nothing for nothing', () => {
    expect(resampled(new Float32Array(0), 48_000, [1])).toHaveLength(0);
  });
});
