/** Requests about a run while it goes and afterwards: going on, pausing, stopping, what is said of it, its log. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../core/domain/dataset.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { NOTHING_SAID, type RunAbout } from '../../core/domain/run-about.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { getRun, runFolder, setRunState } from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { readRunAbout, tidyTags, writeRunAbout } from '../../core/training/run-about.ts';
import { RUN_FILES } from '../../core/training/run-folder.ts';
import { appendRunLog, readRunLog } from '../../core/training/run-log.ts';
import type { HostContext } from '../host.ts';
import type { Trainings } from '../trainings.ts';

/** Changes what is said of runs, one change after the other, so that none is lost. */
export type ChangeAbout = (
  project: Project,
  runId: string,
  change: (about: RunAbout) => RunAbout,
) => Promise<void>;

/** One a host. */
export function createAboutWriter(): ChangeAbout {
  let last: Promise<unknown> = Promise.resolve();
  return (project, runId, change) => {
    const writing = last.then(async () => {
      const folder = runFolder(project, runId);
      await mkdir(folder, { recursive: true });
      await writeRunAbout(folder, change(readRunAbout(folder) ?? NOTHING_SAID));
    });
    last = writing.catch(() => {});
    return writing;
  };
}

/** Handlers of `run/resume`, `run/pause`, `run/stop`, `run/describe` and `run/log`. */
export function runLifecycleHandlers(context: HostContext, trainings: Trainings, changeAbout: ChangeAbout) {
  const present = (runId: string): RunSummary => {
    const project = context.project();
    return trainings.withJob(project, getRun(project, runId));
  };
  return {
    'run/resume': ({ runId }) => resumeRun(context, trainings, runId),
    'run/pause': ({ runId }) => {
      const project = writable(context);
      getRun(project, runId);
      if (!trainings.end(project, runId, 'pause')) throw notActive(present(runId), 'paused');
      return present(runId);
    },
    'run/stop': ({ runId, when }) => {
      const project = writable(context);
      const { state } = getRun(project, runId);
      const isActive = trainings.end(project, runId, when);
      if (!isActive && state !== 'paused') throw notActive(present(runId), 'stopped');
      if (!isActive) {
        setRunState(project.db, runId, 'stopped');
        const atMs = context.clock.nowMs();
        appendRunLog(runFolder(project, runId), { atMs, kind: 'state', text: 'no longer paused: stopped' });
        context.emit('project/changed', { what: 'runs' });
      }
      return present(runId);
    },
    'run/describe': (a) => describe(context, changeAbout, a).then(() => present(a.runId)),
    'run/log': ({ runId }) => readRunLog(runFolder(context.project(), getRun(context.project(), runId).id)),
  } satisfies Partial<Handlers>;
}

function resumeRun(
  context: HostContext,
  trainings: Trainings,
  runId: string,
): { jobId: string; runId: string } {
  const project = writable(context);
  const run = getRun(project, runId);
  const path = join(runFolder(project, runId), RUN_FILES.dataset);
  if (!existsSync(path)) {
    throw new AppError(
      'NOT_FOUND',
      `${runId} has lost its list of clips (dataset.json). It cannot go on; start a new run.`,
    );
  }
  const dataset = JSON.parse(readFileSync(path, 'utf8')) as Dataset;
  return { jobId: trainings.add(project, { runId, dataset, config: run.config }), runId };
}

async function describe(
  context: HostContext,
  changeAbout: ChangeAbout,
  { runId, name, notes, tags, archived }: RequestArguments<'run/describe'>,
): Promise<void> {
  const project = writable(context);
  getRun(project, runId);
  await changeAbout(project, runId, (about) => ({
    ...about,
    name: name?.trim() ?? about.name,
    notes: notes ?? about.notes,
    tags: tags === undefined ? about.tags : tidyTags(tags),
    archived: archived ?? about.archived,
  }));
  context.emit('project/changed', { what: 'runs' });
}

function writable(context: HostContext): Project {
  const project = context.project();
  requireWritable(project);
  return project;
}

function notActive({ id, state }: RunSummary, what: string): AppError {
  return new AppError(
    'ARGUMENT_INVALID',
    `${id} neither runs nor waits (it is ${state}), so it cannot be ${what}. Nothing was changed.`,
    { details: { state } },
  );
}
