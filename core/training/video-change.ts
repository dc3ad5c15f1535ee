/**
 * What makes one view of a picture: which frames, which square of them, and what happens to its colours. Only the
 * numbers; render-view.ts applies them, the same ones to all frames (paper-facts 2).
 */
import type { DecodedFrames } from '../domain/dataset.ts';
import type { VideoPreset } from '../model/presets.ts';
import type { RandomStream } from '../rng.ts';
import type { Augmentation } from './augment.ts';

/** Factors and turn of a colour jitter; see colour.ts. */
export type ColourChange = {
  /** 1 leaves each of these three as it is. */
  brightness: number;
  contrast: number;
  saturation: number;
  /** Turn of the hue, share of the circle. */
  hue: number;
};

/** One view of a decoded window. */
export type VideoChange = {
  /** The decoded frames it shows, in order. */
  frameIndexes: readonly number[];
  /** The square of the decoded frame that becomes the crop, px; fractions where the crop is scaled. */
  topPx: number;
  leftPx: number;
  sidePx: number;
  /** Left and right exchanged. */
  isFlipped: boolean;
  /** Null: colours as they are. */
  colour: ColourChange | null;
  isGrey: boolean;
  /** Standard deviation of the blur, px of the crop; 0: none. */
  blurSigmaPx: number;
};

/** Narrowest blur, px (paper-facts 2). */
const LEAST_SIGMA_PX = 0.1;

/** Draws a view. Takes the same count of numbers from `random` whatever is switched on. */
export function drawVideoChange(
  decoded: Pick<DecodedFrames, 'height' | 'width'>,
  preset: VideoPreset,
  augmentation: Augmentation,
  random: RandomStream,
): VideoChange {
  const frameIndexes = drawFrames(preset, augmentation.temporalCut, random);
  const sidePx = preset.cropPx / between(1, augmentation.scaleJitter, random);
  const topPx = nearMiddle(decoded.height - sidePx, augmentation, random);
  const leftPx = nearMiddle(decoded.width - sidePx, augmentation, random);
  const isFlipped = random.uniform() < augmentation.flipProbability;
  const isColoured = random.uniform() < augmentation.colourProbability;
  const colour = drawColour(augmentation, random);
  const isGrey = random.uniform() < augmentation.greyProbability;
  const isBlurred = random.uniform() < augmentation.blurProbability;
  const sigma = between(LEAST_SIGMA_PX, augmentation.blurSigmaPx, random);
  return {
    frameIndexes,
    topPx,
    leftPx,
    sidePx,
    isFlipped,
    colour: isColoured ? colour : null,
    isGrey,
    blurSigmaPx: isBlurred ? sigma : 0,
  };
}

/**
 * The frames of a temporal cut. Of the whole window: one at random of each run of `trainFrameCount / frames`, where
 * that is a whole number. Of a part of it: evenly spread over a random stretch.
 */
function drawFrames(preset: VideoPreset, temporalCut: number, random: RandomStream): number[] {
  const { frames, trainFrameCount } = preset;
  const places = Array.from({ length: frames }, () => random.uniform());
  if (temporalCut === 1 && trainFrameCount % frames === 0) {
    const run = trainFrameCount / frames;
    return places.map((place, i) => i * run + Math.floor(place * run));
  }
  const length = Math.min(trainFrameCount, Math.max(frames, Math.round(temporalCut * trainFrameCount)));
  const start = Math.floor(places[0]! * (trainFrameCount - length + 1));
  return places.map((_, i) => start + Math.floor((i * (length - 1)) / Math.max(1, frames - 1)));
}

function drawColour({ colourStrength, hueStrength }: Augmentation, random: RandomStream): ColourChange {
  return {
    brightness: between(1 - colourStrength, 1 + colourStrength, random),
    contrast: between(1 - colourStrength, 1 + colourStrength, random),
    saturation: between(1 - colourStrength, 1 + colourStrength, random),
    hue: between(-hueStrength, hueStrength, random),
  };
}

/** Where a square begins that may lie `room` px further at most: whole pixels, unless the crop is scaled. */
function nearMiddle(
  room: number,
  { cropJitterPx, scaleJitter }: Pick<Augmentation, 'cropJitterPx' | 'scaleJitter'>,
  random: RandomStream,
): number {
  const middle = scaleJitter > 1 ? room / 2 : Math.floor(room / 2);
  const first = Math.max(0, middle - cropJitterPx);
  const last = Math.min(room, middle + cropJitterPx);
  return scaleJitter > 1 ? between(first, last, random) : first + random.integer(last - first + 1);
}

/** Uniform in [least, most). */
function between(least: number, most: number, random: RandomStream): number {
  return least + (most - least) * random.uniform();
}
