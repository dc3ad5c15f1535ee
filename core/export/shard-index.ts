/** `shards.json` beside the shards: what they were made of, and which are finished. Written after each batch. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import { atomicWrite } from '../files/atomic-write.ts';

/** File name of the index. */
export const SHARD_INDEX = 'shards.json';

/** One finished shard. */
export type FinishedShard = { file: string; clips: number; pairs: number; bytes: number };

/** A clip or a sound that could not be written. `language` null: the whole clip. */
export type LeftOut = { key: string; language: string | null; code: string; message: string };

/** The index. `done`: how many clips of the data set have been gone through. */
export type ShardIndex = {
  version: 1;
  /** Hash of the clips, their offsets and the options. */
  recipe: string;
  clips: number;
  done: number;
  shards: FinishedShard[];
  leftOut: LeftOut[];
};

/** Hash of all that decides what is in the shards. */
export function shardRecipe(dataset: Dataset, options: Record<string, number | null>): string {
  return createHash('sha256')
    .update(JSON.stringify([1, dataset, options]))
    .digest('hex');
}

/**
 * The index of a folder: the one there when it is of the same recipe, else a new one.
 * @throws AppError ARGUMENT_INVALID when the folder holds something else
 */
export async function openShardIndex(folder: string, recipe: string, clips: number): Promise<ShardIndex> {
  const fresh: ShardIndex = { version: 1, recipe, clips, done: 0, shards: [], leftOut: [] };
  const path = join(folder, SHARD_INDEX);
  if (!existsSync(path)) {
    if ((await readdir(folder)).filter((name) => !name.startsWith('.')).length === 0) return fresh;
    throw other(folder, 'it is not empty and holds no shards');
  }
  const found = parse(await readFile(path, 'utf8'));
  if (found === null) throw other(folder, `its ${SHARD_INDEX} cannot be read`);
  if (found.recipe !== recipe) throw other(folder, 'it holds shards of other pairs, offsets or options');
  return found;
}

/** Writes the index. */
export async function writeShardIndex(folder: string, index: ShardIndex): Promise<void> {
  await atomicWrite(join(folder, SHARD_INDEX), `${JSON.stringify(index, null, 1)}\n`);
}

function parse(text: string): ShardIndex | null {
  try {
    const value = JSON.parse(text) as ShardIndex;
    const isIndex = value.version === 1 && Array.isArray(value.shards) && Array.isArray(value.leftOut);
    return isIndex && Number.isSafeInteger(value.done) ? value : null;
  } catch {
    return null;
  }
}

function other(folder: string, why: string): AppError {
  return new AppError(
    'ARGUMENT_INVALID',
    `${folder} cannot take the shards: ${why}. Nothing was written. Give an empty or a new folder.`,
  );
}
