/** The only way files of ours come into being: whole or not at all, also after a power cut. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Tries and first pause for renames that a Windows virus scanner holds up; the pause doubles each time. */
const RENAME_TRIES = 8;
const RENAME_PAUSE_MS = 40;

/**
 * Writes `data` to `path` so that a reader sees the old file or the new one, never a part: temporary file beside
 * it, fsync, rename, fsync of the folder (reference: reliability.md, finding 5). The folder must exist.
 * @throws what the file system throws (ENOSPC, EACCES ...); the old file is then untouched.
 */
export async function atomicWrite(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeDurably(temporary, data);
    await renameDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The form for what must be written before a lock is given back, at the end of a process. Only for files that can be
 * done without: a rename that another program holds up is not tried again.
 * @throws what the file system throws; the old file is then untouched.
 */
export function atomicWriteSync(path: string, data: Uint8Array): void {
  const temporary = temporaryOf(path);
  try {
    const file = openSync(temporary, 'w');
    try {
      for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * The streaming form: `make` fills the temporary file that it is given the path of; only when it has ended without an
 * error does the file take its place, durably. The folder must exist.
 * @throws what `make` and the file system throw; the old file is then untouched, and nothing of the new one stays.
 */
export async function atomicMake(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await make(temporary);
    await syncFile(temporary);
    await renameDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp-${process.pid}-${randomUUID().slice(0, 8)}`);
}

/** Writes and fsyncs a file at its final place; only for files in a folder that is itself renamed into place. */
export async function writeDurably(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the contents of a file durable that something else has written. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Renames a file or folder and makes the rename durable. Retries where another program holds the file. */
export async function renameDurably(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to);
      break;
    } catch (error) {
      if (attempt === RENAME_TRIES || !isHeldByAnother(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RENAME_PAUSE_MS * 2 ** (attempt - 1)));
    }
  }
  await syncFolder(dirname(to));
}

/** Makes the entries of a folder durable; a no-op on Windows, which has no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isHeldByAnother(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'EPERM' || code === 'EBUSY' || (code === 'EACCES' && process.platform === 'win32');
}
