/**
 * A training run from start or checkpoint to the end. Every number of it is a function of settings, clips, engine and
 * seed; killed anywhere and called again, it ends in the same bytes (test/core/training/kill-anywhere.test.ts).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Dataset } from '../domain/dataset.ts';
import { AppError, CancelledError, type ErrorData } from '../domain/errors.ts';
import type { MetricsRow, RunConfig } from '../domain/run.ts';
import type { Engine } from '../engine/engine.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { type ModelPreset, modelPreset } from '../model/presets.ts';
import { createRng } from '../rng.ts';
import type { WriteFile } from './checkpoint-folder.ts';
import { killPoint } from './kill-points.ts';
import { type OpenRun, openRun } from './open-run.ts';
import { type ReadAhead, readAhead } from './read-ahead.ts';
import { stepsPerEpoch } from './sampler.ts';
import { learningRateAt } from './schedule.ts';
import { placeOf, readStepInput, type StepInput, type StepSource } from './step-input.ts';
import { type StepNumbers, trainStep } from './train-step.ts';
import { bestRow, measureHeldOut, shouldStop } from './validation.ts';
import type { MakeViews } from './view-pool.ts';
import type { ViewBatch } from './views.ts';
import type { WindowReader } from './window-reader.ts';

/** What to train. */
export type TrainInput = {
  /** Made if missing; a run that is in it goes on from its newest good checkpoint. */
  runFolder: string;
  /** At least two clips; the run's own copy decides on resume. */
  dataset: Dataset;
  config: RunConfig;
  /** Held-out clips to measure between epochs, where `config.validateEveryEpochs` asks for it. */
  validation?: Dataset | null;
  /** The model; default the one that `config.preset` names. */
  preset?: ModelPreset;
};

/** What training needs from outside. */
export type TrainOptions = WorkOptions & {
  engine: Engine;
  windows: WindowReader;
  /** How views are made (view-pool.ts); default: in this thread, from `windows`. */
  makeViews?: MakeViews | undefined;
  clock: Clock;
  /** Called after each step, when its row is in the file. */
  onMetrics?: (row: MetricsRow) => void;
  /** Things a person should know that do not stop the run: a damaged checkpoint, a full disk, another engine. */
  onWarning?: (warning: ErrorData) => void;
  /** Asked after each checkpoint that was due: whether to end there. Default: never. */
  endsAtCheckpoint?: (() => boolean) | undefined;
  /** How a checkpoint's files are written; tests put a full disk here. */
  writeFile?: WriteFile;
};

/** How a run ended. */
export type TrainResult = {
  /** Finished steps. */
  step: number;
  totalSteps: number;
  /** False where it ended at a checkpoint because that was asked for. */
  finished: boolean;
  /** Whether it ended because measurements got no better. */
  stoppedEarly: boolean;
  /** Step of the best measurement, whose checkpoint is kept; null without measurements. */
  bestStep: number | null;
  /** Folder of the last checkpoint. */
  checkpoint: string;
  engine: string;
};

/**
 * Starts a run, or goes on with it.
 * @throws AppError TOO_FEW_PAIRS below two clips; RUN_DIFFERS when the folder holds another run; LOSS_NOT_FINITE
 *   naming step and clips; CKPT_DAMAGED when no checkpoint of the run can be read; CKPT_DISK_FULL when the last one
 *   cannot be written; CANCELLED when `signal` aborts, after a checkpoint was written.
 */
export async function train(input: TrainInput, options: TrainOptions): Promise<TrainResult> {
  const { dataset, config } = input;
  requireClips(dataset);
  const preset = input.preset ?? modelPreset(config);
  const run = await openRun({ ...input, preset }, options);
  warnOfNothingToMeasure(input, options);
  const totalSteps = config.epochs * stepsPerEpoch(dataset.clips.length, config.batchSize);
  const source: StepSource = {
    dataset,
    config,
    preset,
    rng: createRng(config.seed),
    windows: options.windows,
    makeViews: options.makeViews,
  };
  const inputs = readAhead((index, signal) => readStepInput(index, source, { signal }), {
    from: run.step,
    to: totalSteps,
    ahead: config.decodeAhead,
    signal: options.signal,
  });
  try {
    const context: LoopContext = { run, input, options, source, inputs, totalSteps };
    killPoint('start', run.step);
    while (run.step < totalSteps && !hasStoppedEarly(context)) {
      await stopIfAsked(context);
      await runStep(context);
      const isMeasured = await measureIfDue(context);
      const isDue = isMeasured || run.step % config.checkpointEverySteps === 0;
      if (!isDue || run.step >= totalSteps) continue;
      const isSaved = await run.saveOrWarn();
      // Messages get their turn first: one may have come while the step held the process.
      await nextTurn();
      if (isSaved && options.endsAtCheckpoint?.() === true) break;
    }
    const place = await run.save();
    killPoint('end', run.step);
    const stoppedEarly = run.step < totalSteps && hasStoppedEarly(context);
    return {
      step: run.step,
      totalSteps,
      finished: run.step === totalSteps || stoppedEarly,
      stoppedEarly,
      bestStep: bestRow(run.logs.validations)?.step ?? null,
      checkpoint: place.folder,
      engine: options.engine.name,
    };
  } finally {
    await inputs.close();
    run.close();
  }
}

type LoopContext = {
  run: OpenRun;
  input: TrainInput;
  options: TrainOptions;
  source: StepSource;
  inputs: ReadAhead<StepInput>;
  totalSteps: number;
};

function hasStoppedEarly({ run, input }: LoopContext): boolean {
  return shouldStop(run.logs.validations, input.config.earlyStopAfter);
}

async function runStep({ run, input, options, source, inputs, totalSteps }: LoopContext): Promise<void> {
  const { config, dataset } = input;
  const done = run.step;
  const step = done + 1;
  killPoint('before-step', step);
  const startMs = options.clock.monotonicMs();
  const { batch, dropPath } = await inputs.next();
  const readMs = options.clock.monotonicMs();
  const learningRate = learningRateAt(done, {
    learningRate: config.learningRate,
    finalLearningRate: config.finalLearningRate,
    warmupSteps: config.warmupEpochs * stepsPerEpoch(dataset.clips.length, config.batchSize),
    totalSteps,
  });
  const { numbers, applied } = await trainStep(run.model, run.optimizer, batch, {
    ...config,
    learningRate,
    dropPath,
  });
  if (!applied) throw notFinite(step, batch, numbers, learningRate);
  run.step = step;
  run.ema?.update(run.model.parameters, step);
  killPoint('after-step', step);
  const row: MetricsRow = {
    step,
    epoch: placeOf(done, source).epoch + 1,
    ...numbers,
    learningRate,
    dubShare: batch.dubCount / batch.clipIds.length,
  };
  run.logs.write(row, { dataMs: readMs - startMs, computeMs: options.clock.monotonicMs() - readMs });
  options.onMetrics?.(row);
  const detail = `loss ${numbers.loss.toFixed(3)}`;
  (options.onProgress ?? noProgress)({ step: 'train', done: step, total: totalSteps, unit: 'steps', detail });
}

/** Measures the held-out clips where an epoch ends that asks for it. @returns whether it did. */
async function measureIfDue({ run, input, options, source }: LoopContext): Promise<boolean> {
  const { validateEveryEpochs, validationClips } = input.config;
  const { epoch, step: stepInEpoch } = placeOf(run.step, source);
  const isDue = validateEveryEpochs > 0 && stepInEpoch === 0 && epoch % validateEveryEpochs === 0;
  const heldOut = input.validation ?? null;
  if (!isDue || heldOut === null || heldOut.clips.length < 2) return false;
  const model = await run.measuredModel();
  try {
    const measure = await measureHeldOut(
      { model, dataset: heldOut, windows: options.windows, clips: validationClips },
      { signal: options.signal },
    );
    run.logs.writeValidation({ step: run.step, epoch, ...measure });
  } finally {
    if (model !== run.model) model.dispose();
  }
  return true;
}

/** A step blocks the process: between steps, messages and signals get their turn. */
async function stopIfAsked({ run, options }: LoopContext): Promise<void> {
  await nextTurn();
  if (!options.signal?.aborted) return;
  await run.saveOrWarn();
  throw new CancelledError(
    `Stopped on request after step ${run.step}. The run can go on from there; nothing is lost.`,
  );
}

function warnOfNothingToMeasure({ config, validation }: TrainInput, { onWarning }: TrainOptions): void {
  const clips = validation?.clips.length ?? 0;
  if (config.validateEveryEpochs === 0 || clips >= 2) return;
  onWarning?.({
    code: 'TOO_FEW_PAIRS',
    message: `The run asks to be measured every ${config.validateEveryEpochs} epochs, and there are ${clips} held-out clips with an accepted dub. It trains without. Move titles to "heldout" (dubscope split) and start again to see how it does on clips it has not seen.`,
    details: { clips },
  });
}

function requireClips(dataset: Dataset): void {
  if (dataset.clips.length >= 2) return;
  throw new AppError(
    'TOO_FEW_PAIRS',
    `Training needs at least 2 clips, and there are ${dataset.clips.length}. Nothing was started. Accept more pairs or choose another filter.`,
    { details: { clips: dataset.clips.length } },
  );
}

function notFinite(step: number, batch: ViewBatch, numbers: StepNumbers, learningRate: number): AppError {
  const { loss, gradientNorm } = numbers;
  return new AppError(
    'LOSS_NOT_FINITE',
    `At step ${step} the loss became ${loss} (gradient norm ${gradientNorm}, learning rate ${learningRate}). The step was not applied, and the checkpoints before it are whole. Look at the clips ${batch.clipIds.slice(0, 5).join(', ')}${batch.clipIds.length > 5 ? ' and the others of this batch' : ''}, or try a lower learning rate.`,
    {
      details: {
        step,
        clipIds: batch.clipIds,
        loss: String(loss),
        gradientNorm: String(gradientNorm),
        learningRate,
      },
    },
  );
}
