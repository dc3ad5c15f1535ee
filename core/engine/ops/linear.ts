/** A fully connected layer over the last axis. */
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tf.ts';
import { matMul } from './mat-mul.ts';

/**
 * `x w + b` over the last axis of `x`.
 * Gradients: dx = dy w^T, dw = x^T dy, db = sum of dy over all rows. Saves `x` and `w`.
 * @param x `[..., inputs]`
 * @param w `[inputs, outputs]`
 * @param b `[outputs]`, or null for none.
 * @returns `[..., outputs]`
 */
export function linear(x: Tensor, w: Tensor2D, b: Tensor1D | null): Tensor {
  const inputs = w.shape[0];
  const shape = [...x.shape.slice(0, -1), w.shape[1]];
  const multiply = tf.customGrad((...args) => {
    const [x2, w2] = args as unknown as [Tensor2D, Tensor2D, unknown];
    const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
    const bias = b === null ? null : (args[2] as Tensor1D);
    save([x2, w2]);
    const product = tf.matMul(x2, w2);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, savedW] = saved as [Tensor2D, Tensor2D];
      const gradients: Tensor[] = [
        matMul(dy as Tensor2D, savedW, { transposeB: true }),
        matMul(savedX, dy as Tensor2D, { transposeA: true }),
      ];
      if (bias !== null) gradients.push(tf.sum(dy, 0));
      return gradients;
    };
    return { value: bias === null ? product : tf.add(product, bias), gradFunc };
  });
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, inputs]) as Tensor2D; // [rows, inputs]
    return tf.reshape(b === null ? multiply(rows, w) : multiply(rows, w, b), shape);
  });
}
