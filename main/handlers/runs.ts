/** Requests about training. */

import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../core/domain/dataset.ts';
import { AppError, hasCode } from '../../core/domain/errors.ts';
import type { JobResult } from '../../core/domain/job.ts';
import type { RunConfig } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import type { JobWork } from '../../core/jobs/job-queue.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { twoTowersSpecs } from '../../core/model/two-towers.ts';
import { noteInJournal } from '../../core/project/journal.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { datasetOf, pairCountOf } from '../../core/project/queries/dataset.ts';
import {
  getRun,
  insertRun,
  listRuns,
  readMetrics,
  runFolder,
  setRunState,
} from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { defaultRunConfig, resolveRunConfig, totalStepsOf } from '../../core/training/config.ts';
import { RECIPES } from '../../core/training/recipes.ts';
import { RUN_FILES } from '../../core/training/run-folder.ts';
import { writeStartWeights } from '../../core/training/start-from.ts';
import { modelOptionsOf } from '../../core/training/temperature.ts';
import type { HostContext } from '../host.ts';
import { runWorker } from '../run-worker.ts';
import { startWeights } from './start-weights.ts';

const METRICS_LIMIT = 100_000;

/** Handlers of `run/*`. */
export function runHandlers(context: HostContext) {
  return {
    'run/defaults': () => defaultRunConfig(),
    'run/recipes': () => [...RECIPES],
    'run/start': (a) => startRun(context, a),
    'run/resume': ({ runId }) => resumeRun(context, runId),
    'run/list': () => listRuns(context.project()),
    'run/get': ({ runId }) => getRun(context.project(), runId),
    'run/metrics': ({ runId, fromStep, limit }) =>
      readMetrics(context.project(), runId, fromStep ?? 0, limit ?? METRICS_LIMIT),
  } satisfies Partial<Handlers>;
}

async function startRun(
  context: HostContext,
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
  return { jobId: addTraining(context, project, runId, dataset, config), runId };
}

function resumeRun(context: HostContext, runId: string): { jobId: string; runId: string } {
  const project = context.project();
  requireWritable(project);
  const run = getRun(project, runId);
  const path = join(runFolder(project, runId), 'dataset.json');
  if (!existsSync(path)) {
    throw new AppError(
      'NOT_FOUND',
      `${runId} has lost its list of clips (dataset.json). It cannot go on; start a new run.`,
    );
  }
  const dataset = JSON.parse(readFileSync(path, 'utf8')) as Dataset;
  return { jobId: addTraining(context, project, runId, dataset, run.config), runId };
}

function addTraining(
  context: HostContext,
  project: Project,
  runId: string,
  dataset: Dataset,
  config: RunConfig,
): string {
  const work: JobWork = async ({ signal, onProgress }): Promise<JobResult> => {
    setRunState(project.db, runId, 'running');
    try {
      const result = await runWorker(
        {
          kind: 'train',
          runFolder: runFolder(project, runId),
          cacheFolder: join(project.folder, 'cache'),
          dataset,
          validation: validationOf(runFolder(project, runId)),
          config,
        },
        {
          signal,
          onMessage: (message) => {
            if (message.type === 'progress') onProgress(message.progress);
            else if (message.type === 'metrics') context.emit('run/metrics', { runId, row: message.row });
            else if (message.type === 'engine') setRunState(project.db, runId, 'running', message.name);
            else if (message.type === 'warning') {
              context.emit('job/warning', { label: `Train ${runId}`, text: message.text });
            }
          },
        },
      );
      setRunState(project.db, runId, result.finished ? 'finished' : 'stopped');
      return { runId, step: result.step, engine: result.engine };
    } catch (error) {
      setRunState(project.db, runId, hasCode(error, 'CANCELLED') ? 'stopped' : 'failed');
      throw error;
    } finally {
      context.emit('project/changed', { what: 'runs' });
    }
  };
  return context.jobs.add({ kind: 'train', label: `Train ${runId}`, work });
}

/** The held-out clips that a run measures between epochs: its own copy, or null. */
function validationOf(folder: string): Dataset | null {
  const path = join(folder, RUN_FILES.validation);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Dataset) : null;
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
