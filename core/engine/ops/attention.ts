/** Scaled dot-product attention. */
import { type Tensor, tf } from '../tf.ts';

/** How attention trades memory for time. */
export type AttentionOptions = {
  /** Factor of the products before the softmax; default 1 / sqrt(features of a head). */
  scale?: number;
  /** Compute the probabilities again in the backward pass, not keep them: less memory, one matmul more. Default false. */
  recompute?: boolean;
};

/**
 * `softmax(scale q k^T) v` (Vaswani et al. 2017). Saves q, k, v and, unless `recompute`, the probabilities.
 * @param q `[..., queries, features]`
 * @param k `[..., keys, features]`
 * @param v `[..., keys, values]`
 * @returns `[..., queries, values]`
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const scale = options.scale ?? 1 / Math.sqrt(q.shape.at(-1)!);
  const attend = tf.customGrad((...args) => {
    const [query, key, value, save] = args as unknown as [Tensor, Tensor, Tensor, (t: Tensor[]) => void];
    const probabilities = attentionProbabilities(query, key, scale);
    save(options.recompute ? [query, key, value] : [query, key, value, probabilities]);
    return {
      value: tf.matMul(probabilities, value),
      gradFunc: (dy: Tensor, saved: Tensor[]) => attentionGradients(dy, saved, scale),
    };
  });
  return attend(q, k, v);
}

function attentionProbabilities(q: Tensor, k: Tensor, scale: number): Tensor {
  return tf.softmax(tf.matMul(tf.mul(q, scale), k, false, true)); // [..., queries, keys]
}

function attentionGradients(dy: Tensor, saved: Tensor[], scale: number): Tensor[] {
  const [q, k, v] = saved as [Tensor, Tensor, Tensor];
  const p = saved[3] ?? attentionProbabilities(q, k, scale);
  const dv = tf.matMul(p, dy, true, false);
  const dp = tf.matMul(dy, v, false, true);
  const weighted = tf.mul(dp, p);
  const scores = tf.mul(tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true))), scale); // [..., queries, keys]
  return [tf.matMul(scores, k), tf.matMul(scores, q, true, false), dv];
}
