/** The plant task: look at the source, hear what it is like by itself, and write it again with faults in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { importMedia } from '../../core/intake/import-media.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { makeCorpus } from '../../core/plant/make-corpus.ts';
import { checkInputOfSource, sourceTitlesOf } from '../../core/plant/source.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { checkTask } from './check-task.ts';
import type { TaskContext } from './run-task.ts';

/** Makes the corpus. @throws AppError NOTHING_TO_IMPORT where the source has no dubs; what the parts throw. */
export async function plantTask(
  task: Extract<WorkerTask, { kind: 'plant' }>,
  context: TaskContext,
): Promise<TaskResults['plant']> {
  const { inputs, originalLanguage, outFolder, joinSec, options } = task;
  const tools = locateMediaTools();
  const cacheFolder = await mkdtemp(join(tmpdir(), 'dubscope-plant-'));
  try {
    const imported = await importMedia({ inputs, originalLanguage, cacheFolder }, tools, context);
    const titles = sourceTitlesOf(imported);
    if (titles.length === 0) {
      throw new AppError(
        'NOTHING_TO_IMPORT',
        `${inputs.join(', ')}: no title with an original and a dub was found. Nothing was written. Give a folder of dubbed media.`,
      );
    }
    const said = await checkTask(
      { kind: 'check', input: checkInputOfSource(titles), cacheFolder, profile: null },
      context,
    );
    return await makeCorpus({ ...options, titles, said, outFolder, joinSec }, tools, context);
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}
