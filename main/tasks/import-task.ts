/** The import task: probe, decode once, plan. */

import { importMedia } from '../../core/intake/import-media.ts';
import { toPlanned } from '../../core/intake/planned.ts';
import { previewImport } from '../../core/intake/preview-import.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

/** Looks at every input file, decodes it and says what they make. */
export async function importTask(
  { inputs, originalLanguage, cacheFolder, naming, known }: Extract<WorkerTask, { kind: 'import' }>,
  { signal, onProgress, onFile }: TaskContext,
): Promise<TaskResults['import']> {
  const request = { inputs, originalLanguage, cacheFolder, naming, known };
  return importMedia(request, locateMediaTools(), { signal, onProgress, onFile });
}

/** Says what an import would make, from names and headers. */
export async function planTask(
  { inputs, originalLanguage, naming }: Extract<WorkerTask, { kind: 'plan' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['plan']> {
  const request = { inputs, originalLanguage, cacheFolder: '', naming };
  return toPlanned(await previewImport(request, locateMediaTools(), { signal, onProgress }));
}
