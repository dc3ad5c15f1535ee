/** Which files an import is about. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { type ErrorData, toErrorData } from '../domain/errors.ts';

/** A file that was found. `parts`: from the given folder (with its name) to the file's name. */
export type FoundFile = { path: string; parts: readonly string[] };

/** A file that was refused, and why. */
export type RefusedFile = { path: string } & Pick<ErrorData, 'code' | 'message'>;

/** Files that are no media and lie beside them by habit. */
const PASSED_OVER =
  /\.(txt|md|json|jsonl|csv|tsv|parquet|srt|vtt|ass|nfo|jpe?g|png|gif|pdf|xml|html?|py|ya?ml|toml)$/i;

/** Every file that is meant, by path; hidden ones in folders are passed over. What cannot be reached is refused by name. */
export async function listFiles(
  inputs: readonly string[],
): Promise<{ files: FoundFile[]; refused: RefusedFile[] }> {
  const found = new Map<string, FoundFile>();
  const refused: RefusedFile[] = [];
  for (const input of inputs) {
    const isFolder = (await stat(input).catch(() => null))?.isDirectory() ?? false;
    if (!isFolder) {
      // The folder that it lies in may say the title.
      found.set(input, { path: input, parts: input.split(sep).filter((part) => part !== '') });
      continue;
    }
    const entries = await readdir(input, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      refused.push({ path: input, ...toErrorData(error) });
      return [];
    });
    for (const entry of entries) {
      if (entry.isDirectory() || entry.name.startsWith('.') || PASSED_OVER.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      if (!found.has(path))
        found.set(path, { path, parts: [basename(input), ...relative(input, path).split(sep)] });
    }
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, refused };
}
