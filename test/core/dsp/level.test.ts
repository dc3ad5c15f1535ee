import { describe, expect, it } from 'vitest';
import { measureClipping, measureLevel } from '../../../core/dsp/level.ts';
import { createRng } from '../../../core/rng.ts';
import { reencode } from '../align/reencode.ts';
import { makeBed, makeTrack, scaled } from '../align/synthetic-sound.ts';

const clean = makeTrack(makeBed(8, 4), { voiceSeed: 8 });

function atPeak(samples: Float32Array, peak: number): Float32Array {
  return scaled(samples, peak / measureLevel(samples).peak);
}

function driven(samples: Float32Array, driveDb: number, ceiling = 0.99): Float32Array {
  return atPeak(samples, ceiling * 10 ** (driveDb / 20)).map((x) => Math.max(-ceiling, Math.min(ceiling, x)));
}

function clippingOf(samples: Float32Array) {
  return measureClipping(samples, measureLevel(samples).peak);
}

describe('measureLevel', () => {
  it('gives the largest sample and the loudest tenth of a second', () => {
    const samples = new Float32Array(48_000);
    samples.fill(0.1, 9600, 14_400);
    samples[30_000] = -0.7;
    const { peak, loudestDb } = measureLevel(samples);
    expect(peak).toBeCloseTo(0.7, 6);
    expect(loudestDb).toBeCloseTo(-20, 1);
    expect(measureLevel(new Float32Array(5000))).toEqual({ peak: 0, loudestDb: -200 });
  });
});

describe('measureClipping', () => {
  it('counts what is at the top', () => {
    const samples = Float32Array.from([0, 0.75, 0.95, 0.99, -1.2, 0.8, 0.1, 0, 0, 0]);
    const { fullScaleShare, nearFullScaleShare, pileUp } = measureClipping(samples, 1.2);
    expect([fullScaleShare, nearFullScaleShare, pileUp]).toEqual([0.2, 0.3, 1.5]);
  });

  it('sees natural sound thin out at full scale, and clipped sound pile up', () => {
    expect(clippingOf(atPeak(clean, 1)).pileUp).toBeLessThan(0.2);
    for (const driveDb of [6, 12, 18]) expect(clippingOf(driven(clean, driveDb)).pileUp).toBeGreaterThan(0.4);
  });

  it.each([
    ['opus', ['-c:a', 'libopus', '-b:a', '28k'], 'opus'],
    ['aac', ['-c:a', 'aac', '-b:a', '48k'], 'm4a'],
  ])('still sees it after %s', async (_, args, extension) => {
    const clipped = clippingOf(await reencode(driven(clean, 12), args, extension));
    expect(clipped.pileUp).toBeGreaterThan(0.25);
    expect(clipped.fullScaleShare).toBeGreaterThan(0.005);
    const clear = clippingOf(await reencode(atPeak(clean, 0.9), args, extension));
    expect(clear.fullScaleShare).toBeLessThan(0.0005);
  });

  it('sees flat tops of sound that was turned down after clipping', () => {
    expect(clippingOf(driven(clean, 6, 0.2)).flatTopShare).toBeGreaterThan(0.0005);
    expect(clippingOf(atPeak(clean, 0.2)).flatTopShare).toBe(0);
    const random = createRng(1).stream('tiny');
    const tiny = Float32Array.from({ length: 48_000 }, () => (random.uniform() < 0.5 ? 3e-5 : -3e-5));
    expect(clippingOf(tiny).flatTopShare).toBe(0);
  });
});
