/** The video tower: from frames to features. */
import { type Tensor2D, type Tensor5D, tf } from '../engine/tf.ts';
import { mvit, mvitSpecs } from './mvit.ts';
import type { ParameterSpec, Weights } from './parameters.ts';
import { patchTransformer, patchTransformerSpecs } from './patch-transformer.ts';
import { videoPatches } from './patches.ts';
import type { VideoPreset } from './presets.ts';
import type { TowerPass } from './tower-pass.ts';

const NAME = 'video';
/** Prefix of the paper's names (paper-facts 3.5). */
const MVIT_NAME = 'net.video';
/** The paper's network sees values 0..1 (paper-facts 4.2). */
const PIXEL_MAX = 255;
/**
 * Fixed input normalisation of the small towers, in place of the paper's parameter-free batch norm (paper-facts
 * 3.1), so that training, evaluation and any batch size see the same input. Our choice: near the mean and deviation
 * of photographs.
 */
const PIXEL_MEAN = 112;
const PIXEL_DEVIATION = 64;

/** Weights of the video tower. */
export function videoTowerSpecs(preset: VideoPreset): ParameterSpec[] {
  const { cropPx, frames, tower } = preset;
  if (tower.kind === 'mvit') return mvitSpecs(MVIT_NAME, [frames, cropPx, cropPx], 3, tower);
  const [patchFrames, patchHeight, patchWidth] = tower.patch;
  const grid = {
    time: frames / patchFrames,
    space: (cropPx / patchHeight) * (cropPx / patchWidth),
    patchSize: patchFrames * patchHeight * patchWidth * 3,
  };
  return patchTransformerSpecs(NAME, grid, tower);
}

/**
 * Features of videos; the caller owns the result.
 * @param video rgb values 0..255 `[batch, frames, cropPx, cropPx, 3]`
 * @returns `[batch, width]`
 */
export function videoTower(
  video: Tensor5D,
  weights: Weights,
  { tower }: VideoPreset,
  pass: TowerPass = {},
): Tensor2D {
  return tf.tidy(() => {
    if (tower.kind === 'mvit') {
      return mvit(MVIT_NAME, tf.div(video, PIXEL_MAX) as Tensor5D, weights, tower, pass);
    }
    const [frames, sizePx] = tower.patch;
    const patches = videoPatches(video, { frames, sizePx });
    const normalised = tf.div(tf.sub(patches, PIXEL_MEAN), PIXEL_DEVIATION) as typeof patches;
    return patchTransformer(NAME, normalised, weights, tower);
  });
}
