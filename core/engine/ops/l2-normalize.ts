/** Scaling rows to length one. */
import { type Tensor, tf } from '../tf.ts';

/**
 * `x / max(|x|, eps)` over the last axis. Gradient, with y the result: (dy - y (y . dy)) / length; rows shorter
 * than `eps` are divided by the constant `eps`, so theirs is dy / eps. Saves the result and the lengths.
 * @param x `[..., features]`
 * @param eps smallest length that is divided by; default 1e-12 (as PyTorch's `normalize`).
 */
export function l2Normalize(x: Tensor, eps = 1e-12): Tensor {
  const normalise = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor, (t: Tensor[]) => void];
    const length = tf.sqrt(tf.sum(tf.square(input), -1, true)); // [..., 1]
    const divisor = tf.maximum(length, eps);
    const value = tf.div(input, divisor);
    save([value, length]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [y, savedLength] = saved as [Tensor, Tensor];
      const along = tf.mul(tf.sum(tf.mul(dy, y), -1, true), tf.cast(tf.greater(savedLength, eps), 'float32'));
      return tf.div(tf.sub(dy, tf.mul(y, along)), tf.maximum(savedLength, eps));
    };
    return { value, gradFunc };
  });
  return normalise(x);
}
