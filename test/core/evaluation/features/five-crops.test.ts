import { describe, expect, it } from 'vitest';
import { fiveCrops, roundHalfEven } from '../../../../core/evaluation/features/five-crops.ts';
import { modelPreset } from '../../../../core/model/presets.ts';

const { video } = modelPreset({ preset: 'mvitv2-s', patchOverlap: false });
const decoded = (width: number, height: number) => ({ data: new Uint8Array(0), frames: 16, width, height });

describe('five crops', () => {
  it('are top left, top right, bottom left, bottom right, middle; a half is rounded to even', () => {
    // A picture of 320 x 240 is scaled to 341 x 256: (341 - 224) / 2 = 58.5.
    const crops = fiveCrops(decoded(341, 256), video);
    expect(crops.map(({ topPx, leftPx }) => [topPx, leftPx])).toEqual([
      [0, 0],
      [0, 117],
      [32, 0],
      [32, 117],
      [16, 58],
    ]);
    for (const { frameIndexes } of crops)
      expect(frameIndexes).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  it('round as Python does', () => {
    expect([58.5, 59.5, 58.4, 58.6, 0.5, 1.5].map(roundHalfEven)).toEqual([58, 60, 58, 59, 0, 2]);
  });
});
