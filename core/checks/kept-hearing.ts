/**
 * What was heard, kept by content and recipe: `cache/checked/<key>.heard`. A title that was heard with these settings is
 * not heard again, and neither are the tracks of a long title that was not finished. Judging (profiles, severities,
 * sentences) is done anew every time.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { AudioSource } from '../domain/media.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import type { CheckTitle } from './check-input.ts';
import type { Hear, HearingResults, HearingTask } from './hearing.ts';
import { LONGEST_WHOLE_SEC } from './open-tracks.ts';

const FOLDER = 'checked';
const SHA256_BYTES = 32;
/** Pieces of work of long tracks that are kept one by one; all else is quickly done again. */
const KEPT_KINDS: readonly HearingTask['kind'][] = ['print', 'map', 'speech'];

/** Remembers results. */
export type KeptHearing = {
  /**
   * The result that is kept under `key`, or that of `make`, kept from then on. `key`: all that the result depends on but
   * the recipe; numbers, text, lists, objects and typed arrays.
   * @throws what `make` throws.
   */
  keep: <T>(key: object, make: () => Promise<T>) => Promise<T>;
};

/** Remembers nothing. */
export const noneKept: KeptHearing = { keep: (_, make) => make() };

/**
 * Keeps results in a project's cache. `recipe` names how things are heard: another one finds nothing of this one's. A file
 * that is damaged or of another making counts as none; where nothing can be written, nothing is kept.
 */
export function keepHearing(cacheFolder: string, recipe: string): KeptHearing {
  const folder = join(cacheFolder, FOLDER);
  return {
    keep: async <T>(key: object, make: () => Promise<T>): Promise<T> => {
      const name = createHash('sha256')
        .update(recipe)
        .update('\n')
        .update(textOf(key))
        .digest('hex')
        .slice(0, 40);
      const path = join(folder, `${name}.heard`);
      const kept = await readKept(path, name);
      if (kept !== null) return kept.value as T;
      const value = await make();
      await writeKept(folder, path, name, value);
      return value;
    },
  };
}

/** A title without its paths: what is heard of it depends on content, not on where files are. */
export function withoutPaths(title: CheckTitle): object {
  const shots = title.shots.map((shot) => {
    return { ...shot, tracks: shot.tracks.map((track) => ({ ...track, source: contentOf(track.source) })) };
  });
  return { ...title, shots };
}

/** Remembers what was heard of long tracks, piece by piece, so that a long title that was cut short goes on. */
export function keepLongTracks(hear: Hear, kept: KeptHearing): Hear {
  return <T extends HearingTask>(task: T): Promise<HearingResults[T['kind']]> => {
    if (!KEPT_KINDS.includes(task.kind) || !isLong(task)) return hear(task);
    return kept.keep({ what: 'piece', task: taskKey(task) }, () => hear(task));
  };
}

/** A file of the cache for each track of a short shot would cost more than hearing it again. */
function isLong(task: HearingTask): boolean {
  return task.kind !== 'speech' || task.durationSec > LONGEST_WHOLE_SEC;
}

function taskKey(task: HearingTask): object {
  if (task.kind === 'map') {
    const [original, dub] = [task.original, task.dub].map((one) => ({
      ...one,
      source: contentOf(one.source),
    }));
    return { ...task, original, dub };
  }
  if (task.kind === 'speech') {
    const original =
      task.original === null ? null : { ...task.original, source: contentOf(task.original.source) };
    return { ...task, source: contentOf(task.source), original };
  }
  return task.kind === 'print' ? { ...task, source: contentOf(task.source) } : task;
}

function contentOf({ sha256, streamIndex }: AudioSource): Omit<AudioSource, 'path'> {
  return { streamIndex, sha256 };
}

/** As JSON; of typed arrays what identifies them. */
function textOf(key: object): string {
  return JSON.stringify(key, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return createHash('sha256').update(bytes).digest('hex');
  });
}

/** File: SHA-256 of name and data, data. */
async function readKept(path: string, name: string): Promise<{ value: unknown } | null> {
  try {
    const bytes = await readFile(path);
    const data = bytes.subarray(SHA256_BYTES);
    if (!bytes.subarray(0, SHA256_BYTES).equals(sealOf(name, data))) return null;
    return { value: deserialize(data) };
  } catch {
    return null;
  }
}

async function writeKept(folder: string, path: string, name: string, value: unknown): Promise<void> {
  const data = serialize(value);
  try {
    await mkdir(folder, { recursive: true });
    await atomicWrite(path, Buffer.concat([sealOf(name, data), data]));
  } catch {
    // What is heard is right all the same: it will be heard again.
  }
}

function sealOf(name: string, data: Buffer): Buffer {
  return createHash('sha256').update(name).update(data).digest();
}
