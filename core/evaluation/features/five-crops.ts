/** The five parts of a picture that the official inference looks at (paper-facts 4.2, step 5). */
import type { DecodedFrames } from '../../domain/dataset.ts';
import { middleCut, type VideoCut } from '../../model/model-input.ts';
import type { VideoPreset } from '../../model/presets.ts';

/** Crops of one clip. */
export const CROPS = 5;

/** Top left, top right, bottom left, bottom right, middle: in that order. */
export function fiveCrops(decoded: DecodedFrames, preset: VideoPreset): VideoCut[] {
  const { frameIndexes } = middleCut(decoded, preset);
  const [bottom, right] = [decoded.height - preset.cropPx, decoded.width - preset.cropPx];
  return [
    [0, 0],
    [0, right],
    [bottom, 0],
    [bottom, right],
    [roundHalfEven(bottom / 2), roundHalfEven(right / 2)],
  ].map(([topPx, leftPx]) => ({ frameIndexes, topPx: topPx!, leftPx: leftPx! }));
}

/** As Python's `round`: 58.5 is 58, 59.5 is 60. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
