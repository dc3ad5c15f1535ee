/** One thread of the pool (view-pool.ts): reads decoded windows and makes views of the samples that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DatasetClip } from '../domain/dataset.ts';
import { type ErrorData, toErrorData } from '../domain/errors.ts';
import { openWindowCache } from '../media/window-cache.ts';
import type { ModelPreset } from '../model/presets.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { createRng } from '../rng.ts';
import { makeViews, type ViewBatch, type ViewPlace, type ViewSettings } from './views.ts';

/** What a thread is started with. */
export type ThreadData = { cacheFolder: string; tools: MediaTools; memoryBytes: number };

/** Pool to thread. */
export type ThreadRequest =
  | {
      type: 'make';
      id: number;
      /** The clips of the part and their places in the data set, which decide their random numbers. */
      clips: DatasetClip[];
      indexes: number[];
      place: ViewPlace;
      settings: { preset: ModelPreset; config: ViewSettings['config']; seed: number };
    }
  | { type: 'stop'; id: number };

/** Thread to pool. */
export type ThreadAnswer = { id: number; batch: ViewBatch } | { id: number; error: ErrorData };

if (parentPort !== null) serve(parentPort, workerData as ThreadData);

function serve(port: NonNullable<typeof parentPort>, { cacheFolder, tools, memoryBytes }: ThreadData): void {
  // What belongs on disk was put there before the run began; a limit is kept by one process, not by its threads.
  const windows = openWindowCache(cacheFolder, tools, { memoryBytes, writes: false });
  const running = new Map<number, AbortController>();
  const make = async (request: Extract<ThreadRequest, { type: 'make' }>): Promise<void> => {
    const { id, clips, indexes, place, settings } = request;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const { seed, ...rest } = settings;
      const batch = await makeViews(
        atTheirPlaces(clips, indexes),
        indexes,
        place,
        { ...rest, rng: createRng(seed) },
        windows,
        { signal: controller.signal },
      );
      port.postMessage({ id, batch } satisfies ThreadAnswer, [
        batch.video.buffer,
        batch.audio.buffer,
      ] as ArrayBuffer[]);
    } catch (error) {
      port.postMessage({ id, error: toErrorData(error) } satisfies ThreadAnswer);
    } finally {
      running.delete(id);
    }
  };
  port.on('message', (request: ThreadRequest) => {
    if (request.type === 'make') void make(request);
    else running.get(request.id)?.abort();
  });
}

/** An array with only these clips, each where it is in the data set. */
function atTheirPlaces(clips: readonly DatasetClip[], indexes: readonly number[]): DatasetClip[] {
  const sparse: DatasetClip[] = [];
  for (const [i, index] of indexes.entries()) sparse[index] = clips[i]!;
  return sparse;
}
