/** One thread of the pool (hearing-pool.ts): does pieces of work on tracks that lie in the cache. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorData, toErrorData } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import { openHeard } from '../media/sound-store.ts';
import type { HeardSource } from './check-input.ts';
import { type HearingResults, type HearingTask, hearHere } from './hearing.ts';

/** What a thread is started with: where listening copies are, and which ffmpeg made them. */
export type ThreadData = { cacheFolder: string; ffmpegVersion: string };

/** Thread to pool, one for each task. */
export type ThreadAnswer = { result: HearingResults[HearingTask['kind']] } | { error: ErrorData };

if (parentPort !== null) serve(parentPort, workerData as ThreadData);

function serve(port: NonNullable<typeof parentPort>, { cacheFolder, ffmpegVersion }: ThreadData): void {
  // A thread starts no program, so that it can be ended at any moment: the pool has seen to it that the copies are there.
  const hear = hearHere(
    async (source) => (await openHeard(cacheFolder, source, ffmpegVersion)) ?? gone(source),
  );
  port.on('message', (task: HearingTask) => {
    hear(task).then(
      (result) => port.postMessage({ result } satisfies ThreadAnswer),
      (error: unknown) => port.postMessage({ error: toErrorData(error) } satisfies ThreadAnswer),
    );
  });
}

function gone({ path }: AudioSource): HeardSource {
  throw new AppError(
    'WORKER_CRASHED',
    `What was kept of ${path} in the cache was removed while it was listened to. The check has stopped; nothing was changed. Start it again.`,
    { details: { path } },
  );
}
