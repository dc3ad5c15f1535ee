/** The audio tower: from a log-mel picture to features. One tower hears every language. */
import { type Tensor2D, type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import { mvit, mvitSpecs } from './mvit.ts';
import type { ParameterSpec, Weights } from './parameters.ts';
import { patchTransformer, patchTransformerSpecs } from './patch-transformer.ts';
import { audioPatches } from './patches.ts';
import type { AudioPreset } from './presets.ts';
import type { TowerPass } from './tower-pass.ts';

const NAME = 'audio';
/** Prefix of the paper's names (paper-facts 3.5). */
const MVIT_NAME = 'net.audio';
/** Fixed input normalisation (see video-tower.ts), dB: near the reference clips of paper-facts 4.3 (-33 +- 17). */
export const LEVEL_MEAN_DB = -35;
const LEVEL_DEVIATION_DB = 20;

/** Weights of the audio tower. */
export function audioTowerSpecs(preset: AudioPreset): ParameterSpec[] {
  const { melBands, melFrames, tower } = preset;
  if (tower.kind === 'mvit') return mvitSpecs(MVIT_NAME, [1, melBands, melFrames], 1, tower);
  const [, bands, frames] = tower.patch;
  const grid = { time: melFrames / frames, space: melBands / bands, patchSize: bands * frames };
  return patchTransformerSpecs(NAME, grid, tower);
}

/**
 * Features of sounds; the caller owns the result.
 * @param logMel dB `[batch, melBands, melFrames]`, row 0 the lowest band
 * @returns `[batch, width]`
 */
export function audioTower(
  logMel: Tensor3D,
  weights: Weights,
  { tower }: AudioPreset,
  pass: TowerPass = {},
): Tensor2D {
  return tf.tidy(() => {
    if (tower.kind === 'mvit') {
      const [batch, bands, frames] = logMel.shape;
      const picture = tf.reshape(logMel, [batch, 1, bands, frames, 1]) as Tensor5D;
      return mvit(MVIT_NAME, picture, weights, tower, pass);
    }
    const [, bands, frames] = tower.patch;
    const patches = audioPatches(logMel, { bands, frames });
    const normalised = tf.div(tf.sub(patches, LEVEL_MEAN_DB), LEVEL_DEVIATION_DB) as typeof patches;
    return patchTransformer(NAME, normalised, weights, tower);
  });
}
