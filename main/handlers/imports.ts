/** Requests of the import: the plan, the import itself, going on with one that did not end, and what it said. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResult } from '../../core/domain/job.ts';
import type { ImportedFile, ImportReport } from '../../core/domain/planned-import.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import { PRESETS } from '../../core/intake/presets.ts';
import { previewNames } from '../../core/intake/preview-names.ts';
import type { JobWork } from '../../core/jobs/job-queue.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { knownItems } from '../../core/project/queries/known-items.ts';
import type { Handlers, ImportArguments } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';
import { importTaskOf, planImportInto, readPlanned, withKept } from '../import-plan.ts';
import { runWorker } from '../run-worker.ts';
import { UnfinishedImports } from '../unfinished-import.ts';

const REPORT_FILE = 'last-import.json';
/** What is told of files is collected for so long, so that thousands of small ones stay few events, ms. */
const TELL_EACH_MS = 100;

/** Handlers of `import/*`. */
export function importHandlers(context: HostContext) {
  const unfinished = new UnfinishedImports(context.clock);
  const start = (wishes: ImportArguments, by: string): { jobId: string } => {
    const project = context.project();
    requireWritable(project);
    const { label } = importTaskOf(wishes);
    const work: JobWork = (options) =>
      unfinished.during(project, wishes, () => importInto(context, project, wishes, { ...options, by }));
    return { jobId: context.jobs.add({ kind: 'import', label: `Import ${label}`, work }) };
  };
  return {
    'import/start': ({ by, ...wishes }) => start(wishes, by ?? 'person'),
    'import/plan': (wishes) => {
      const project = context.project();
      const { task, label } = importTaskOf(wishes);
      const jobId = context.jobs.add({
        kind: 'import',
        label: `Look at ${label}`,
        work: ({ signal, onProgress }) => planImportInto(project, task, signal, onProgress),
      });
      return { jobId };
    },
    'import/planned': () => readPlanned(context.project()),
    'import/presets': () => [...PRESETS],
    'import/names': (wishes) => {
      const { task } = importTaskOf(wishes);
      return previewNames(task.inputs, task.naming);
    },
    'import/report': () => readReport(context.project()),
    'import/unfinished': () => unfinished.of(context.project()),
    'import/resume': async () => {
      const wishes = await unfinished.wishesOf(context.project());
      return start(wishes, 'person');
    },
    'import/forget': async () => {
      await unfinished.forget(context.project());
      return null;
    },
  } satisfies Partial<Handlers>;
}

async function readReport({ folder }: Project): Promise<ImportReport | null> {
  const text = await readFile(join(folder, 'exports', REPORT_FILE), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ImportReport);
}

async function importInto(
  context: HostContext,
  project: Project,
  wishes: ImportArguments,
  { signal, onProgress, by }: Parameters<JobWork>[0] & { by: string },
): Promise<JobResult> {
  const { task: wished, label: about } = importTaskOf(wishes);
  const jobLabel = `Import ${about}`;
  const { task } = withKept(project, wished);
  const cacheFolder = join(project.folder, 'cache');
  const known = knownItems(project.db);
  const tell = tellFiles((files) => context.emit('import/files', { files }));
  const imported = await runWorker(
    { kind: 'import', ...task, cacheFolder, known },
    {
      signal,
      onMessage: (message) => {
        if (message.type === 'progress') onProgress(message.progress);
        else if (message.type === 'file') {
          tell.add(message.file);
          const { path, state, code } = message.file;
          if (state === 'refused') context.jobLog.warn(jobLabel, `refused ${path} [${code}]`);
        }
      },
    },
  ).finally(tell.flush);
  const label = `Import ${imported.titles.length} titles`;
  const stored = storeImport(project.db, context.clock, imported, { label, by, said: wished.naming.tracks });
  const reportPath = join(project.folder, 'exports', REPORT_FILE);
  const { refused, leftovers, warnings } = imported;
  const report: ImportReport = { refused, leftovers, warnings };
  await atomicWrite(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  context.emit('project/changed', { what: 'titles' });
  context.emit('project/changed', { what: 'pairs' });
  return {
    ...stored,
    files: imported.items.length,
    refused: refused.length,
    leftovers: leftovers.length,
    warnings: warnings.length,
    report: reportPath,
  };
}

/** Collects what is said of files; of each file only the last word counts. */
function tellFiles(send: (files: ImportedFile[]) => void): {
  add(file: ImportedFile): void;
  flush(): void;
} {
  const waiting = new Map<string, ImportedFile>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.size > 0) send([...waiting.values()]);
    waiting.clear();
  };
  return {
    add: (file) => {
      waiting.set(file.path, file);
      timer ??= setTimeout(flush, TELL_EACH_MS);
    },
    flush,
  };
}
