/** Requests that take data out of a project, and decisions in. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { type DecisionImport, EXPORT_FORMATS, type ExportFormat } from '../../core/domain/export.ts';
import type { JobResult } from '../../core/domain/job.ts';
import { exportTable } from '../../core/export/export-table.ts';
import { importDecisions } from '../../core/export/import-decisions.ts';
import { type OnProgress, throttleProgress } from '../../core/jobs/progress.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import type { ExportArguments, Handlers } from '../../core/rpc/contract.ts';
import { deleteExported, exportedFiles } from '../exports/exported-files.ts';
import type { HostContext } from '../host.ts';
import { runWorker } from '../run-worker.ts';

const IMPORTS_KEPT = 10;

/** Handlers of `export/*` and `decision/import*`. */
export function exportHandlers(context: HostContext) {
  /** What running exports write to. */
  const writing = new Set<string>();
  const imported = new Map<string, DecisionImport>();
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
        // A table is the host's own reading; shards take ffmpeg and all processors.
        beside: format !== null,
        work: async ({ signal, onProgress }) => {
          writing.add(path);
          try {
            return await whileOpen(project, () =>
              format === null
                ? exportShards(context, project, { ...wishes, path }, signal, onProgress)
                : exportRows(project, { ...wishes, path, format }, signal, onProgress),
            );
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
    'decision/import': ({ path, preview = false, replace = false, by = 'person' }) => {
      const project = context.project();
      if (!preview) requireWritable(project);
      const wishes = { path: resolve(project.folder, 'exports', path), preview, replace, by };
      const name = basename(wishes.path).slice(0, 100);
      const jobId = context.jobs.add({
        kind: 'decide',
        label: preview ? `Look at ${name}` : `Take decisions from ${name}`,
        beside: true,
        work: async (options) => {
          const onProgress = throttleProgress(context.clock, options.onProgress);
          const result = await whileOpen(project, () =>
            importDecisions(project, context.clock, wishes, { ...options, onProgress }),
          );
          imported.set(jobId, result);
          for (const old of [...imported.keys()].slice(0, -IMPORTS_KEPT)) imported.delete(old);
          if (!preview && result.changed > 0) context.emit('project/changed', { what: 'pairs' });
          const { problems: _problems, ...counts } = result;
          return preview ? { ...counts, preview: 'only counted' } : counts;
        },
      });
      return { jobId };
    },
    'decision/imported': ({ jobId }) => {
      const result = imported.get(jobId);
      if (result !== undefined) return result;
      throw new AppError(
        'NOT_FOUND',
        `No import of decisions "${jobId}" has ended, or it is not one of the last ${IMPORTS_KEPT}. Nothing was done. Start it again.`,
      );
    },
  } satisfies Partial<Handlers>;
}

/** A window may go on to another project meanwhile: that is no fault of the database. */
async function whileOpen<T>(project: Project, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (project.db.open) throw error;
    throw new AppError('CANCELLED', 'The project was closed meanwhile. Nothing was written or changed.', {
      cause: error,
    });
  }
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
