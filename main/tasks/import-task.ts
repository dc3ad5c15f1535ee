/** The import task: probe, decode once, plan. */
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { importMedia } from '../../core/media/import-media.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

/** Looks at every input file and says what they make. */
export async function importTask(
  task: Extract<WorkerTask, { kind: 'import' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['import']> {
  const tools = locateMediaTools();
  return importMedia(
    { inputs: task.inputs, originalLanguage: task.originalLanguage, cacheFolder: task.cacheFolder },
    tools,
    { signal, onProgress },
  );
}
