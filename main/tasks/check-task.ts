/** The check task: decode every track's sound and listen. */
import { runChecks } from '../../core/checks/run-checks.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { decodeAudio } from '../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

const CHECK_RATE_HZ = 48_000;

/** Runs every check on the given titles. */
export async function checkTask(
  task: Extract<WorkerTask, { kind: 'check' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['check']> {
  const tools = locateMediaTools();
  return runChecks(task.input, {
    readAudio: (source) => decodeAudio(source, { sampleRateHz: CHECK_RATE_HZ }, tools, { signal }),
    signal,
    onProgress,
  });
}
