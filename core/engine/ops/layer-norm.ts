/** Layer normalisation over the last axis. */
import { type Tensor, type Tensor1D, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';

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
  const [result] = customOp(
    [x, gamma, beta],
    (save) => {
      const { normalised, inverseDeviation } = standardise(x, eps);
      save([normalised, inverseDeviation, gamma]);
      return [tf.add(tf.mul(normalised, gamma), beta)];
    },
    ([dy], saved) => layerNormGradients(dy!, saved),
  );
  return result!;
}

/** Sums, not means: tfjs's mean costs an operation more on every engine, and a tower has a hundred norms. */
function standardise(x: Tensor, eps: number): { normalised: Tensor; inverseDeviation: Tensor } {
  const features = x.shape.at(-1)!;
  const centred = tf.sub(x, tf.mul(tf.sum(x, -1, true), 1 / features));
  const variance = tf.mul(tf.sum(tf.square(centred), -1, true), 1 / features);
  const inverseDeviation = tf.rsqrt(tf.add(variance, eps)); // [..., 1]
  return { normalised: tf.mul(centred, inverseDeviation), inverseDeviation };
}

function layerNormGradients(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [normalised, inverseDeviation, gamma] = saved as [Tensor, Tensor, Tensor1D];
  const features = gamma.shape[0];
  const leading = dy.shape.slice(0, -1).map((_, axis) => axis);
  const share = tf.mul(gamma, 1 / features);
  const dyNormalised = tf.mul(dy, normalised);
  const along = tf.sum(tf.mul(dyNormalised, share), -1, true); // mean(g n)
  const g = tf.mul(dy, gamma);
  const level = tf.mul(tf.sum(g, -1, true), 1 / features); // mean(g)
  const dx = tf.mul(tf.sub(tf.sub(g, level), tf.mul(normalised, along)), inverseDeviation);
  return [dx, tf.sum(dyNormalised, leading), tf.sum(dy, leading)];
}
