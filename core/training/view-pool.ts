/**
 * Views made in threads of their own. A step of TensorFlow blocks the thread that calls it, and on a GPU it takes less
 * time than drawing its views does on one core. The views are those of `makeViews`, byte for byte: a sample's random
 * numbers come from its place in the data set, and not from where it is made.
 */
import { Worker } from 'node:worker_threads';
import type { DatasetClip } from '../domain/dataset.ts';
import { fromErrorData, InvariantError } from '../domain/errors.ts';
import type { ThreadAnswer, ThreadData, ThreadRequest } from './view-thread.ts';
import type { ViewBatch, ViewPlace, ViewSettings } from './views.ts';
import type { ReadOptions } from './window-reader.ts';

/** Makes the views of a step's samples; as `makeViews` with its reader given. */
export type MakeViews = (
  clips: readonly DatasetClip[],
  indexes: readonly number[],
  place: ViewPlace,
  settings: ViewSettings,
  options?: ReadOptions,
) => Promise<ViewBatch>;

/** Threads that make views. */
export type ViewPool = {
  /** @throws what `makeViews` throws; the signal's reason when stopped; InvariantError when a thread ended. */
  makeViews: MakeViews;
  /** Ends the threads, and with them what is under way. */
  close(): Promise<void>;
};

/** What a pool is opened with. `memoryBytes`: decoded windows that all threads together hold. */
export type ViewPoolOptions = ThreadData & { threads: number };

/** More than this would wait for the disk. */
const MOST_THREADS = 8;
/** TensorFlow on the processor uses every core itself: only where there are many is one to spare. */
const CORES_TO_SPARE_ONE = 4;

/**
 * Threads that help a run (our choice): while a GPU computes, all cores but one are free; 0 where views are better
 * made in the thread that trains.
 */
export function viewThreads(device: 'cpu' | 'gpu', decodeAhead: number, cores: number): number {
  if (decodeAhead === 0) return 0;
  if (device === 'gpu') return Math.max(1, Math.min(MOST_THREADS, cores - 1));
  return cores >= CORES_TO_SPARE_ONE ? 1 : 0;
}

/** Starts the threads. */
export function openViewPool({ threads, memoryBytes, ...data }: ViewPoolOptions): ViewPool {
  const lanes = Array.from({ length: threads }, () =>
    startThread({ ...data, memoryBytes: Math.floor(memoryBytes / threads) }),
  );
  return {
    makeViews: async (clips, indexes, place, { preset, config, rng }, options = {}) => {
      const settings = { preset, config, seed: rng.seed };
      const parts = partsOf(indexes, threads);
      const made = await Promise.all(
        parts.map(({ lane, rows }) => {
          const partIndexes = rows.map((row) => indexes[row]!);
          const partClips = partIndexes.map((index) => clips[index]!);
          const request = { clips: partClips, indexes: partIndexes, place, settings };
          return lanes[lane]!.make(request, options.signal);
        }),
      );
      return joined(
        indexes.length,
        parts.map(({ rows }, i) => ({ rows, batch: made[i]! })),
      );
    },
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

type Lane = {
  make(request: MakeRequest, signal: AbortSignal | undefined): Promise<ViewBatch>;
  close(): Promise<void>;
};
type MakeRequest = Omit<Extract<ThreadRequest, { type: 'make' }>, 'type' | 'id'>;
type Waiting = { resolve: (batch: ViewBatch) => void; reject: (error: unknown) => void };

function startThread(data: ThreadData): Lane {
  const thread = new Worker(new URL('./view-thread.ts', import.meta.url), { workerData: data });
  const waiting = new Map<number, Waiting>();
  const running = new Set<Promise<ViewBatch>>();
  let ended: Error | null = null;
  let lastId = 0;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('message', (answer: ThreadAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('batch' in answer) asked?.resolve(answer.batch);
    else asked?.reject(fromErrorData(answer.error));
  });
  thread.on('error', end);
  thread.on('exit', () => end(new InvariantError('A thread that makes views ended before its work.')));
  // The run decides when the process ends, not its threads.
  thread.unref();
  const send = (request: ThreadRequest): void => thread.postMessage(request);
  return {
    make: async (request, signal) => {
      if (ended !== null) throw ended;
      signal?.throwIfAborted();
      lastId += 1;
      const id = lastId;
      const stop = (): void => send({ type: 'stop', id });
      signal?.addEventListener('abort', stop, { once: true });
      // A thread keeps the process alive only while it is waited for.
      if (waiting.size === 0) thread.ref();
      const made = new Promise<ViewBatch>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ type: 'make', id, ...request });
      });
      running.add(made);
      try {
        return await made;
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        running.delete(made);
        signal?.removeEventListener('abort', stop);
        if (waiting.size === 0) thread.unref();
      }
    },
    close: async () => {
      // Programs that a thread has started end before it does.
      for (const id of waiting.keys()) send({ type: 'stop', id });
      await Promise.allSettled(running);
      await thread.terminate();
    },
  };
}

type Part = { lane: number; rows: number[] };

/** Which thread makes which samples: a clip is always the same thread's, which then has its windows in memory. */
function partsOf(indexes: readonly number[], threads: number): Part[] {
  const parts = Array.from({ length: threads }, (_, lane): Part => ({ lane, rows: [] }));
  for (const [row, index] of indexes.entries()) parts[index % threads]!.rows.push(row);
  return parts.filter(({ rows }) => rows.length > 0);
}

/** The whole batch: primary views of all samples, then the secondary ones. */
function joined(count: number, parts: readonly { rows: number[]; batch: ViewBatch }[]): ViewBatch {
  const [first] = parts;
  const samples = first === undefined ? 0 : 2 * first.rows.length;
  const videoSize = first === undefined ? 0 : first.batch.video.length / samples;
  const audioSize = first === undefined ? 0 : first.batch.audio.length / samples;
  const whole: ViewBatch = {
    clipIds: new Array<string>(count),
    video: new Uint8Array(2 * count * videoSize),
    audio: new Float32Array(2 * count * audioSize),
    dubCount: 0,
  };
  for (const { rows, batch } of parts) {
    whole.dubCount += batch.dubCount;
    for (const [i, row] of rows.entries()) {
      whole.clipIds[row] = batch.clipIds[i]!;
      for (const view of [0, 1]) {
        const from = view * rows.length + i;
        const to = view * count + row;
        whole.video.set(batch.video.subarray(from * videoSize, (from + 1) * videoSize), to * videoSize);
        whole.audio.set(batch.audio.subarray(from * audioSize, (from + 1) * audioSize), to * audioSize);
      }
    }
  }
  return whole;
}
