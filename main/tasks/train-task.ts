/** The training task: decode what is missing, load an engine, train to the end. */
import { availableParallelism } from 'node:os';
import { loadEngine } from '../../core/engine/engine.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { openWindowCache, WINDOW_MEMORY_BYTES } from '../../core/media/window-cache.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { train } from '../../core/training/train.ts';
import { openViewPool, type ViewPool, viewThreads } from '../../core/training/view-pool.ts';
import type { TaskContext } from './run-task.ts';

/** Trains, or goes on with, the run in the task's folder. */
export async function trainTask(
  task: Extract<WorkerTask, { kind: 'train' }>,
  { signal, onProgress, onMetrics, onEngine, onWarning, endsAtCheckpoint, clock }: TaskContext,
): Promise<TaskResults['train']> {
  const tools = locateMediaTools();
  const windows = openWindowCache(task.cacheFolder, tools);
  const { video } = modelPreset(task.config);
  const decoding = { signal, onProgress, onWarning };
  const { shortSidePx } = video;
  await windows.prepare(task.dataset, { shortSidePx, frameCount: video.trainFrameCount }, decoding);
  if (task.validation !== null) await windows.prepare(task.validation, video, decoding);
  const engine = await loadEngine();
  onEngine(engineLabel(engine));
  const { runFolder, cacheFolder, dataset, validation, config } = task;
  const threads = viewThreads(engine.device, config.decodeAhead, availableParallelism());
  const pool: ViewPool | null =
    threads === 0 ? null : openViewPool({ threads, cacheFolder, tools, memoryBytes: WINDOW_MEMORY_BYTES });
  try {
    const result = await train(
      { runFolder, dataset, validation, config },
      {
        engine,
        windows,
        makeViews: pool?.makeViews,
        clock,
        signal,
        onProgress,
        onMetrics,
        endsAtCheckpoint,
        onWarning: (warning) => onWarning(warning.message),
      },
    );
    return { step: result.step, finished: result.finished, engine: engineLabel(engine) };
  } finally {
    await pool?.close();
  }
}

/** An engine with its version, e.g. `tensorflow 2.21.0, tfjs 4.22.0 (cpu)`. */
export function engineLabel(engine: { version: string; device: string }): string {
  return `${engine.version} (${engine.device})`;
}
