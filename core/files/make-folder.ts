/** Folders of ours come into being as files do: whole or not at all. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { renameDurably, syncFolder } from './atomic-write.ts';

const MARK = '.tmp-';

/**
 * Makes a folder that a reader sees complete or not at all: `fill` writes into a temporary folder beside it, which is
 * then renamed. Where another process was first, its folder stays and ours goes. The parent is made where it is missing.
 * @throws what `fill` and the file system throw; nothing is left then.
 */
export async function makeFolder<T>(path: string, fill: (temporary: string) => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const name = `.${basename(path)}${MARK}${process.pid}-${randomUUID().slice(0, 8)}`;
  const temporary = join(dirname(path), name);
  try {
    await mkdir(temporary);
    const result = await fill(temporary);
    await syncFolder(temporary);
    if (!existsSync(path)) await renameDurably(temporary, path);
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes what processes that are no more left half made in a folder. @returns how many were removed. */
export async function removeHalfMade(parent: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(parent).catch(() => [] as string[])) {
    const pid = Number(new RegExp(`^\\..*\\${MARK}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
    count += 1;
  }
  return count;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
