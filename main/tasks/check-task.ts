/** The check task: open every track's sound as import kept it, and listen. */
import { DEFAULT_PROFILE, loadProfile } from '../../core/checks/profile.ts';
import { runChecks } from '../../core/checks/run-checks.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { openTrack } from '../../core/media/scan-cache.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

/** Runs every check on the given titles; a file is decoded again only where the cache no longer has it. */
export async function checkTask(
  task: Extract<WorkerTask, { kind: 'check' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['check']> {
  const tools = locateMediaTools();
  const profile = task.profile === null ? DEFAULT_PROFILE : await loadProfile(task.profile);
  return runChecks(task.input, {
    profile,
    openTrack: (source) => openTrack(source, task.cacheFolder, tools, { signal }),
    signal,
    onProgress,
  });
}
