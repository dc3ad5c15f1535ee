/** One place for operations with written-out gradients and several results: tfjs's `customGrad` has only one. */
import { type Tensor, tf } from '../tf.ts';

type Save = (tensors: Tensor[]) => void;

type KernelRunner = {
  runKernelFunc(kernel: {
    forwardFunc: (backend: unknown, save: Save) => Tensor[];
    backwardsFunc: (dy: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
    inputs: Record<string, Tensor>;
  }): Tensor[];
};

/**
 * Runs an operation whose gradient is written out.
 * @param forward gives the results; what it passes to `save` is kept for `backward`, and only that
 * @param backward from the gradients of the results (in their order) to those of `inputs` (in theirs)
 */
export function customOp(
  inputs: readonly Tensor[],
  forward: (save: Save) => Tensor[],
  backward: (dys: Tensor[], saved: Tensor[]) => Tensor[],
): Tensor[] {
  const engine = tf.engine() as unknown as KernelRunner;
  return engine.runKernelFunc({
    forwardFunc: (_, save) => forward(save),
    backwardsFunc: (dy, saved) => {
      const gradients = backward(Array.isArray(dy) ? dy : [dy], saved);
      return Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));
    },
    inputs: Object.fromEntries(inputs.map((input, i) => [i, input])),
  });
}
