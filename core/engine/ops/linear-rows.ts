/** A fully connected layer with PyTorch's layout of weights, cut into several results. */
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';
import { matMul } from './mat-mul.ts';

/**
 * `x w^T + b` over the last axis of `x`, its features cut into `parts` equal results (queries, keys and values of one
 * layer), each computed on its own: cutting a product up would copy all of it, and joining the gradients again too.
 * Saves `x` and `w`.
 * @param x `[..., inputs]`
 * @param w `[parts * outputs, inputs]`
 * @param b `[parts * outputs]`
 * @returns `parts` times `[..., outputs]`
 */
export function linearRows(x: Tensor, w: Tensor2D, b: Tensor1D, parts = 1): Tensor[] {
  const inputs = w.shape[1];
  const outputs = w.shape[0] / parts;
  const indexes = Array.from({ length: parts }, (_, i) => i);
  const weightOf = (weights: Tensor2D, part: number): Tensor2D =>
    parts === 1 ? weights : tf.slice(weights, [part * outputs, 0], [outputs, inputs]);
  return customOp(
    [x, w, b],
    (save) => {
      save([x, w]);
      const rows = tf.reshape(x, [-1, inputs]) as Tensor2D;
      const shape = [...x.shape.slice(0, -1), outputs];
      return indexes.map((part) => {
        const bias = parts === 1 ? b : tf.slice(b, part * outputs, outputs);
        const product = matMul(rows, weightOf(w, part), { transposeB: true });
        return tf.reshape(tf.add(product, bias), shape);
      });
    },
    (dys, saved) => {
      const [savedX, savedW] = saved as [Tensor, Tensor2D];
      const rows = tf.reshape(savedX, [-1, inputs]) as Tensor2D;
      const rowDys = dys.map((dy) => tf.reshape(dy, [-1, outputs]) as Tensor2D);
      const dx = rowDys
        .map((dy, part) => tf.matMul(dy, weightOf(savedW, part)))
        .reduce((sum, next) => tf.add(sum, next) as Tensor2D);
      return [
        tf.reshape(dx, savedX.shape),
        joined(rowDys.map((dy) => matMul(dy, rows, { transposeA: true }))),
        joined(rowDys.map((dy) => tf.sum(dy, 0) as Tensor1D)),
      ];
    },
  );
}

function joined(parts: Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
}
