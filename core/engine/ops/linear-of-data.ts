/** The first layer of a model: a fully connected layer over data, which needs no gradient. */
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tf.ts';
import { matMul } from './mat-mul.ts';

/**
 * `x w + b` over the last axis of `x`, as `linear`, with gradients for `w` and `b` only: what would flow into the data
 * is never used, and for a patch embedding it is the largest tensor of the backward pass.
 * @param x `[..., inputs]`
 * @param w `[inputs, outputs]`
 * @param b `[outputs]`
 * @returns `[..., outputs]`
 */
export function linearOfData(x: Tensor, w: Tensor2D, b: Tensor1D): Tensor {
  const shape = [...x.shape.slice(0, -1), w.shape[1]];
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, w.shape[0]]) as Tensor2D; // [rows, inputs]
    const multiply = tf.customGrad((...args) => {
      const [weight, bias, save] = args as unknown as [Tensor2D, Tensor1D, (t: Tensor[]) => void];
      save([rows]);
      const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => [
        matMul(saved[0] as Tensor2D, dy as Tensor2D, { transposeA: true }),
        tf.sum(dy, 0),
      ];
      return { value: tf.add(tf.matMul(rows, weight), bias), gradFunc };
    });
    return tf.reshape(multiply(w, b), shape);
  });
}
