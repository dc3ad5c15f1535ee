/** Requests of the checks. */
import { join } from 'node:path';
import { loadProfile } from '../../core/checks/profile.ts';
import type { JobResult } from '../../core/domain/job.ts';
import type { OnProgress } from '../../core/jobs/progress.ts';
import { noteInJournal } from '../../core/project/journal.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { checkInputOf } from '../../core/project/queries/check-input.ts';
import { storeCheckResult } from '../../core/project/queries/findings.ts';
import { checkedInputs, noteChecks } from '../../core/project/queries/title-checks.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';
import { onlyProgress, runWorker } from '../run-worker.ts';

/** Handlers of `check/*`. */
export function checkHandlers(context: HostContext) {
  return {
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

async function checkTitles(
  context: HostContext,
  project: Project,
  { titleIds, profile }: { titleIds: string[] | null; profile: string | null },
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  const input = checkInputOf(project.db, titleIds);
  // Now, not at the end: what is changed while they listen they have not heard.
  const ids = input.titles.map((title) => title.titleId);
  const heard = checkedInputs(project.db, ids);
  const cacheFolder = join(project.folder, 'cache');
  const result = await runWorker(
    { kind: 'check', input, cacheFolder, profile },
    { signal, onMessage: onlyProgress(onProgress) },
  );
  project.db.transaction(() => {
    storeCheckResult(project.db, ids, result);
    noteChecks(project.db, context.clock.nowMs(), heard);
  })();
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
