/** The estimate task: two real steps of the run's model on made-up clips, and what follows from their time. */
import { loadEngine } from '../../core/engine/engine.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { estimateRun, largestBatch } from '../../core/training/estimate.ts';
import { syntheticSteps } from '../../core/training/synthetic-steps.ts';
import type { TaskContext } from './run-task.ts';
import { engineLabel } from './train-task.ts';

/** Measures what a run would take; reads no media and writes nothing. @throws AppError ENGINE_UNAVAILABLE. */
export async function estimateTask(
  { config, clipCount, windowsBytes }: Extract<WorkerTask, { kind: 'estimate' }>,
  { signal, onProgress, clock }: TaskContext,
): Promise<TaskResults['estimate']> {
  const engine = await loadEngine();
  const preset = modelPreset(config);
  const batchSize = largestBatch(clipCount, config.batchSize);
  const steps = syntheticSteps(engine, { config, preset, batchSize });
  try {
    return await estimateRun(
      { config, preset, clipCount, windowsBytes },
      {
        engine: engineLabel(engine),
        clock,
        step: steps.step,
        peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
        signal,
        onProgress,
      },
    );
  } finally {
    steps.dispose();
  }
}
