/** Copies of the database that are made by themselves, so that no damage costs more than a day. */
import { constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isoTime } from '../clock.ts';
import { renameDurably, syncFile } from '../files/atomic-write.ts';
import type { ProjectDatabase } from './database.ts';
import { stampOf } from './kept-columns.ts';

const KEPT = 7;

/** Today's backup in the making; where there is one already, both do nothing. */
export type Backup = {
  /** Makes it last, or makes it now where it could not be made before the database was opened. */
  finish(db: ProjectDatabase): Promise<void>;
  /** Takes back what was made: the database could not be opened. */
  abandon(): Promise<void>;
};

/**
 * Begins today's backup, at most one a day; the newest seven are kept, and it is only kept where there is something to
 * lose. To be called before the database is opened: while nothing waits in its log the file itself is copied, which takes
 * a tenth of SQLite's own backup call; to open and close the file later would let go of SQLite's locks on it.
 */
export async function beginBackup(folder: string, databasePath: string, clock: Clock): Promise<Backup> {
  const backups = join(folder, 'backups');
  const path = join(backups, `project-${isoTime(clock.nowMs()).slice(0, 10)}.db`);
  if (existsSync(path)) return { finish: async () => {}, abandon: async () => {} };
  const temporary = `${path}.tmp-${process.pid}`;
  await mkdir(backups, { recursive: true });
  const isCopied = stampOf(databasePath) !== null;
  if (isCopied) await copyFile(databasePath, temporary, constants.COPYFILE_FICLONE);
  const abandon = (): Promise<void> => rm(temporary, { force: true });
  return {
    abandon,
    finish: async (db) => {
      if (db.prepare('SELECT count(*) FROM journal').pluck().get() === 0) return abandon();
      if (!isCopied) await db.backup(temporary);
      await syncFile(temporary);
      await renameDurably(temporary, path);
      removeOld(backups);
    },
  };
}

function removeOld(backups: string): void {
  const old = readdirSync(backups)
    .filter((name) => /^project-\d{4}-\d{2}-\d{2}\.db$/.test(name))
    .sort()
    .slice(0, -KEPT);
  for (const name of old) rmSync(join(backups, name), { force: true });
}
