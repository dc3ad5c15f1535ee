/** Lets long computations of plain JavaScript hear that they are to stop. */
import { setImmediate } from 'node:timers/promises';

/**
 * Gives waiting messages (such as "cancel") their turn, then goes on.
 * @throws the signal's reason when it was aborted.
 */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
