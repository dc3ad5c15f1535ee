/** A project folder: made, opened for one writer or for reading, and closed. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { AppError } from '../domain/errors.ts';
import { type Backup, beginBackup } from './backup.ts';
import { createDatabase, formatOf, lookFromOutside, openDatabase, type ProjectDatabase } from './database.ts';
import { foundWholeAtMs, keepColumns } from './kept-columns.ts';
import { type ProjectLock, takeLock } from './lock.ts';
import { migrate } from './migrate.ts';
import { knownPairTable } from './pair-table.ts';
import { FORMAT_VERSION } from './schema.ts';

/** File name of the database in a project folder. */
export const DATABASE_FILE = 'project.db';

const FOLDERS = ['cache', 'runs', 'evaluations', 'exports', 'backups'] as const;

/** An open project. */
export type Project = {
  folder: string;
  name: string;
  readOnly: boolean;
  db: ProjectDatabase;
  /** Closes the database and gives the lock back. Safe to call twice. */
  close(): void;
};

/** Who opens, and when: shown to whoever finds the project in use. */
export type OpenOptions = { program: string; clock: Clock; readOnly?: boolean };

/**
 * Makes a new project. The folder's name gets the ending `.dubscope` where it has none.
 * @throws AppError PROJECT_EXISTS when there is anything at that place already.
 */
export function createProject(folder: string, options: OpenOptions): Project {
  const path = withEnding(resolve(folder));
  if (existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0)) {
    throw new AppError(
      'PROJECT_EXISTS',
      `${path} exists already. Nothing was changed. Choose another name, or open it as it is.`,
    );
  }
  mkdirSync(path, { recursive: true });
  for (const name of FOLDERS) mkdirSync(join(path, name), { recursive: true });
  const lock = takeLock(path, options);
  try {
    const db = createDatabase(join(path, DATABASE_FILE));
    return asProject(path, db, { lock, readOnly: false, checkedAtMs: options.clock.nowMs() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens a project; the ending `.dubscope` may be left out.
 * @throws AppError PROJECT_MISSING, PROJECT_IN_USE and what `openDatabase` throws.
 */
export async function openProject(folder: string, options: OpenOptions): Promise<Project> {
  const path = findProject(folder);
  const readOnly = options.readOnly === true;
  const file = join(path, DATABASE_FILE);
  const lock = readOnly ? null : takeLock(path, options);
  let backup: Backup | null = null;
  let db: ProjectDatabase | null = null;
  try {
    lookFromOutside(file);
    backup = readOnly ? null : await beginBackup(path, file, options.clock);
    const nowMs = options.clock.nowMs();
    const wholeAtMs = foundWholeAtMs(file, nowMs);
    db = openDatabase(file, { readOnly, isKnownWhole: wholeAtMs !== null });
    await backup?.finish(db);
    if (formatOf(db) < FORMAT_VERSION) bringUpToDate(db, path, readOnly);
    return asProject(path, db, { lock, readOnly, checkedAtMs: wholeAtMs ?? nowMs });
  } catch (error) {
    db?.close();
    await backup?.abandon();
    lock?.release();
    throw error;
  }
}

/** The backup that was just made, or an older one of today, keeps what was there before. */
function bringUpToDate(db: ProjectDatabase, path: string, readOnly: boolean): void {
  if (readOnly) {
    db.close();
    throw new AppError(
      'PROJECT_READ_ONLY',
      `${path} was made by an older Dubscope and must be brought up to date first. Nothing was changed. Open it once for writing.`,
    );
  }
  migrate(db, formatOf(db));
}

/** @throws AppError PROJECT_READ_ONLY when the project was opened for reading only. */
export function requireWritable(project: Project): void {
  if (!project.readOnly) return;
  throw new AppError(
    'PROJECT_READ_ONLY',
    'The project is open for reading only. Nothing was changed. Close it where it is open for writing, then open it again.',
  );
}

/** Absolute path of a project folder by what a person typed. @throws AppError PROJECT_MISSING, PROJECT_NOT_A_PROJECT. */
function findProject(folder: string): string {
  const path = resolve(folder);
  for (const candidate of [path, withEnding(path)]) {
    if (existsSync(join(candidate, DATABASE_FILE))) return candidate;
  }
  if (!existsSync(path)) {
    throw new AppError(
      'PROJECT_MISSING',
      `There is no project at ${path}. Nothing was changed. Make one with: dubscope new ${folder}`,
    );
  }
  throw new AppError(
    'PROJECT_NOT_A_PROJECT',
    `${path} is no Dubscope project: it holds no ${DATABASE_FILE}. It was not changed. Give the folder that "dubscope new" made.`,
  );
}

function withEnding(path: string): string {
  return path.endsWith('.dubscope') ? path : `${path}.dubscope`;
}

function asProject(
  folder: string,
  db: ProjectDatabase,
  { lock, readOnly, checkedAtMs }: { lock: ProjectLock | null; readOnly: boolean; checkedAtMs: number },
): Project {
  return {
    folder,
    name: basename(folder, '.dubscope'),
    readOnly,
    db,
    close: () => {
      if (db.open) {
        const columns = readOnly ? null : knownPairTable(db);
        db.close();
        if (columns !== null) keepColumns(db.name, columns, checkedAtMs);
      }
      lock?.release();
    },
  };
}
