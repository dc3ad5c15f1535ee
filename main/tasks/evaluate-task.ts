/** The evaluation task: decode what is missing, embed with a run's newest checkpoint, measure, write the result. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadEngine } from '../../core/engine/engine.ts';
import { encodeClipMeasures } from '../../core/evaluation/clip-measures.ts';
import { evaluate } from '../../core/evaluation/evaluate.ts';
import { encodeEvaluation } from '../../core/evaluation/evaluation-file.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
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
    const { result, clips } = await evaluate(
      { dataset: task.dataset, model, windows, ...subject },
      { signal, onProgress },
    );
    await mkdir(task.evaluationFolder, { recursive: true });
    await atomicWrite(join(task.evaluationFolder, 'clips.json'), encodeClipMeasures(clips));
    await atomicWrite(join(task.evaluationFolder, 'evaluation.json'), encodeEvaluation(result));
    return { clipCount: result.clipCount, step: place.step, engine: engineLabel(engine) };
  } finally {
    model.dispose();
  }
}
