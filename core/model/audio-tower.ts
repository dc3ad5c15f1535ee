/** The audio tower: from a log-mel picture to features. One tower hears every language. */
import { type Tensor2D, type Tensor3D, tf } from '../engine/tf.ts';
import type { ParameterSpec, Weights } from './parameters.ts';
import { patchTransformer, patchTransformerSpecs } from './patch-transformer.ts';
import { audioPatches } from './patches.ts';
import type { AudioPreset } from './presets.ts';

const NAME = 'audio';
/** Fixed input normalisation (see video-tower.ts), dB: near the reference clips of paper-facts 4.3 (-33 +- 17). */
export const LEVEL_MEAN_DB = -35;
const LEVEL_DEVIATION_DB = 20;

/** Weights of the audio tower. */
export function audioTowerSpecs(preset: AudioPreset): ParameterSpec[] {
  const { patch, melBands, melFrames, tower } = preset;
  const grid = {
    time: melFrames / patch.frames,
    space: melBands / patch.bands,
    patchSize: patch.bands * patch.frames,
  };
  return patchTransformerSpecs(NAME, grid, tower);
}

/**
 * Features of sounds; the caller owns the result.
 * @param logMel dB `[batch, melBands, melFrames]`, row 0 the lowest band
 * @returns `[batch, width]`
 */
export function audioTower(logMel: Tensor3D, weights: Weights, preset: AudioPreset): Tensor2D {
  return tf.tidy(() => {
    const patches = audioPatches(logMel, preset.patch);
    const normalised = tf.div(tf.sub(patches, LEVEL_MEAN_DB), LEVEL_DEVIATION_DB) as typeof patches;
    return patchTransformer(NAME, normalised, weights, preset.tower);
  });
}
