/** Requests that take data out of a project, and decisions in. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../core/domain/export.ts';
import type { JobResult } from '../../core/domain/job.ts';
import { exportTable } from '../../core/export/export-table.ts';
import { importDecisions } from '../../core/export/import-decisions.ts';
import type { OnProgress } from '../../core/jobs/progress.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import type { ExportArguments, Handlers } from '../../core/rpc/contract.ts';
import { deleteExported, exportedFiles } from '../exports/exported-files.ts';
import type { HostContext } from '../host.ts';
import { runWorker } from '../run-worker.ts';

/** Handlers of `export/*` and `decision/import`. */
export function exportHandlers(context: HostContext) {
  /** What running exports write to. */
  const writing = new Set<string>();
  return {
    'export/start': (wishes) => {
      const project = context.project();
      // A name alone is a file of the project's own folder of exports.
      const path = resolve(project.folder, 'exports', wishes.path);
      const format = wishes.kind === 'shards' ? null : formatOf(wishes);
      if (format !== null && existsSync(path)) requireReplaceable(path, wishes.overwrite === true);
      const jobId = context.jobs.add({
        kind: 'export',
        label: `Export ${wishes.kind}`,
        work: async ({ signal, onProgress }) => {
          writing.add(path);
          try {
            return format === null
              ? await exportShards(context, project, { ...wishes, path }, signal, onProgress)
              : await exportRows(project, { ...wishes, path, format }, signal, onProgress);
          } finally {
            writing.delete(path);
          }
        },
      });
      return { jobId };
    },
    'export/list': ({ within }) => exportedFiles(context.project(), within),
    'export/delete': async ({ name }) => {
      const project = context.project();
      requireWritable(project);
      if (writing.has(resolve(project.folder, 'exports', name))) {
        throw new AppError(
          'ARGUMENT_INVALID',
          `${name} is being written by an export. Nothing was deleted. Wait for it, or stop it first.`,
        );
      }
      await deleteExported(project, name);
      return null;
    },
    'decision/import': async ({ path, preview, replace, by }) => {
      const project = context.project();
      const result = await importDecisions(project, context.clock, {
        path: resolve(project.folder, 'exports', path),
        preview: preview === true,
        replace: replace === true,
        by: by ?? 'person',
      });
      if (preview !== true && result.changed > 0) context.emit('project/changed', { what: 'pairs' });
      return result;
    },
  } satisfies Partial<Handlers>;
}

async function exportRows(
  project: Project,
  a: ExportArguments & { format: ExportFormat },
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  const { path, format, filter } = a;
  const kind = a.kind === 'decisions' ? 'decisions' : 'pairs';
  await mkdir(dirname(path), { recursive: true });
  const { rows } = await exportTable(project.db, { kind, path, format, filter }, { signal, onProgress });
  return { path, format, rows };
}

async function exportShards(
  context: HostContext,
  project: Project,
  { path: folder, filter = {}, shards = {} }: ExportArguments,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  // What nobody accepted is not handed on unless it is asked for.
  const dataset = datasetOf(project.db, { states: ['accepted'], ...filter });
  if (dataset.clips.length === 0) {
    throw new AppError(
      'TOO_FEW_PAIRS',
      'No pair is taken: 0 pairs are accepted and pass the filter. Nothing was written. Accept some first, or say which states: --state open.',
    );
  }
  const written = await runWorker(
    { kind: 'shards', dataset, folder, options: shards },
    {
      signal,
      onMessage: (message) => {
        if (message.type === 'progress') onProgress(message.progress);
        if (message.type === 'warning')
          context.emit('job/warning', { label: 'Export shards', text: message.text });
      },
    },
  );
  return { path: join(folder, 'shards.json'), ...written };
}

function formatOf({ format, path }: ExportArguments): ExportFormat {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const found = format ?? EXPORT_FORMATS.find((name) => name === ending);
  if (found !== undefined) return found;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${path} does not say which form to write. Nothing was written. Let it end in .csv, .jsonl or .parquet, or give --format.`,
  );
}

/** Only tables are replaced: media and projects are never written over, whatever was typed. */
function requireReplaceable(path: string, overwrite: boolean): void {
  const isTable = EXPORT_FORMATS.some((name) => path.toLowerCase().endsWith(`.${name}`));
  if (overwrite && isTable) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${path} exists already${isTable ? '' : ' and is no table'}. Nothing was written. Give another name${isTable ? ', or --overwrite' : ''}.`,
  );
}
