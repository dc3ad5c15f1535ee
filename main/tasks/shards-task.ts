/** The task that writes WebDataset shards. */
import { writeShards } from '../../core/export/write-shards.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

/** Writes the shards of the task's clips. */
export async function shardsTask(
  { dataset, folder, options }: Extract<WorkerTask, { kind: 'shards' }>,
  context: TaskContext,
): Promise<TaskResults['shards']> {
  const written = await writeShards({ dataset, folder, options }, locateMediaTools(), context);
  if (written.leftOut > 0) {
    context.onWarning(`${written.leftOut} clips or sounds were left out; shards.json says which and why.`);
  }
  return written;
}
