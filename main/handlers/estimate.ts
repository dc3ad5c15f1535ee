/** The request that says what a run would take before it is started. */
import type { Dataset } from '../../core/domain/dataset.ts';
import { CancelledError, fromErrorData } from '../../core/domain/errors.ts';
import type { RunConfig, RunEstimate } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { resolveRunConfig } from '../../core/training/config.ts';
import { windowsBytes } from '../../core/training/estimate.ts';
import { evenlyChosen } from '../../core/training/validation.ts';
import type { HostContext } from '../host.ts';
import { runWorker } from '../run-worker.ts';
import { requireClips } from './runs.ts';

/** Handler of `run/estimate`. */
export function estimateHandlers(context: HostContext) {
  return {
    'run/estimate': (a) => estimate(context, a),
  } satisfies Partial<Handlers>;
}

/** Waits its turn as a job, so that it is not measured beside one, and can be stopped as one. */
async function estimate(
  context: HostContext,
  { config: change, filter }: RequestArguments<'run/estimate'>,
): Promise<RunEstimate> {
  const { db } = context.project();
  const config = resolveRunConfig(change);
  const dataset = datasetOf(db, filter ?? TRAINING_FILTER);
  requireClips(dataset, 2, 'Training needs at least 2 clips with an accepted dub');
  const heldOut = config.validateEveryEpochs > 0 ? datasetOf(db, HELDOUT_FILTER) : null;
  let measured: RunEstimate | null = null;
  const jobId = context.jobs.add({
    kind: 'estimate',
    label: 'Estimate',
    work: async ({ signal, onProgress }) => {
      measured = await runWorker(
        {
          kind: 'estimate',
          config,
          clipCount: dataset.clips.length,
          windowsBytes: bytesOfWindows(config, dataset, heldOut),
        },
        { signal, onMessage: (message) => message.type === 'progress' && onProgress(message.progress) },
      );
      return measured;
    },
  });
  const job = await context.jobs.ended(jobId);
  if (job.state === 'failed') throw fromErrorData(job.error);
  if (measured === null) throw new CancelledError();
  return measured;
}

function bytesOfWindows(config: RunConfig, dataset: Dataset, heldOut: Dataset | null): number {
  const preset = modelPreset(config);
  const { trainFrameCount, frameCount } = preset.video;
  const measured = evenlyChosen(heldOut?.clips ?? [], config.validationClips);
  return windowsBytes(dataset.clips, preset, trainFrameCount) + windowsBytes(measured, preset, frameCount);
}
