/** Trading time for memory: keep only the inputs of a part of the model, and run it again in the backward pass. */
import { valueAndGradients } from '../gradients.ts';
import { type Tensor, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';

/**
 * `f(x)` of which only `x` is saved (Chen et al. 2016, "Training deep nets with sublinear memory cost").
 * @param f must give the same result whenever it is called; uses `weights` besides its input
 */
export function recomputed(x: Tensor, weights: readonly Tensor[], f: (x: Tensor) => Tensor): Tensor {
  const [value] = customOp(
    [x, ...weights],
    (save) => {
      save([x]);
      return [f(x)];
    },
    ([dy], saved) => {
      const input = saved[0]!;
      const { value: again, gradients } = valueAndGradients(() => f(input), [input, ...weights], dy!);
      tf.dispose(again);
      return gradients;
    },
  );
  return value!;
}
