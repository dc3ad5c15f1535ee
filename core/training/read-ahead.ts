/** Makes things that a loop will need while it is busy with the one before: batches are read as the engine computes. */
import { InvariantError } from '../domain/errors.ts';

/** Which things, and how many of them at once. */
export type ReadAheadOptions = {
  /** First index. */
  from: number;
  /** Index after the last. */
  to: number;
  /** Things under way besides the one that is waited for; 0: each is made when it is asked for. */
  ahead: number;
  /** Ends the things under way. */
  signal?: AbortSignal | undefined;
};

/** Things in order, one at a time. */
export type ReadAhead<T> = {
  /**
   * The next thing, and starts those that follow it.
   * @throws what making it threw, from then on at every call; the signal's reason when stopped; InvariantError
   * behind the last and after `close`.
   */
  next(): Promise<T>;
  /** Ends what is under way and waits until nothing is. Never throws; may be called at any time and again. */
  close(): Promise<void>;
};

/**
 * Makes `from` to `to - 1` in order, `ahead` of them before they are asked for. Nothing starts before the first
 * `next`. What was made ahead and is not taken is dropped; its errors too.
 * @param make its signal aborts with the options' own and on `close`
 */
export function readAhead<T>(
  make: (index: number, signal: AbortSignal) => Promise<T>,
  { from, to, ahead, signal }: ReadAheadOptions,
): ReadAhead<T> {
  const closing = new AbortController();
  const stopped = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
  const queue: Promise<T>[] = [];
  const running = new Set<Promise<T>>();
  let index = from;
  let failure: { error: unknown } | null = null;

  const start = async (at: number): Promise<T> => {
    stopped.throwIfAborted();
    return make(at, stopped);
  };
  const fill = (): void => {
    while (index < to && queue.length <= ahead) {
      const made = start(index);
      // Its error is told when its turn comes, which may be never.
      made.catch(() => {}).finally(() => running.delete(made));
      running.add(made);
      queue.push(made);
      index += 1;
    }
  };
  return {
    next: async () => {
      if (closing.signal.aborted) throw new InvariantError('Something was read after the end of reading.');
      if (failure !== null) throw failure.error;
      signal?.throwIfAborted();
      fill();
      const made = queue.shift();
      if (made === undefined) throw new InvariantError(`There is nothing to read behind ${to - 1}.`);
      try {
        return await made;
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}
