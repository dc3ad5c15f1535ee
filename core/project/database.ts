/** Opening the project's SQLite file with the settings and gates of a file that may come from anyone. */
import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, hasCode } from '../domain/errors.ts';
import { APPLICATION_ID, FORMAT_VERSION, OLD_FINGERPRINTS, SCHEMA_SQL, schemaFingerprint } from './schema.ts';

/** An open project database. */
export type ProjectDatabase = Database.Database;

/** Older SQLite can corrupt a WAL database that two processes use (reliability.md, finding 6). */
const OLDEST_SQLITE = [3, 51, 3] as const;
const HEADER_BYTES = 100;

/** Creates a new database file; the file must not exist. */
export function createDatabase(path: string): ProjectDatabase {
  const db = new Database(path);
  requireSqliteVersion(db);
  applySettings(db);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.transaction(() => {
    db.exec(SCHEMA_SQL);
    db.pragma(`user_version = ${FORMAT_VERSION}`);
  })();
  return db;
}

/**
 * Opens a project database after looking at it from outside: header, application id, version, exact schema,
 * SQLite's own quick check. `isKnownWhole`: the check was made of this very file already.
 * @throws AppError PROJECT_EMPTY, PROJECT_LINKED, PROJECT_NOT_A_PROJECT, PROJECT_TOO_NEW, PROJECT_SCHEMA,
 *   PROJECT_DAMAGED, SQLITE_TOO_OLD.
 */
export function openDatabase(
  path: string,
  options: { readOnly: boolean; isKnownWhole?: boolean },
): ProjectDatabase {
  lookFromOutside(path);
  let db: ProjectDatabase | null = null;
  try {
    db = new Database(path, { readonly: options.readOnly, fileMustExist: true });
    requireSqliteVersion(db);
    db.pragma('trusted_schema = OFF');
    const version = requireVersion(db, path);
    requireSchema(db, path, version);
    if (options.isKnownWhole !== true) requireHealth(db, path);
    applySettings(db);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError) {
      if (hasCode(error, 'SQLITE_NOTADB' as never))
        throw notAProject(path, 'its database is not an SQLite file');
      throw damaged(path, error.message);
    }
    throw error;
  }
}

/**
 * What can be said of a project's file without opening it as a database.
 * @throws AppError PROJECT_EMPTY, PROJECT_LINKED, PROJECT_NOT_A_PROJECT.
 */
export function lookFromOutside(path: string): void {
  requirePlainFile(path);
  requireHeader(path);
}

function applySettings(db: ProjectDatabase): void {
  if (!db.readonly) {
    db.pragma('journal_mode = WAL');
    // FULL: with better-sqlite3's default NORMAL a power cut loses acknowledged edits (reliability.md, finding 5).
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 1000');
    db.pragma('journal_size_limit = 67108864');
  }
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('mmap_size = 0');
  // With SQLite's 2 MB a bulk decision on 100,000 of a million pairs reads and writes the same pages over and over.
  db.pragma('cache_size = -131072');
  db.pragma('busy_timeout = 5000');
}

function requireSqliteVersion(db: ProjectDatabase): void {
  const version = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const parts = version.split('.').map(Number);
  for (const [i, needed] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0;
    if (part > needed) return;
    if (part < needed) {
      throw new AppError(
        'SQLITE_TOO_OLD',
        `SQLite ${version} can damage a project that two programs use; ${OLDEST_SQLITE.join('.')} or newer is needed. The project was not opened. Install the packages again.`,
      );
    }
  }
}

function requirePlainFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    const stat = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (!stat.isFile()) {
      throw new AppError(
        'PROJECT_LINKED',
        `${basename(path)}${suffix} is not a plain file, so it may lead outside the project. The project was not opened. Replace it with the real file.`,
      );
    }
  }
}

function requireHeader(path: string): void {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  let bytes = 0;
  try {
    bytes = readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (bytes === 0) {
    throw new AppError(
      'PROJECT_EMPTY',
      `${basename(path)} is empty (0 bytes), so the project in it is gone. It was not opened or changed. Restore it from a backup.`,
    );
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3')
    throw notAProject(path, 'its database has another format');
  if (header.readUInt32BE(68) !== APPLICATION_ID)
    throw notAProject(path, 'its database was made by another program');
}

function requireVersion(db: ProjectDatabase, path: string): number {
  const version = formatOf(db);
  if (version > FORMAT_VERSION) {
    throw new AppError(
      'PROJECT_TOO_NEW',
      `${basename(path)} has format ${version}; this Dubscope knows up to ${FORMAT_VERSION}. It was not opened or changed. Use a newer Dubscope.`,
      { details: { found: version, known: FORMAT_VERSION } },
    );
  }
  return version;
}

function requireSchema(db: ProjectDatabase, path: string, version: number): void {
  const expected = OLD_FINGERPRINTS[version] ?? expectedFingerprint();
  if (schemaFingerprint(schemaTexts(db)) === expected) return;
  throw new AppError(
    'PROJECT_SCHEMA',
    `${basename(path)} contains parts that this program did not make. It was not opened or changed. Use a backup, or ask whoever sent it.`,
  );
}

function requireHealth(db: ProjectDatabase, path: string): void {
  const verdict = db.pragma('quick_check(1)', { simple: true }) as string;
  if (verdict !== 'ok') throw damaged(path, verdict);
}

function schemaTexts(db: ProjectDatabase): string[] {
  const rows = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
  return rows.pluck().all() as string[];
}

/** Format of an open database. */
export function formatOf(db: ProjectDatabase): number {
  return db.pragma('user_version', { simple: true }) as number;
}

let fingerprint: string | null = null;

function expectedFingerprint(): string {
  if (fingerprint === null) {
    const db = new Database(':memory:');
    db.exec(SCHEMA_SQL);
    fingerprint = schemaFingerprint(schemaTexts(db));
    db.close();
  }
  return fingerprint;
}

function notAProject(path: string, why: string): AppError {
  return new AppError(
    'PROJECT_NOT_A_PROJECT',
    `${path} is no Dubscope project: ${why}. It was not opened or changed. Give the folder that "dubscope new" made.`,
  );
}

function damaged(path: string, why: string): AppError {
  return new AppError(
    'PROJECT_DAMAGED',
    `${basename(path)} is damaged (${why}). It was not changed. Restore the newest file of the backups folder beside it.`,
  );
}
