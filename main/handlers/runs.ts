/** Requests about training. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../core/domain/dataset.ts';
import { AppError } from '../../core/domain/errors.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { twoTowersSpecs } from '../../core/model/two-towers.ts';
import { noteInJournal } from '../../core/project/journal.ts';
import { requireWritable } from '../../core/project/project.ts';
import { datasetOf, pairCountOf } from '../../core/project/queries/dataset.ts';
import { getRun, insertRun, listRuns, readMetrics, runFolder } from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { defaultRunConfig, resolveRunConfig, totalStepsOf } from '../../core/training/config.ts';
import { RECIPES } from '../../core/training/recipes.ts';
import { RUN_FILES } from '../../core/training/run-folder.ts';
import { writeStartWeights } from '../../core/training/start-from.ts';
import { modelOptionsOf } from '../../core/training/temperature.ts';
import type { HostContext } from '../host.ts';
import type { Trainings } from '../trainings.ts';
import { startWeights } from './start-weights.ts';

const METRICS_LIMIT = 100_000;

/** Handlers of `run/*`; those of a run that is there already: run-lifecycle.ts. */
export function runHandlers(context: HostContext, trainings: Trainings) {
  return {
    'run/defaults': () => defaultRunConfig(),
    'run/recipes': () => [...RECIPES],
    'run/start': (a) => startRun(context, trainings, a),
    'run/list': () => {
      const project = context.project();
      return listRuns(project).map((run) => trainings.withJob(project, run));
    },
    'run/get': ({ runId }) => trainings.withJob(context.project(), getRun(context.project(), runId)),
    'run/metrics': ({ runId, fromStep, limit }) =>
      readMetrics(context.project(), runId, fromStep ?? 0, limit ?? METRICS_LIMIT),
  } satisfies Partial<Handlers>;
}

async function startRun(
  context: HostContext,
  trainings: Trainings,
  a: RequestArguments<'run/start'>,
): Promise<{ jobId: string; runId: string }> {
  const project = context.project();
  requireWritable(project);
  const config = resolveRunConfig(a.config);
  const dataset = datasetOf(project.db, a.filter ?? TRAINING_FILTER);
  requireClips(dataset, 2, 'Training needs at least 2 clips with an accepted dub');
  const start = await startWeights(project, config);
  const runId = nextId(
    'run',
    listRuns(project).map((run) => run.id),
  );
  const folder = runFolder(project, runId);
  await mkdir(folder, { recursive: true });
  if (start !== null) {
    const specs = twoTowersSpecs(modelPreset(config), modelOptionsOf(config));
    await writeStartWeights(folder, specs, start.values, start.from);
  }
  await atomicWrite(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  await atomicWrite(join(folder, 'dataset.json'), `${JSON.stringify(dataset)}\n`);
  const validation = config.validateEveryEpochs > 0 ? datasetOf(project.db, HELDOUT_FILTER) : null;
  if (validation !== null) {
    await atomicWrite(join(folder, RUN_FILES.validation), `${JSON.stringify(validation)}\n`);
  }
  insertRun(project.db, {
    id: runId,
    config,
    createdMs: context.clock.nowMs(),
    clipCount: dataset.clips.length,
    pairCount: pairCountOf(dataset),
    totalSteps: totalStepsOf(config, dataset.clips.length),
  });
  noteInJournal(project.db, context.clock, {
    label: `Start ${runId} on ${dataset.clips.length} clips`,
    by: 'runs',
  });
  context.emit('project/changed', { what: 'runs' });
  return { jobId: trainings.add(project, { runId, dataset, config }), runId };
}

/** @throws AppError TOO_FEW_PAIRS saying `what` is needed, where there are fewer than `least` clips. */
export function requireClips(dataset: Dataset, least: number, what: string): void {
  if (dataset.clips.length >= least) return;
  throw new AppError(
    'TOO_FEW_PAIRS',
    `${what}; the filter takes ${dataset.clips.length}. Nothing was started. Accept pairs (dubscope decide), or choose another filter.`,
    { details: { clips: dataset.clips.length } },
  );
}

/** The id after those that are there: `run-3` after `run-2`. */
export function nextId(prefix: string, ids: readonly string[]): string {
  const numbers = ids.map((id) => Number(id.slice(prefix.length + 1))).filter(Number.isFinite);
  return `${prefix}-${Math.max(0, ...numbers) + 1}`;
}
