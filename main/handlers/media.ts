/** Requests that look at media: import and checks. */
import { join } from 'node:path';
import { loadProfile } from '../../core/checks/profile.ts';
import type { JobResult } from '../../core/domain/job.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import type { OnProgress } from '../../core/jobs/progress.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { noteInJournal } from '../../core/project/journal.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { checkInputOf } from '../../core/project/queries/check-input.ts';
import { storeCheckResult } from '../../core/project/queries/findings.ts';
import { knownItems } from '../../core/project/queries/known-items.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';
import { type ImportTask, importTaskOf, planImportInto, readPlanned } from '../import-plan.ts';
import { onlyProgress, runWorker } from '../run-worker.ts';

/** Handlers of `import/*` and `check/*`. */
export function mediaHandlers(context: HostContext) {
  return {
    'import/start': ({ by, ...wishes }) => {
      const project = context.project();
      requireWritable(project);
      const { task, label } = importTaskOf(wishes);
      const jobId = context.jobs.add({
        kind: 'import',
        label: `Import ${label}`,
        work: ({ signal, onProgress }) =>
          importMediaInto(context, project, { ...task, by: by ?? 'person' }, signal, onProgress),
      });
      return { jobId };
    },
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
    'import/planned': async () => readPlanned(context.project()),
    'check/start': async ({ titleIds, profile }) => {
      const project = context.project();
      requireWritable(project);
      // Looked at before the job begins, so that a wrong name is told at once.
      if (profile !== undefined) await loadProfile(profile);
      const jobId = context.jobs.add({
        kind: 'check',
        label: titleIds === undefined ? 'Check all titles' : `Check ${titleIds.length} titles`,
        work: ({ signal, onProgress }) =>
          checkTitles(
            context,
            project,
            { titleIds: titleIds ?? null, profile: profile ?? null },
            signal,
            onProgress,
          ),
      });
      return { jobId };
    },
  } satisfies Partial<Handlers>;
}

async function importMediaInto(
  context: HostContext,
  project: Project,
  { by, ...task }: ImportTask & { by: string },
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  const cacheFolder = join(project.folder, 'cache');
  const known = knownItems(project.db);
  const imported = await runWorker(
    { kind: 'import', ...task, cacheFolder, known },
    { signal, onMessage: onlyProgress(onProgress) },
  );
  const label = `Import ${imported.titles.length} titles`;
  const stored = storeImport(project.db, context.clock, imported, { label, by });
  const reportPath = join(project.folder, 'exports', 'last-import.json');
  const { refused, leftovers, warnings } = imported;
  await atomicWrite(reportPath, `${JSON.stringify({ refused, leftovers, warnings }, null, 2)}\n`);
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

async function checkTitles(
  context: HostContext,
  project: Project,
  { titleIds, profile }: { titleIds: string[] | null; profile: string | null },
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  const input = checkInputOf(project.db, titleIds);
  const cacheFolder = join(project.folder, 'cache');
  const result = await runWorker(
    { kind: 'check', input, cacheFolder, profile },
    { signal, onMessage: onlyProgress(onProgress) },
  );
  const ids = input.titles.map((title) => title.titleId);
  storeCheckResult(project.db, ids, result);
  noteInJournal(project.db, context.clock, { label: `Check ${ids.length} titles`, by: 'checks' });
  context.emit('project/changed', { what: 'pairs' });
  const count = (severity: string): number => result.findings.filter((f) => f.severity === severity).length;
  return {
    titles: ids.length,
    faults: count('fault'),
    warnings: count('warning'),
    infos: count('info'),
    offsets: result.alignments.filter((alignment) => alignment.offsetMs !== null).length,
    offsetsUnknown: result.alignments.filter((alignment) => alignment.offsetMs === null).length,
  };
}
