/**
 * Augmentation: how one decoded window becomes different views. Every number comes from the stream it is given, and
 * one video gets the same change in all its frames (paper-facts 2). Values are our choice; the paper confirms only
 * that the two video views are two temporal cuts with their own spatial crops. No mirroring and no greyscale: left,
 * right and colour may belong to the sound.
 */

import type { DecodedFrames } from '../domain/dataset.ts';
import { LEVEL_MEAN_DB } from '../model/audio-tower.ts';
import type { VideoCut } from '../model/model-input.ts';
import type { VideoPreset } from '../model/presets.ts';
import type { RandomStream } from '../rng.ts';

/** How strong the augmentation is. */
export type Augmentation = {
  /** Largest distance of the crop from the middle, pixels. */
  cropJitterPx: number;
  /** Pixel values are multiplied by 1 +- this at most. */
  brightness: number;
  /** The whole sound gets louder or softer by this at most, dB. Dubs differ by up to 8 dB in level. */
  gainDb: number;
  /** The sound moves by this many log-mel frames at most (10.4 ms each); what moves in is silence. */
  shiftFrames: number;
  /** Widest band of frequencies that is masked, mel bands (SpecAugment, Park et al. 2019). */
  frequencyMaskBands: number;
  /** Longest time that is masked, log-mel frames. */
  timeMaskFrames: number;
};

/** The augmentation of every run. */
export const AUGMENTATION: Augmentation = {
  cropJitterPx: 4,
  brightness: 0.1,
  gainDb: 6,
  shiftFrames: 8,
  frequencyMaskBands: 12,
  timeMaskFrames: 32,
};

/** Level of digital silence in a log-mel picture, dB (paper-facts 4.3). */
const SILENCE_DB = -100;

/**
 * A cut of its own in time and space: one frame at random of each run of `frameCount / frames`, and a crop within
 * `cropJitterPx` of the middle.
 */
export function randomCut(
  decoded: DecodedFrames,
  preset: VideoPreset,
  { cropJitterPx }: { cropJitterPx: number },
  random: RandomStream,
): VideoCut {
  const run = preset.frameCount / preset.frames;
  const frameIndexes = Array.from({ length: preset.frames }, (_, i) => i * run + random.integer(run));
  const topPx = nearMiddle(decoded.height - preset.cropPx, cropJitterPx, random);
  const leftPx = nearMiddle(decoded.width - preset.cropPx, cropJitterPx, random);
  return { frameIndexes, topPx, leftPx };
}

function nearMiddle(room: number, jitter: number, random: RandomStream): number {
  const middle = Math.floor(room / 2);
  const first = Math.max(0, middle - jitter);
  const last = Math.min(room, middle + jitter);
  return first + random.integer(last - first + 1);
}

/** Changes the brightness of `values[start..end)` in place. */
export function jitterBrightness(
  values: Float32Array,
  range: { start: number; end: number },
  { brightness }: Augmentation,
  random: RandomStream,
): void {
  const factor = 1 + brightness * (2 * random.uniform() - 1);
  for (let i = range.start; i < range.end; i += 1) values[i]! *= factor;
}

/**
 * A changed copy of a log-mel picture: moved in time, louder or softer, one band and one time masked.
 * @param logMel dB, `bands` rows of `frames`
 */
export function augmentLogMel(
  logMel: Float32Array,
  { bands, frames }: { bands: number; frames: number },
  augmentation: Augmentation,
  random: RandomStream,
): Float32Array {
  const gain = augmentation.gainDb * (2 * random.uniform() - 1);
  const shift = random.integer(2 * augmentation.shiftFrames + 1) - augmentation.shiftFrames;
  const bandMask = randomSpan(bands, augmentation.frequencyMaskBands, random);
  const timeMask = randomSpan(frames, augmentation.timeMaskFrames, random);
  const changed = new Float32Array(logMel.length);
  for (let band = 0; band < bands; band += 1) {
    const isMasked = band >= bandMask.start && band < bandMask.end;
    for (let frame = 0; frame < frames; frame += 1) {
      const at = band * frames + frame;
      const from = frame - shift;
      if (isMasked || (frame >= timeMask.start && frame < timeMask.end)) changed[at] = LEVEL_MEAN_DB;
      else if (from < 0 || from >= frames) changed[at] = SILENCE_DB;
      else changed[at] = Math.max(SILENCE_DB, logMel[band * frames + from]! + gain);
    }
  }
  return changed;
}

function randomSpan(length: number, longest: number, random: RandomStream): { start: number; end: number } {
  const size = random.integer(Math.min(longest, length) + 1);
  const start = random.integer(length - size + 1);
  return { start, end: start + size };
}
