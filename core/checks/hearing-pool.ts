/** Hears in threads of their own, on all processors. What is heard is the same to the bit as in one thread. */
import { availableParallelism, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError, CancelledError, fromErrorData } from '../domain/errors.ts';
import type { OpenTrack } from './check-input.ts';
import { type Hear, type HearingResults, type HearingTask, sourcesOf } from './hearing.ts';
import type { ThreadAnswer, ThreadData } from './hearing-thread.ts';

/** Six threads with the one that puts results together were measured at 1.28 GB; a check is to stay under 1.5 GB. */
const MOST_THREADS = 6;
/** A thread holds less than this (0.12 GB measured); a quarter of the machine's memory is for all of them, bytes. */
const THREAD_BYTES = 256 * 2 ** 20;
const MEMORY_SHARE = 1 / 4;

/** What a pool is opened with. */
export type HearingPoolOptions = ThreadData & {
  threads: number;
  /** Sees to it that the listening copy of a track is in the cache; called in this thread before each piece of work. */
  openTrack: OpenTrack;
  signal?: AbortSignal | undefined;
};

/** Threads that hear. */
export type HearingPool = {
  /** @throws what the work throws; the signal's reason when it aborts; WORKER_CRASHED where a thread ended by itself. */
  hear: Hear;
  /** Pieces of work that are worth asking for at a time. */
  lanes: number;
  /** Ends all threads and what they are doing; resolves when none is left. */
  close(): Promise<void>;
};

/** As many threads as the machine has processors and memory for, 1 to 6. */
export function hearingThreads(
  processors: number = availableParallelism(),
  memoryBytes: number = totalmem(),
): number {
  const byMemory = Math.floor((memoryBytes * MEMORY_SHARE) / THREAD_BYTES);
  return Math.max(1, Math.min(MOST_THREADS, processors, byMemory));
}

type Job = {
  task: HearingTask;
  resolve: (result: HearingResults[HearingTask['kind']]) => void;
  reject: (error: unknown) => void;
};

/** Opens a pool; threads are started when there is work for them. */
export function openHearingPool({ threads, openTrack, signal, ...data }: HearingPoolOptions): HearingPool {
  const waiting: Job[] = [];
  const busy = new Map<Worker, Job>();
  const idle: Worker[] = [];
  let ended: { reason: unknown } | null = null;
  const end = (reason: unknown): void => {
    ended ??= { reason };
    for (const { reject } of [...waiting.splice(0), ...busy.values()]) reject(ended.reason);
  };
  const stop = (): void => end(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });

  const start = (): Worker => {
    const thread = new Worker(new URL('./hearing-thread.ts', import.meta.url), { workerData: data });
    thread.on('message', (answer: ThreadAnswer) => {
      const job = busy.get(thread);
      busy.delete(thread);
      idle.push(thread);
      if ('result' in answer) job?.resolve(answer.result);
      else job?.reject(fromErrorData(answer.error));
      next();
    });
    thread.on('error', (cause) => end(crash(cause)));
    thread.on('exit', () => end(crash(null)));
    return thread;
  };
  const next = (): void => {
    while (ended === null && waiting.length > 0 && (idle.length > 0 || busy.size < threads)) {
      const thread = idle.pop() ?? start();
      const job = waiting.shift()!;
      busy.set(thread, job);
      thread.postMessage(job.task);
    }
  };
  const run = (task: HearingTask): Promise<HearingResults[HearingTask['kind']]> =>
    new Promise((resolve, reject) => {
      if (ended !== null) {
        reject(ended.reason);
        return;
      }
      waiting.push({ task, resolve, reject });
      next();
    });
  return {
    hear: async <T extends HearingTask>(task: T): Promise<HearingResults[T['kind']]> => {
      signal?.throwIfAborted();
      for (const source of sourcesOf(task)) await openTrack(source);
      return (await run(task)) as HearingResults[T['kind']];
    },
    lanes: threads + 1,
    close: async () => {
      signal?.removeEventListener('abort', stop);
      end(new CancelledError());
      await Promise.all([...busy.keys(), ...idle].map((thread) => thread.terminate()));
    },
  };
}

function crash(cause: unknown): AppError {
  const how = cause instanceof Error ? ` (${cause.message})` : '';
  return new AppError(
    'WORKER_CRASHED',
    `A thread that listened to a track ended unexpectedly${how}. What was heard before is kept. Start the check again.`,
    { cause },
  );
}
