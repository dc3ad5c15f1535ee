/** Requests about a run's checkpoints: list, pin, delete, export. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { isTerminal } from '../../core/domain/job.ts';
import type { CheckpointInfo } from '../../core/domain/run-about.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { getRun, runFolder } from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { deleteCheckpoints, describeCheckpoints } from '../../core/training/checkpoint-list.ts';
import { checkExport, exportWeights, type WeightsExport } from '../../core/training/export-weights.ts';
import { stepsPerEpoch } from '../../core/training/sampler.ts';
import { exportsFolder } from '../exports/exported-files.ts';
import type { HostContext } from '../host.ts';
import type { ChangeAbout } from './run-lifecycle.ts';

/** Handlers of `checkpoint/*`. */
export function checkpointHandlers(context: HostContext, changeAbout: ChangeAbout) {
  /** Jobs that read checkpoints, and which: a run's id and a name, or the name `*` for whichever is the newest. */
  const exporting = new Map<string, { runId: string; checkpoint: string }>();
  return {
    'checkpoint/list': ({ runId, verify }) => list(context.project(), runId, verify ?? false),
    'checkpoint/pin': (a) => pin(context, changeAbout, a),
    'checkpoint/delete': async ({ runId, checkpoints }) => {
      const project = context.project();
      requireWritable(project);
      const { state } = getRun(project, runId);
      const present = (await list(project, runId, false)).map(({ name }) => name);
      const exported = [...exporting.values()].filter((job) => job.runId === runId);
      const readsAny = isEvaluated(context, runId) || exported.some(({ checkpoint }) => checkpoint === '*');
      const result = await deleteCheckpoints(runFolder(project, runId), checkpoints, {
        canGoOn: state !== 'finished',
        inUse: new Set(readsAny ? present : exported.map(({ checkpoint }) => checkpoint)),
      });
      context.emit('project/changed', { what: 'runs' });
      return result;
    },
    'checkpoint/export': async (a) => {
      const project = context.project();
      const wishes = await exportWishes(project, a);
      const jobId = context.jobs.add({
        kind: 'export',
        label: `Export ${a.checkpoint === undefined ? a.runId : `${a.runId}@${a.checkpoint}`}`,
        beside: true,
        onDropped: () => exporting.delete(jobId),
        work: async () => {
          try {
            const { step, sizeBytes, tensorCount } = await exportWeights(wishes);
            return { path: wishes.path, step, tensors: tensorCount, bytes: sizeBytes };
          } finally {
            exporting.delete(jobId);
          }
        },
      });
      exporting.set(jobId, { runId: a.runId, checkpoint: a.checkpoint ?? '*' });
      return { jobId };
    },
  } satisfies Partial<Handlers>;
}

function list(project: Project, runId: string, verify: boolean): Promise<CheckpointInfo[]> {
  const { config, clipCount } = getRun(project, runId);
  const perEpoch = stepsPerEpoch(clipCount, config.batchSize);
  return describeCheckpoints(runFolder(project, runId), perEpoch, { verify });
}

async function pin(
  context: HostContext,
  changeAbout: ChangeAbout,
  { runId, checkpoint, pinned }: RequestArguments<'checkpoint/pin'>,
): Promise<CheckpointInfo[]> {
  const project = context.project();
  requireWritable(project);
  const has = async (): Promise<boolean> =>
    (await list(project, runId, false)).some(({ name }) => name === checkpoint);
  if (!(await has()) && pinned) throw gone(runId, checkpoint);
  const set = (isPinned: boolean): Promise<void> =>
    changeAbout(project, runId, (about) => {
      const others = about.pinned.filter((name) => name !== checkpoint);
      return { ...about, pinned: isPinned ? [...others, checkpoint] : others };
    });
  await set(pinned);
  // The training may have been removing it in this very moment.
  if (pinned && !(await has())) {
    await set(false);
    throw gone(runId, checkpoint);
  }
  context.emit('project/changed', { what: 'runs' });
  return list(project, runId, false);
}

async function exportWishes(
  project: Project,
  { runId, checkpoint, path, format, overwrite }: RequestArguments<'checkpoint/export'>,
): Promise<WeightsExport> {
  const { config } = getRun(project, runId);
  const exports = exportsFolder(project);
  if (!project.readOnly) await mkdir(exports, { recursive: true });
  // A name alone is a file of the project's own folder of exports.
  const wishes: WeightsExport = {
    runId,
    runFolder: runFolder(project, runId),
    config,
    checkpoint,
    path: resolve(exports, path),
    format,
    overwrite,
  };
  await checkExport(wishes);
  return wishes;
}

/** Evaluations read whichever checkpoint they were started for, or the newest. */
function isEvaluated({ jobs }: HostContext, runId: string): boolean {
  return jobs
    .list()
    .some((job) => job.kind === 'evaluate' && job.label === `Evaluate ${runId}` && !isTerminal(job));
}

function gone(runId: string, checkpoint: string): AppError {
  return new AppError(
    'CKPT_MISSING',
    `${runId} has no checkpoint "${checkpoint}". Nothing was pinned. Look at the list again: the training removes older ones.`,
    { details: { checkpoint } },
  );
}
