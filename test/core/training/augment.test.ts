import { describe, expect, it } from 'vitest';
import { createRng, type RandomStream } from '../../../core/rng.ts';
import { AUGMENTATION, augmentLogMel, jitterBrightness, randomCut } from '../../../core/training/augment.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';

const PRESET = { ...MICRO_PRESET.video, frameCount: 8, trainFrameCount: 8, frames: 4 };
const DECODED = { data: new Uint8Array(0), frames: 8, height: 10, width: 20 };
const streams = (count: number, purpose: string): RandomStream[] =>
  Array.from({ length: count }, (_, i) => createRng(2).stream(purpose, i));

describe('randomCut', () => {
  it('takes one frame of each run and stays near the middle and inside', () => {
    const cuts = streams(500, 'cut').map((random) => randomCut(DECODED, PRESET, { cropJitterPx: 2 }, random));
    for (const { frameIndexes, topPx, leftPx } of cuts) {
      expect(frameIndexes.map((frame) => Math.floor(frame / 2))).toEqual([0, 1, 2, 3]);
      expect(topPx).toBeGreaterThanOrEqual(0);
      expect(topPx).toBeLessThanOrEqual(2);
      expect(Math.abs(leftPx - 6)).toBeLessThanOrEqual(2);
    }
    expect(new Set(cuts.map(({ leftPx }) => leftPx)).size).toBe(5);
    expect(new Set(cuts.map(({ topPx }) => topPx)).size).toBe(3);
    expect(new Set(cuts.map(({ frameIndexes }) => frameIndexes.join())).size).toBe(16);
  });

  it('takes the only crop there is when the picture is no larger', () => {
    const cut = randomCut(
      { ...DECODED, height: 8, width: 8 },
      PRESET,
      { cropJitterPx: 2 },
      streams(1, 'x')[0]!,
    );
    expect([cut.topPx, cut.leftPx]).toEqual([0, 0]);
  });
});

describe('jitterBrightness', () => {
  it('multiplies the range, and only that, by one factor within the limit', () => {
    for (const random of streams(50, 'light')) {
      const values = new Float32Array(30).fill(100);
      jitterBrightness(values, { start: 10, end: 20 }, AUGMENTATION, random);
      expect(new Set(values.slice(10, 20)).size).toBe(1);
      expect(Math.abs(values[10]! - 100)).toBeLessThanOrEqual(100 * AUGMENTATION.brightness + 1e-3);
      expect([...values.slice(0, 10), ...values.slice(20)].every((value) => value === 100)).toBe(true);
    }
  });
});

const SHAPE = { bands: 6, frames: 40 };
const NOTHING = {
  cropJitterPx: 0,
  brightness: 0,
  gainDb: 0,
  shiftFrames: 0,
  frequencyMaskBands: 0,
  timeMaskFrames: 0,
};
/** A picture whose every value tells where it lies. */
const PICTURE = Float32Array.from({ length: 240 }, (_, i) => i / 10);

describe('augmentLogMel', () => {
  it('changes nothing at strength 0, and never its input', () => {
    const random = streams(1, 'sound')[0]!;
    const before = PICTURE.slice();
    expect(augmentLogMel(PICTURE, SHAPE, NOTHING, random)).toEqual(PICTURE);
    augmentLogMel(PICTURE, SHAPE, { ...AUGMENTATION, shiftFrames: 3 }, random);
    expect(PICTURE).toEqual(before);
  });

  it('moves all bands alike and lets silence in', () => {
    const shifts = new Set<number>();
    for (const random of streams(200, 'shift')) {
      const moved = augmentLogMel(PICTURE, SHAPE, { ...NOTHING, shiftFrames: 3 }, random);
      const shift = Math.round((PICTURE[20]! - moved[20]!) * 10);
      shifts.add(shift);
      for (let band = 0; band < 6; band += 1) {
        for (let frame = 0; frame < 40; frame += 1) {
          const isInside = frame - shift >= 0 && frame - shift < 40;
          const wanted = isInside ? PICTURE[band * 40 + frame - shift]! : -100;
          expect(moved[band * 40 + frame]).toBe(wanted);
        }
      }
    }
    expect([...shifts].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  });

  it('adds one gain within the limit and stops at silence', () => {
    for (const random of streams(50, 'gain')) {
      const louder = augmentLogMel(PICTURE, SHAPE, { ...NOTHING, gainDb: 6 }, random);
      const gain = louder[100]! - PICTURE[100]!;
      expect(Math.abs(gain)).toBeLessThanOrEqual(6);
      expect(louder.every((value, i) => Math.abs(value - PICTURE[i]! - gain) < 1e-4)).toBe(true);
    }
    const silence = new Float32Array(240).fill(-100);
    for (const random of streams(20, 'gain')) {
      const changed = augmentLogMel(silence, SHAPE, { ...NOTHING, gainDb: 6 }, random);
      expect(Math.min(...changed)).toBeGreaterThanOrEqual(-100);
    }
  });

  it('masks one run of bands and one run of frames, no wider than the limits', () => {
    const widths = { bands: new Set<number>(), frames: new Set<number>() };
    for (const random of streams(300, 'mask')) {
      const settings = { ...NOTHING, frequencyMaskBands: 2, timeMaskFrames: 5 };
      const masked = augmentLogMel(PICTURE, SHAPE, settings, random);
      const isMasked = (band: number, frame: number) =>
        masked[band * 40 + frame] !== PICTURE[band * 40 + frame];
      const bands = [0, 1, 2, 3, 4, 5].filter((band) => isMasked(band, 0) && isMasked(band, 39));
      const openBand = [0, 1, 2, 3, 4, 5].find((band) => !bands.includes(band))!;
      const frames = Array.from({ length: 40 }, (_, i) => i).filter((frame) => isMasked(openBand, frame));
      widths.bands.add(bands.length);
      widths.frames.add(frames.length);
      for (const run of [bands, frames]) {
        if (run.length > 0) expect(run.at(-1)! - run[0]!).toBe(run.length - 1);
      }
    }
    expect([...widths.bands].sort()).toEqual([0, 1, 2]);
    expect([...widths.frames].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
