/** Requests about evaluations and their reports. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HELDOUT_FILTER } from '../../core/domain/view.ts';
import { drawHeatmap } from '../../core/evaluation/heatmap-svg.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import type { JobWork } from '../../core/jobs/job-queue.ts';
import { requireWritable } from '../../core/project/project.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import {
  evaluationFolder,
  getRun,
  insertEvaluation,
  listEvaluations,
  runFolder,
} from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';
import { writeProjectReport } from '../project-report.ts';
import { runWorker } from '../run-worker.ts';
import { readEvaluation } from './evaluation-file.ts';
import { nextId, requireClips } from './runs.ts';

/** Handlers of `evaluation/*` and `report/write`. */
export function evaluationHandlers(context: HostContext) {
  return {
    'evaluation/start': (a) => startEvaluation(context, a),
    'evaluation/list': () => listEvaluations(context.project().db),
    'evaluation/get': ({ evaluationId }) => readEvaluation(context.project(), evaluationId),
    'evaluation/heatmap': ({ evaluationId, measure, theme = 'light' }) => ({
      svg: drawHeatmap(readEvaluation(context.project(), evaluationId), { measure, theme }),
    }),
    'report/write': ({ evaluationId, folder }) =>
      writeProjectReport(context, {
        evaluationId: evaluationId ?? null,
        folder: folder === undefined ? null : resolve(folder),
      }),
  } satisfies Partial<Handlers>;
}

async function startEvaluation(
  context: HostContext,
  a: RequestArguments<'evaluation/start'>,
): Promise<{ jobId: string; evaluationId: string }> {
  const project = context.project();
  requireWritable(project);
  const { config } = getRun(project, a.runId);
  const dataset = datasetOf(project.db, a.filter ?? HELDOUT_FILTER);
  requireClips(
    dataset,
    2,
    'An evaluation needs at least 2 clips with an accepted dub, from held-out titles by default',
  );
  const evaluationId = nextId(
    'eval',
    listEvaluations(project.db).map((evaluation) => evaluation.id),
  );
  const folder = evaluationFolder(project, evaluationId);
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, 'dataset.json'), `${JSON.stringify(dataset)}\n`);
  const work: JobWork = async ({ signal, onProgress }) => {
    const result = await runWorker(
      {
        kind: 'evaluate',
        runId: a.runId,
        config,
        runFolder: runFolder(project, a.runId),
        evaluationFolder: folder,
        cacheFolder: join(project.folder, 'cache'),
        dataset,
        checkpoint: a.checkpoint,
      },
      {
        signal,
        onMessage: (message) => {
          if (message.type === 'progress') onProgress(message.progress);
          else if (message.type === 'warning') {
            context.emit('job/warning', { label: `Evaluate ${a.runId}`, text: message.text });
          }
        },
      },
    );
    insertEvaluation(project.db, {
      id: evaluationId,
      runId: a.runId,
      createdMs: context.clock.nowMs(),
      clipCount: result.clipCount,
      step: result.step,
    });
    context.emit('project/changed', { what: 'evaluations' });
    return { evaluationId, clips: result.clipCount, step: result.step, engine: result.engine };
  };
  return {
    jobId: context.jobs.add({ kind: 'evaluate', label: `Evaluate ${a.runId}`, work }),
    evaluationId,
  };
}
