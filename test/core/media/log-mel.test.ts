import { join } from 'node:path';
import FFT from 'fft.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { initFft } from '../../../core/dsp/fft.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { logMel } from '../../../core/media/log-mel.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { hasSharedMedia, SHARED_MEDIA } from '../../fixtures/media.ts';

beforeAll(() => initFft());

// Reference values of the official preprocessing (paper-facts 4.3).
describe.runIf(hasSharedMedia)('log-mel of ESC-50', () => {
  const read = (name: string, startSec: number): Promise<Float32Array> =>
    decodeAudio(
      { path: join(SHARED_MEDIA, 'esc50', name), streamIndex: 0, sha256: '' },
      { sampleRateHz: 48_000, startSec, durationSec: 3 },
      locateMediaTools(),
    ).then(logMel);

  it('1-137-A-32, first clip', async () => {
    const mel = await read('1-137-A-32.wav', 0);
    expect(mean(mel)).toBeCloseTo(-33.07453, 4);
    expect(deviation(mel)).toBeCloseTo(17.31441, 4);
    expect(Math.min(...mel)).toBeCloseTo(-64.9069, 3);
    expect(Math.max(...mel)).toBeCloseTo(19.8495, 3);
    expectNear(mel.subarray(0, 3), [0.5378, -0.3232, -3.1082]);
    expectNear(mel.subarray(48 * 288 + 100, 48 * 288 + 103), [-21.9975, -20.5381, -23.1148]);
    expect(mel[95 * 288 + 287]).toBeCloseTo(-57.2823, 3);
  });

  it('1-137-A-32, last clip; 1-1791-A-26, both', async () => {
    const last = await read('1-137-A-32.wav', 2);
    expect(mean(last)).toBeCloseTo(-28.37471, 4);
    expect(deviation(last)).toBeCloseTo(16.97521, 4);
    const first = await read('1-1791-A-26.wav', 0);
    expect(mean(first)).toBeCloseTo(-32.9563, 4);
    expect(deviation(first)).toBeCloseTo(27.60069, 4);
    expect(Math.max(...first)).toBeCloseTo(33.8119, 3);
    expect(Math.min(...(await read('1-1791-A-26.wav', 2)))).toBe(-100);
  });
});

it('is -100 dB everywhere for silence, and pads what is short', () => {
  expect(new Set(logMel(new Float32Array(144_000)))).toEqual(new Set([-100]));
  expect(new Set(logMel(new Float32Array(10)))).toEqual(new Set([-100]));
});

it('equals a naive version in double precision', () => {
  const random = createRng(3).stream('noise');
  const samples = Float32Array.from({ length: 144_000 }, () => 0.1 * random.normal());
  const mel = logMel(samples);
  for (const frame of [0, 1, 100, 286, 287]) {
    const naive = naiveFrame(samples, frame);
    for (let band = 0; band < 96; band += 1) {
      expect(Math.abs(mel[band * 288 + frame]! - naive[band]!)).toBeLessThan(1e-3);
    }
  }
});

function naiveFrame(samples: Float32Array, frame: number): number[] {
  const at = (index: number): number => {
    const mirrored = index < 0 ? -index : index > 143_999 ? 2 * 143_999 - index : index;
    return samples[mirrored]!;
  };
  const windowed = Array.from(
    { length: 1024 },
    (_, i) => at(frame * 501 - 512 + i) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / 1024)),
  );
  const fft = new FFT(1024);
  const out = fft.createComplexArray() as number[];
  fft.realTransform(out, windowed);
  const power = Array.from({ length: 513 }, (_, k) => out[2 * k]! ** 2 + out[2 * k + 1]! ** 2);
  const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
  const hz = (m: number): number => 700 * (10 ** (m / 2595) - 1);
  const edges = Array.from({ length: 98 }, (_, i) => hz((mel(24_000) * i) / 97));
  return Array.from({ length: 96 }, (_, band) => {
    const [low, peak, high] = edges.slice(band, band + 3) as [number, number, number];
    const sum = power.reduce((total, p, k) => {
      const f = (k * 24_000) / 512;
      return total + p * Math.max(0, Math.min((f - low) / (peak - low), (high - f) / (high - peak)));
    }, 0);
    return 10 * Math.log10(Math.max(sum, 1e-10));
  });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: Float32Array): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1));
}

function expectNear(found: Float32Array, expected: number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 3);
}
