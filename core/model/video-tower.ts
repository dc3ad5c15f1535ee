/** The video tower: from frames to features. */
import { type Tensor2D, type Tensor5D, tf } from '../engine/tf.ts';
import type { ParameterSpec, Weights } from './parameters.ts';
import { patchTransformer, patchTransformerSpecs } from './patch-transformer.ts';
import { videoPatches } from './patches.ts';
import type { VideoPreset } from './presets.ts';

const NAME = 'video';
/**
 * Fixed input normalisation of the small towers, in place of the paper's parameter-free batch norm (paper-facts
 * 3.1), so that training, evaluation and any batch size see the same input. Our choice: near the mean and deviation
 * of photographs.
 */
const PIXEL_MEAN = 112;
const PIXEL_DEVIATION = 64;

/** Weights of the video tower. */
export function videoTowerSpecs(preset: VideoPreset): ParameterSpec[] {
  const { patch, cropPx, frames, tower } = preset;
  const grid = {
    time: frames / patch.frames,
    space: (cropPx / patch.sizePx) ** 2,
    patchSize: patch.frames * patch.sizePx ** 2 * 3,
  };
  return patchTransformerSpecs(NAME, grid, tower);
}

/**
 * Features of videos; the caller owns the result.
 * @param video rgb values 0..255 `[batch, frames, cropPx, cropPx, 3]`
 * @returns `[batch, width]`
 */
export function videoTower(video: Tensor5D, weights: Weights, preset: VideoPreset): Tensor2D {
  return tf.tidy(() => {
    const patches = videoPatches(video, preset.patch);
    const normalised = tf.div(tf.sub(patches, PIXEL_MEAN), PIXEL_DEVIATION) as typeof patches;
    return patchTransformer(NAME, normalised, weights, preset.tower);
  });
}
