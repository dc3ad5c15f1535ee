/**
 * One writer a project. The lock is one of the operating system, held through an SQLite file of its own: it dies
 * with the process, follows the file whatever name it is reached by, and is never "a file exists".
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Clock, isoTime } from '../clock.ts';
import { AppError } from '../domain/errors.ts';

/** A held lock. */
export type ProjectLock = { release(): void };

/**
 * Takes the lock of a project folder at once or not at all.
 * @throws AppError PROJECT_IN_USE naming program, process and since when.
 */
export function takeLock(folder: string, holder: { program: string; clock: Clock }): ProjectLock {
  const db = new Database(join(folder, 'project.lock'), { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw inUse(folder);
    throw error;
  }
  writeFileSync(
    holderPath(folder),
    JSON.stringify({
      program: holder.program,
      pid: process.pid,
      host: hostname(),
      since: isoTime(holder.clock.nowMs()),
    }),
  );
  return {
    release: () => {
      if (!db.open) return;
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

function inUse(folder: string): AppError {
  const { program, pid, host, since } = readHolder(folder);
  return new AppError(
    'PROJECT_IN_USE',
    `The project is open in ${program} (process ${pid} on ${host}, since ${since}). Nothing was changed. Close it there, or open it read-only here.`,
    { details: { program, pid, host, since } },
  );
}

function holderPath(folder: string): string {
  return join(folder, 'project.holder.json');
}

function readHolder(folder: string): { program: string; pid: number; host: string; since: string } {
  try {
    const text = JSON.parse(readFileSync(holderPath(folder), 'utf8')) as Record<string, unknown>;
    return {
      program: String(text.program),
      pid: Number(text.pid),
      host: String(text.host),
      since: String(text.since),
    };
  } catch {
    return { program: 'another program', pid: 0, host: 'this machine', since: 'an unknown time' };
  }
}
