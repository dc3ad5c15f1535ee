/** Layer normalisation over the last axis. */
import { type Tensor, type Tensor1D, tf } from '../tf.ts';

/**
 * `(x - mean) / sqrt(variance + eps) * gamma + beta` over the last axis (Ba et al. 2016; biased variance).
 * Gradient, with n the normalised input and g = dy gamma: dx = (g - mean(g) - n mean(g n)) / deviation.
 * Saves the normalised input and the inverse deviation, not `x`.
 * @param x `[..., features]`
 * @param gamma `[features]`
 * @param beta `[features]`
 * @param eps added to the variance; MViT uses 1e-6.
 * @returns the shape of `x`
 */
export function layerNorm(x: Tensor, gamma: Tensor1D, beta: Tensor1D, eps: number): Tensor {
  const normalise = tf.customGrad((...args) => {
    const [input, scale, shift, save] = args as unknown as [
      Tensor,
      Tensor1D,
      Tensor1D,
      (t: Tensor[]) => void,
    ];
    const { normalised, inverseDeviation } = standardise(input, eps);
    save([normalised, inverseDeviation, scale]);
    return { value: tf.add(tf.mul(normalised, scale), shift), gradFunc: layerNormGradients };
  });
  return normalise(x, gamma, beta);
}

function standardise(x: Tensor, eps: number): { normalised: Tensor; inverseDeviation: Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const inverseDeviation = tf.rsqrt(tf.add(variance, eps)); // [..., 1]
  return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation };
}

function layerNormGradients(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [normalised, inverseDeviation, gamma] = saved as [Tensor, Tensor, Tensor1D];
  const features = gamma.shape[0];
  const rowsDy = tf.reshape(dy, [-1, features]);
  const dyNormalised = tf.mul(dy, normalised);
  const g = tf.mul(dy, gamma);
  const along = tf.mean(tf.mul(g, normalised), -1, true);
  const dx = tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), tf.mul(normalised, along)), inverseDeviation);
  return [dx, tf.sum(tf.reshape(dyNormalised, [-1, features]), 0), tf.sum(rowsDy, 0)];
}
