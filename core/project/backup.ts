/** Copies of the database that are made by themselves, so that no damage costs more than a day. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isoTime } from '../clock.ts';
import { renameDurably } from '../files/atomic-write.ts';
import type { ProjectDatabase } from './database.ts';

const KEPT = 7;

/**
 * Makes today's backup with SQLite's own backup call, at most one a day and only where there is something to lose;
 * keeps the newest seven.
 */
export async function backUp(folder: string, db: ProjectDatabase, clock: Clock): Promise<void> {
  if (db.prepare('SELECT count(*) FROM journal').pluck().get() === 0) return;
  const backups = join(folder, 'backups');
  const path = join(backups, `project-${isoTime(clock.nowMs()).slice(0, 10)}.db`);
  if (existsSync(path)) return;
  await mkdir(backups, { recursive: true });
  const temporary = `${path}.tmp-${process.pid}`;
  await db.backup(temporary);
  await renameDurably(temporary, path);
  const old = readdirSync(backups)
    .filter((name) => /^project-\d{4}-\d{2}-\d{2}\.db$/.test(name))
    .sort()
    .slice(0, -KEPT);
  for (const name of old) rmSync(join(backups, name), { force: true });
}
