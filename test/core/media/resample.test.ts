import { expect, it } from 'vitest';
import { resample } from '../../../core/media/resample.ts';
import { createRng } from '../../../core/rng.ts';

/** torchaudio 0.13's sinc_interp_hann, by its formula for each output sample, in double precision. */
function naive(samples: Float32Array, oldRateHz: number, newRateHz: number): number[] {
  const divisor = gcd(oldRateHz, newRateHz);
  const [orig, next] = [oldRateHz / divisor, newRateHz / divisor];
  const base = Math.min(orig, next) * 0.99;
  const width = Math.ceil((6 * orig) / base);
  return Array.from({ length: Math.ceil((samples.length * next) / orig) }, (_, i) => {
    const [block, phase] = [Math.floor(i / next), i % next];
    let sum = 0;
    for (let k = -width; k < width + orig; k += 1) {
      const t = Math.max(-6, Math.min(6, (k / orig - phase / next) * base));
      const sinc = t === 0 ? 1 : Math.sin(t * Math.PI) / (t * Math.PI);
      const weight = sinc * Math.cos((t * Math.PI) / 12) ** 2 * (base / orig);
      sum += weight * (samples[block * orig + k] ?? 0);
    }
    return sum;
  });
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

it.each([
  [44_100, 48_000],
  [22_050, 48_000],
  [8000, 48_000],
  [96_000, 48_000],
  [32_000, 48_000],
  [11_025, 48_000],
])('%i to %i Hz as torchaudio', (from, to) => {
  const random = createRng(2).stream(`${from}`);
  const samples = Float32Array.from({ length: 1777 }, () => random.normal());
  const [found, expected] = [resample(samples, from, to), naive(samples, from, to)];
  expect(found).toHaveLength(expected.length);
  expect(found).toHaveLength(Math.ceil((1777 * to) / from));
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(2e-6);
});

it('leaves sound at the right rate alone, and nothing is nothing', () => {
  const samples = Float32Array.of(1, 2, 3);
  expect(resample(samples, 48_000, 48_000)).toBe(samples);
  expect(resample(new Float32Array(0), 44_100, 48_000)).toHaveLength(0);
});
