import { describe, expect, it } from 'vitest';
import { createRng, type RandomStream } from '../../../core/rng.ts';
import { augmentLogMel, LOG_MEL_FRAME_MS } from '../../../core/training/augment.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';

const streams = (count: number, purpose: string): RandomStream[] =>
  Array.from({ length: count }, (_, i) => createRng(2).stream(purpose, i));

const SHAPE = { bands: 6, frames: 40 };
const NOTHING = { gainDb: 0, shiftMs: 0, offsetJitter: false, maskBands: 0, maskFrames: 0 };
/** A picture whose every value tells where it lies. */
const PICTURE = Float32Array.from({ length: 240 }, (_, i) => i / 10);

describe('augmentLogMel', () => {
  it('changes nothing at strength 0, and never its input', () => {
    const random = streams(1, 'sound')[0]!;
    const before = PICTURE.slice();
    expect(augmentLogMel(PICTURE, SHAPE, NOTHING, random)).toEqual(PICTURE);
    augmentLogMel(PICTURE, SHAPE, defaultRunConfig(), random);
    expect(PICTURE).toEqual(before);
  });

  it('moves all bands alike and lets silence in', () => {
    const shifts = new Set<number>();
    for (const random of streams(200, 'shift')) {
      const moved = augmentLogMel(PICTURE, SHAPE, { ...NOTHING, shiftMs: 3 * LOG_MEL_FRAME_MS }, random);
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

  it('moves a sound of uncertain place further, where asked to', () => {
    const shiftsOf = (offsetJitter: boolean, uncertaintyMs: number): Set<number> => {
      const shifts = new Set<number>();
      for (const random of streams(200, 'jitter')) {
        const moved = augmentLogMel(PICTURE, SHAPE, { ...NOTHING, offsetJitter }, random, uncertaintyMs);
        shifts.add(Math.round((PICTURE[20]! - moved[20]!) * 10));
      }
      return shifts;
    };
    expect([...shiftsOf(true, 2 * LOG_MEL_FRAME_MS)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect([...shiftsOf(false, 2 * LOG_MEL_FRAME_MS)]).toEqual([0]);
    expect([...shiftsOf(true, 0)]).toEqual([0]);
  });

  it('draws the masks alike whether or not anything else is on', () => {
    const [plain, moved] = [NOTHING, { ...NOTHING, gainDb: 6, shiftMs: 40, offsetJitter: true }].map((rest) =>
      augmentLogMel(PICTURE, SHAPE, { ...rest, maskBands: 3, maskFrames: 9 }, streams(1, 'alike')[0]!, 30),
    );
    const masked = (values: Float32Array): number[] => [...values.keys()].filter((i) => values[i] === -35);
    expect(masked(plain!).length).toBeGreaterThan(0);
    expect(masked(moved!)).toEqual(masked(plain!));
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
      const settings = { ...NOTHING, maskBands: 2, maskFrames: 5 };
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
