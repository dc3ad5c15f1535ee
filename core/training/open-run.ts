/** A run in memory: model, optimizer and logs, as they were at the newest good checkpoint or at the start. */
import type { Dataset } from '../domain/dataset.ts';
import { AppError, hasCode, toErrorData } from '../domain/errors.ts';
import type { RunConfig } from '../domain/run.ts';
import { syncFolder } from '../files/atomic-write.ts';
import type { ModelPreset } from '../model/presets.ts';
import { createTwoTowers, type TwoTowers, trainableSpecs, twoTowersSpecs } from '../model/two-towers.ts';
import { createRng } from '../rng.ts';
import { type AdamW, createAdamW } from './adamw.ts';
import {
  type Checkpoint,
  type CheckpointPlace,
  listCheckpoints,
  newestCheckpoint,
  readCheckpoint,
  removeLeftovers,
  removeOldCheckpoints,
  writeCheckpoint,
} from './checkpoint.ts';
import type { WriteFile } from './checkpoint-folder.ts';
import { createEma, type Ema } from './ema.ts';
import { claimRunFolder } from './run-folder.ts';
import { NO_LOGS, openRunLogs, type RunLogs } from './run-logs.ts';
import {
  type EngineRecord,
  engineRecord,
  identityOf,
  isSameEngine,
  type RunIdentity,
  requireSameRun,
} from './run-progress.ts';
import { firstWeights } from './start-from.ts';
import { modelOptionsOf } from './temperature.ts';
import type { TrainOptions } from './train.ts';
import { bestRow } from './validation.ts';

/** What decides a run's numbers, and where it is kept. */
export type RunParts = {
  runFolder: string;
  dataset: Dataset;
  /** Held-out clips, or null. */
  validation?: Dataset | null;
  config: RunConfig;
  preset: ModelPreset;
};

/** An open run. */
export type OpenRun = {
  /** Finished steps; the loop counts it up. */
  step: number;
  readonly model: TwoTowers;
  readonly optimizer: AdamW;
  /** The average of the weights; null where the run keeps none. */
  readonly ema: Ema | null;
  readonly logs: RunLogs;
  /** The model to measure: of the averaged weights where there are any (then the caller disposes it), else `model`. */
  measuredModel(): Promise<TwoTowers>;
  /** Writes a checkpoint of this step, unless there is one. @throws AppError CKPT_DISK_FULL. */
  save(): Promise<CheckpointPlace>;
  /** As `save`, but a full disk is a warning: the run goes on and the next one may fit. @returns whether it was written. */
  saveOrWarn(): Promise<boolean>;
  close(): void;
};

/** Opens the run in `runFolder`. @throws AppError RUN_DIFFERS, CKPT_DAMAGED. */
export async function openRun(parts: RunParts, options: TrainOptions): Promise<OpenRun> {
  const { runFolder, config, preset } = parts;
  await claimRunFolder(runFolder, parts);
  await removeLeftovers(runFolder);
  const identity = identityOf(parts);
  const place = await findCheckpoint(runFolder, options);
  const saved = place === null ? null : await readCheckpoint(place.folder);
  if (saved !== null) requireSameRun(saved.progress.identity, identity);
  const engines = enginesOf(saved, options);
  const modelOptions = modelOptionsOf(config);
  const model = createTwoTowers(
    options.engine,
    preset,
    saved?.weights ??
      (await firstWeights(
        runFolder,
        twoTowersSpecs(preset, modelOptions),
        createRng(config.seed),
        config.startFrom,
      )),
    modelOptions,
  );
  const trained = trainableSpecs(preset, modelOptions);
  const ema = config.emaDecay > 0 ? createEma(trained, config.emaDecay, saved?.average ?? undefined) : null;
  const optimizer = createAdamW(
    trained,
    config,
    saved === null ? undefined : { stepCount: saved.progress.optimizerStepCount, moments: saved.moments },
  );
  const logs = openRunLogs(runFolder, saved?.progress.logs ?? NO_LOGS, options.clock);
  await syncFolder(runFolder);
  const run: OpenRun = {
    step: saved?.progress.step ?? 0,
    model,
    optimizer,
    ema,
    logs,
    measuredModel: async () => {
      if (ema === null) return model;
      const values = new Map([...(await model.values()), ...(await ema.values())]);
      return createTwoTowers(options.engine, preset, values, modelOptions);
    },
    save: () => save(run, parts, { identity, engines, writeFile: options.writeFile }),
    saveOrWarn: async () => {
      try {
        await run.save();
        return true;
      } catch (error) {
        if (!hasCode(error, 'CKPT_DISK_FULL')) throw error;
        options.onWarning?.(toErrorData(error));
        return false;
      }
    },
    close: () => {
      logs.close();
      optimizer.dispose();
      ema?.dispose();
      model.dispose();
    },
  };
  return run;
}

async function findCheckpoint(runFolder: string, options: TrainOptions): Promise<CheckpointPlace | null> {
  const damaged: AppError[] = [];
  const place = await newestCheckpoint(runFolder, { onDamaged: (error) => damaged.push(error) });
  if (place === null && damaged.length > 0) {
    throw new AppError(
      'CKPT_DAMAGED',
      `None of the run's ${damaged.length} checkpoints can be used (the newest: ${damaged[0]!.message}) Nothing was changed. Start a new run, or delete the checkpoints folder of this one to train it from the start.`,
      { cause: damaged[0], details: { checkpoints: damaged.length } },
    );
  }
  for (const error of damaged) options.onWarning?.(toErrorData(error));
  return place;
}

/** Going on with another engine is allowed, said, and noted for ever. */
function enginesOf(saved: Checkpoint | null, options: TrainOptions): EngineRecord[] {
  const current = engineRecord(options.engine, saved?.progress.step ?? 0);
  if (saved === null) return [current];
  const last = saved.progress.engines.at(-1)!;
  if (isSameEngine(last, current)) return saved.progress.engines;
  options.onWarning?.({
    code: 'RUN_DIFFERS',
    message: `The run was trained with ${last.version} on ${last.threads} threads up to step ${saved.progress.step} and goes on with ${current.version} on ${current.threads}: the result is as good, but not byte for byte the one that the first engine would have made.`,
    details: { fromStep: current.fromStep },
  });
  return [...saved.progress.engines, current];
}

async function save(
  run: OpenRun,
  { runFolder, config }: RunParts,
  rest: { identity: RunIdentity; engines: EngineRecord[]; writeFile: WriteFile | undefined },
): Promise<CheckpointPlace> {
  const bestStep = bestRow(run.logs.validations)?.step ?? null;
  const newest = (await listCheckpoints(runFolder)).find(({ step }) => step === run.step);
  const logs = run.logs.sync();
  if (newest !== undefined && (await isWhole(newest.folder))) {
    await removeOldCheckpoints(runFolder, config.keepCheckpoints, bestStep);
    return newest;
  }
  const { stepCount, moments } = await run.optimizer.state();
  const checkpoint: Checkpoint = {
    weights: await run.model.values(),
    average: run.ema === null ? null : await run.ema.values(),
    moments,
    progress: {
      version: 1,
      step: run.step,
      optimizerStepCount: stepCount,
      seed: config.seed,
      identity: rest.identity,
      engines: rest.engines,
      logs,
    },
  };
  try {
    return await writeCheckpoint(runFolder, checkpoint, config.keepCheckpoints, {
      writeFile: rest.writeFile,
      bestStep,
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    throw new AppError(
      'CKPT_DISK_FULL',
      `The disk is full: the checkpoint of step ${run.step} could not be written. The checkpoints before it are whole. Free some space.`,
      { cause: error, details: { step: run.step } },
    );
  }
}

async function isWhole(folder: string): Promise<boolean> {
  return readCheckpoint(folder).then(
    () => true,
    () => false,
  );
}
