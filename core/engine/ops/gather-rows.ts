/** Picking rows of a table, with a gradient that every engine has. */
import { type Tensor, type Tensor2D, tf } from '../tf.ts';

/**
 * The rows `indices` of `table`. tfjs's own gradient of `gather` needs UnsortedSegmentSum, which WebAssembly lacks;
 * this one sums with a one-hot product, so keep tables small (positions, classes: below about 10,000 rows).
 * @param table `[rows, features]`
 * @param indices whole numbers in 0..rows-1
 * @returns `[indices.length, features]`
 */
export function gatherRows(table: Tensor2D, indices: readonly number[]): Tensor2D {
  const rows = table.shape[0];
  const pick = tf.customGrad((...args) => {
    const input = args[0] as Tensor2D;
    const value = tf.gather(input, tf.tensor1d([...indices], 'int32'));
    const gradFunc = (dy: Tensor): Tensor => {
      const oneHot = tf.oneHot(tf.tensor1d([...indices], 'int32'), rows) as Tensor2D; // [indices, rows]
      return tf.matMul(tf.cast(oneHot, 'float32') as Tensor2D, dy as Tensor2D, true, false);
    };
    return { value, gradFunc };
  });
  return pick(table) as Tensor2D;
}
