/** Keeps a cache folder below a size: what was used longest ago goes first. Anything in it can be made again. */
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { AppError } from '../domain/errors.ts';
import { forEachLimited } from './for-each-limited.ts';

/** Our choice: windows of about 4 hours of clips at the paper's size, of 50 at `tiny`'s. */
const DEFAULT_LIMIT_GB = 50;
const BYTES_PER_GB = 1e9;
/** How exactly the time of last use is known: writing it at each read would be a write for every read. */
const TOUCH_EVERY_MS = 24 * 3_600_000;
const FILES_AT_ONCE = 16;

/** What was removed, and what is there now. */
export type LimitResult = { removedFiles: number; removedBytes: number; leftBytes: number };

/**
 * Limit of each cache of decoded windows, bytes: `DUBSCOPE_CACHE_LIMIT_GB` (1e9 bytes each), else 50 GB.
 * @throws AppError ARGUMENT_INVALID for what is no number from 0.
 */
export function cacheLimitBytes(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const text = env.DUBSCOPE_CACHE_LIMIT_GB?.trim();
  if (text === undefined || text === '') return DEFAULT_LIMIT_GB * BYTES_PER_GB;
  const value = Number(text);
  if (value >= 0) return value * BYTES_PER_GB;
  throw new AppError(
    'ARGUMENT_INVALID',
    `DUBSCOPE_CACHE_LIMIT_GB must be a number of gigabytes from 0, not "${text}". Nothing was decoded. Correct or unset it.`,
  );
}

/**
 * Removes the least recently used files of a folder and its sub-folders until they take no more than `maxBytes`. Use
 * is a file's modification time (`touchUsed`). Files that another program holds stay.
 * @param keep absolute paths that are not removed, whatever they take
 * @throws the signal's reason when stopped; what the file system throws.
 */
export async function limitFolder(
  folder: string,
  {
    maxBytes,
    keep,
    signal,
  }: { maxBytes: number; keep: ReadonlySet<string>; signal?: AbortSignal | undefined },
): Promise<LimitResult> {
  const files = await filesIn(folder, signal);
  const result: LimitResult = {
    removedFiles: 0,
    removedBytes: 0,
    leftBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
  const oldestFirst = files.filter(({ path }) => !keep.has(path)).sort((a, b) => a.usedMs - b.usedMs);
  for (const { path, sizeBytes } of oldestFirst) {
    if (result.leftBytes <= maxBytes) break;
    signal?.throwIfAborted();
    if (!(await removeFile(path))) continue;
    result.removedFiles += 1;
    result.removedBytes += sizeBytes;
    result.leftBytes -= sizeBytes;
  }
  return result;
}

/** Notes that a file is used, at most once a day. @returns whether there is such a file. */
export async function touchUsed(path: string, clock: Clock): Promise<boolean> {
  try {
    const nowMs = clock.nowMs();
    const { mtimeMs } = await stat(path);
    if (nowMs - mtimeMs >= TOUCH_EVERY_MS) await utimes(path, nowMs / 1000, nowMs / 1000);
    return true;
  } catch (error) {
    if (hasSystemCode(error, ['ENOENT'])) return false;
    throw error;
  }
}

type UsedFile = { path: string; sizeBytes: number; usedMs: number };

async function filesIn(folder: string, signal: AbortSignal | undefined): Promise<UsedFile[]> {
  const entries = await entriesIn(folder);
  const files: UsedFile[] = [];
  await forEachLimited(entries, FILES_AT_ONCE, async (path) => {
    signal?.throwIfAborted();
    try {
      const { size, mtimeMs } = await stat(path);
      files.push({ path, sizeBytes: size, usedMs: mtimeMs });
    } catch (error) {
      if (!hasSystemCode(error, ['ENOENT'])) throw error;
    }
  });
  return files;
}

async function entriesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => resolve(join(entry.parentPath, entry.name)));
  } catch (error) {
    if (hasSystemCode(error, ['ENOENT'])) return [];
    throw error;
  }
}

async function removeFile(path: string): Promise<boolean> {
  try {
    await rm(path, { force: true });
    return true;
  } catch (error) {
    if (hasSystemCode(error, ['EBUSY', 'EPERM', 'EACCES'])) return false;
    throw error;
  }
}

function hasSystemCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
