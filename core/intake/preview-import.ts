/** What an import would make, before anything is decoded. */
import type { LanguageTag } from '../domain/language-tag.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { lookAt } from '../media/look-at.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { type ImportRequest, openWork } from './go-through.ts';
import type { RefusedFile } from './list-files.ts';
import type { ImportNote } from './note.ts';
import { type ImportPlan, planImport } from './plan.ts';

/** What an import would make, from what the files say of themselves: nothing was decoded. */
export type ImportPreview = ImportPlan & { files: number; refused: RefusedFile[]; warnings: ImportNote[] };

/** Says what an import would make, from headers and names alone. Item ids are paths. */
export async function previewImport(
  request: ImportRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<ImportPreview> {
  const work = await openWork(request, { signal, onProgress, step: 'looking' });
  const located = await work.each((file) => lookAt(file.path, tools, { signal }));
  const placed = located.map((one) => ({ ...one, itemId: one.scan.file.path }));
  const plan = planImport(placed, {
    originalLanguage: request.originalLanguage as LanguageTag | null,
    rules: work.rules,
  });
  return {
    ...plan,
    files: placed.length,
    refused: work.refused(),
    warnings: [...work.problems, ...plan.remarks],
  };
}
