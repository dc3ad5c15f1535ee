/** The evaluation task: decode what is missing, embed with a run's newest checkpoint, measure, write the result. */
import { basename } from 'node:path';
import { loadEngine } from '../../core/engine/engine.ts';
import { evaluate } from '../../core/evaluation/evaluate.ts';
import { writeEvaluation } from '../../core/evaluation/evaluation-folder.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { openWindowCache } from '../../core/media/window-cache.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { loadModel } from '../../core/training/load-model.ts';
import type { TaskContext } from './run-task.ts';
import { engineLabel } from './train-task.ts';

/** Measures a run on the task's clips. */
export async function evaluateTask(
  task: Extract<WorkerTask, { kind: 'evaluate' }>,
  { signal, onProgress, onEngine, onWarning }: TaskContext,
): Promise<TaskResults['evaluate']> {
  const windows = openWindowCache(task.cacheFolder, locateMediaTools());
  const { video } = modelPreset(task.config);
  await windows.prepare(task.dataset, video, { signal, onProgress, onWarning });
  const engine = await loadEngine();
  onEngine(engineLabel(engine));
  const { model, place } = await loadModel(engine, task.runFolder, task.config, {
    onDamaged: (error) => onWarning(error.message),
    checkpoint: task.checkpoint,
  });
  try {
    const subject = { runId: task.runId, checkpoint: basename(place.folder) };
    const measured = await evaluate(
      { dataset: task.dataset, model, windows, ...subject },
      { signal, onProgress },
    );
    await writeEvaluation(task.evaluationFolder, measured);
    return { clipCount: measured.result.clipCount, step: place.step, engine: engineLabel(engine) };
  } finally {
    model.dispose();
  }
}
