/** The check task: open every track's sound as import kept it, and listen on all processors. */
import { hearingThreads, openHearingPool } from '../../core/checks/hearing-pool.ts';
import { hearingRecipe } from '../../core/checks/hearing-recipe.ts';
import { keepHearing } from '../../core/checks/kept-hearing.ts';
import { DEFAULT_PROFILE, loadProfile } from '../../core/checks/profile.ts';
import { runChecks } from '../../core/checks/run-checks.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { openTrack } from '../../core/media/scan-cache.ts';
import { ffmpegVersion } from '../../core/process/ffmpeg-version.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

/**
 * Runs every check on the given titles; a file is decoded again only where the cache no longer has it, and a title that was
 * heard before is not heard again.
 */
export async function checkTask(
  task: Extract<WorkerTask, { kind: 'check' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['check']> {
  const { cacheFolder } = task;
  const tools = locateMediaTools();
  const profile = task.profile === null ? DEFAULT_PROFILE : await loadProfile(task.profile);
  const version = await ffmpegVersion(tools.ffmpegPath);
  const open = (source: Parameters<typeof openTrack>[0]) => openTrack(source, cacheFolder, tools, { signal });
  const pool = openHearingPool({
    threads: hearingThreads(),
    cacheFolder,
    ffmpegVersion: version,
    openTrack: open,
    signal,
  });
  try {
    return await runChecks(task.input, {
      profile,
      openTrack: open,
      threads: pool,
      kept: keepHearing(cacheFolder, await hearingRecipe(version)),
      signal,
      onProgress,
    });
  } finally {
    await pool.close();
  }
}
