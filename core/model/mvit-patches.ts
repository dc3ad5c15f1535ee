/** The first layer of an MViT tower: input norm and patch convolution (paper-facts 3.1). */
import { linearOfPatches } from '../engine/ops/ops.ts';
import { type Tensor, type Tensor1D, type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import type { Weights } from './parameters.ts';
import type { MvitPreset } from './presets.ts';
import type { InputStatistics } from './tower-pass.ts';

/** PyTorch's default (paper-facts 3.1 a). */
const BATCH_NORM_EPSILON = 1e-5;

/**
 * Tokens of an input.
 * @param name prefix, e.g. `net.video.patch_embed`
 * @param input `[batch, frames, rows, columns, channels]`
 * @param statistics of the input norm; default the running ones
 * @returns `[batch, time height width, embed]`, time slowest
 */
export function mvitPatches(
  name: string,
  input: Tensor5D,
  weights: Weights,
  preset: MvitPreset,
  statistics: InputStatistics | undefined,
): Tensor3D {
  return tf.tidy(() => {
    const mean =
      statistics === undefined ? weights(`${name}.norm.running_mean`) : tf.tensor1d([...statistics.mean]);
    const variance =
      statistics === undefined ? weights(`${name}.norm.running_var`) : tf.tensor1d([...statistics.variance]);
    const normalised = tf.mul(tf.sub(input, mean), tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
    const convolved = linearOfPatches(
      normalised as Tensor5D,
      weights(`${name}.proj.weight`),
      weights(`${name}.proj.bias`) as Tensor1D,
      preset.patch,
    ); // [batch, time, height, width, embed]
    return tf.reshape(convolved as Tensor, [input.shape[0], -1, preset.embed]);
  });
}
