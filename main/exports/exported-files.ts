/**
 * What lies in a project's folder of exports. A name from outside is only ever compared with the names that are there, so no
 * path is made of it; links and hidden files are not there for anyone.
 */
import type { Dirent } from 'node:fs';
import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { EXPORT_FORMATS, type ExportedFile, type ExportedKind } from '../../core/domain/export.ts';
import { SHARD_INDEX } from '../../core/export/shard-index.ts';
import type { Project } from '../../core/project/project.ts';

/** One list is one answer; more than that nobody reads. */
const MOST_LISTED = 10_000;
const PICTURE_ENDINGS = new Set(['png', 'svg']);
const WEIGHT_ENDINGS = new Set(['safetensors', 'pt', 'pth']);
const REPORT_PAGE = /^(report|reproduction)\.html$/;

/** The folder. */
export function exportsFolder(project: Project): string {
  return join(project.folder, 'exports');
}

/** What lies in it, or the files of the folder `within` it, the newest first. @throws AppError NOT_FOUND. */
export async function exportedFiles(project: Project, within?: string): Promise<ExportedFile[]> {
  const folder = exportsFolder(project);
  const inside = within === undefined ? folder : await folderIn(folder, within);
  const entries = (await entriesOf(inside)).filter((entry) => within === undefined || entry.isFile());
  const files = await Promise.all(entries.slice(0, MOST_LISTED).map((entry) => describe(inside, entry)));
  return files.filter((file) => file !== null).toSorted((a, b) => b.modifiedMs - a.modifiedMs);
}

/** @returns where the file of these names (one, or a folder's and one) lies; null where there is none. */
export async function findExportedFile(
  project: Project,
  names: readonly string[],
): Promise<{ path: string; name: string } | null> {
  const [first = '', second] = names;
  if (names.length > 2) return null;
  const folder = exportsFolder(project);
  try {
    const inside = second === undefined ? folder : await folderIn(folder, first);
    const name = second ?? first;
    const entry = (await entriesOf(inside)).find((one) => one.name === name);
    return entry?.isFile() ? { path: join(inside, entry.name), name: entry.name } : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/**
 * Deletes an export. What Dubscope did not make, and what holds media of the project, stays.
 * @throws AppError NOT_FOUND, ARGUMENT_INVALID.
 */
export async function deleteExported(project: Project, name: string): Promise<void> {
  const folder = exportsFolder(project);
  const entry = (await entriesOf(folder)).find((one) => one.name === name);
  if (entry === undefined) throw missing(name);
  const path = join(folder, entry.name);
  const found = await describe(folder, entry);
  const places = [path, await realpath(path)];
  if (found === null || found.kind === 'other' || places.some((place) => holdsMedia(project, place))) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `${name} is no table, weights, picture, shards or report that an export made, or it holds media of this project. Nothing was deleted. Delete it in the file manager if it is to go.`,
    );
  }
  await rm(path, { recursive: entry.isDirectory() });
}

async function folderIn(folder: string, name: string): Promise<string> {
  const entry = (await entriesOf(folder)).find((one) => one.name === name && one.isDirectory());
  if (entry === undefined) throw missing(name);
  return join(folder, entry.name);
}

/** Plain files and folders, none of them hidden: what is still being written is. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const all = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return all.filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory()));
}

/** @returns null for what has gone meanwhile. */
async function describe(folder: string, entry: Dirent): Promise<ExportedFile | null> {
  const path = join(folder, entry.name);
  const own = await stat(path).catch(() => null);
  if (own === null) return null;
  const about = { name: entry.name, modifiedMs: own.mtimeMs };
  if (entry.isFile()) {
    const ending = extname(entry.name).slice(1).toLowerCase();
    return { ...about, sizeBytes: own.size, kind: kindOfFile(ending), fileCount: null };
  }
  const files = (await entriesOf(path)).filter((one) => one.isFile());
  const sizes = await Promise.all(
    files.map(async ({ name }) => (await stat(join(path, name)).catch(() => null))?.size ?? 0),
  );
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
  return { ...about, sizeBytes, kind: kindOfFolder(files.map(({ name }) => name)), fileCount: files.length };
}

function kindOfFile(ending: string): ExportedKind {
  if ((EXPORT_FORMATS as readonly string[]).includes(ending) || ending === 'npy') return 'table';
  if (PICTURE_ENDINGS.has(ending)) return 'picture';
  return WEIGHT_ENDINGS.has(ending) ? 'weights' : 'other';
}

function kindOfFolder(names: readonly string[]): ExportedKind {
  if (names.includes(SHARD_INDEX)) return 'shards';
  return names.some((name) => REPORT_PAGE.test(name)) ? 'report' : 'other';
}

/** Whatever somebody has put there: source media are never deleted. */
function holdsMedia(project: Project, path: string): boolean {
  const below = `${path}${sep}`;
  const found = project.db
    .prepare('SELECT 1 FROM item WHERE path = ? OR substr(path, 1, ?) = ? LIMIT 1')
    .get(path, below.length, below);
  return found !== undefined;
}

function missing(name: string): AppError {
  return new AppError(
    'NOT_FOUND',
    `There is no export "${name}" in this project. Nothing was changed. Look at the list again.`,
  );
}
