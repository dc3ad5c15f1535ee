/** The training task: decode what is missing, load an engine, train to the end. */

import { loadEngine } from '../../core/engine/engine.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { openWindowCache } from '../../core/media/window-cache.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { train } from '../../core/training/train.ts';
import type { TaskContext } from './run-task.ts';

/** Trains, or goes on with, the run in the task's folder. */
export async function trainTask(
  task: Extract<WorkerTask, { kind: 'train' }>,
  { signal, onProgress, onMetrics, onEngine, onWarning, clock }: TaskContext,
): Promise<TaskResults['train']> {
  const windows = openWindowCache(task.cacheFolder, locateMediaTools());
  const { video } = modelPreset(task.config);
  const decoding = { signal, onProgress, onWarning };
  const { shortSidePx } = video;
  await windows.prepare(task.dataset, { shortSidePx, frameCount: video.trainFrameCount }, decoding);
  if (task.validation !== null) await windows.prepare(task.validation, video, decoding);
  const engine = await loadEngine();
  onEngine(engineLabel(engine));
  const { runFolder, dataset, validation, config } = task;
  const result = await train(
    { runFolder, dataset, validation, config },
    {
      engine,
      windows,
      clock,
      signal,
      onProgress,
      onMetrics,
      onWarning: (warning) => onWarning(warning.message),
    },
  );
  return { step: result.step, finished: result.finished, engine: engineLabel(engine) };
}

/** An engine with its version, e.g. `tensorflow 2.21.0, tfjs 4.22.0 (cpu)`. */
export function engineLabel(engine: { version: string; device: string }): string {
  return `${engine.version} (${engine.device})`;
}
