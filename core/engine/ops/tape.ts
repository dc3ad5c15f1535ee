/** Keeps tfjs's gradient bookkeeping whole when a gradient is itself computed by differentiating. */
import { tf } from '../tf.ts';

type TapeState = { activeTape: unknown };

/**
 * Runs `work` with the active tape put aside, and puts it back afterwards. Needed around `tf.grads` (and its
 * relatives) inside the gradient function of `tf.customGrad`: without it they reset the tape that is being walked,
 * and the outer backward pass fails. What `work` computes is not recorded on the outer tape.
 */
export function withTapeAside<T>(work: () => T): T {
  const state = (tf.engine() as unknown as { state: TapeState }).state;
  const tape = state.activeTape;
  try {
    return work();
  } finally {
    state.activeTape = tape;
  }
}
