/** Which files an import is about. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { type ErrorData, toErrorData } from '../domain/errors.ts';
import { refusal } from '../media/file-kind.ts';

/** A file that was found. `parts`: from the given folder (with its name) to the file's name. */
export type FoundFile = { path: string; parts: readonly string[] };

/** A file that was refused, and why. */
export type RefusedFile = { path: string } & Pick<ErrorData, 'code' | 'message'>;

/** Files that are no media and lie beside them by habit. */
const PASSED_OVER =
  /\.(txt|md|json|jsonl|csv|tsv|parquet|srt|vtt|ass|nfo|jpe?g|png|gif|pdf|xml|html?|py|ya?ml|toml)$/i;

/** What stands for bytes that are no UTF-8. */
const REPLACED = '\ufffd';

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
      if (entry.name.includes(REPLACED) && (await lstat(path).catch(() => null)) === null) {
        refused.push(...(await notUtf8(entry.parentPath, entry.name)));
        continue;
      }
      if (!found.has(path))
        found.set(path, { path, parts: [basename(input), ...relative(input, path).split(sep)] });
    }
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, refused };
}

/** ffmpeg and the project take names as text only, so such a file cannot be named to them. */
async function notUtf8(folder: string, name: string): Promise<RefusedFile[]> {
  const names = await readdir(folder, { encoding: 'buffer' });
  const same = names.filter((bytes) => bytes.toString('utf8') === name);
  return same.map((bytes) => {
    const error = refusal(
      'PATH_UNSUPPORTED',
      `${shownBytes(bytes)} has a name that is not UTF-8`,
      'Rename it (convmv does so for whole folders).',
    );
    return { path: join(folder, shownBytes(bytes)), code: error.code, message: error.message };
  });
}

/** Bytes beyond ASCII as `\\xFF`. */
function shownBytes(name: Buffer): string {
  return name
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
