/** How a checkpoint's folder comes into being and goes: each by one rename, so nobody meets half of one. */
import { mkdir, rm, writeFile as writeUnsynced } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { renameDurably, syncFolder, writeDurably } from '../files/atomic-write.ts';
import { type KillPhase, killNow, killPoint, killsAt } from './kill-points.ts';
import { type CheckpointFile, MANIFEST_NAME, manifestText } from './manifest.ts';

/** Writes a file and makes it durable. */
export type WriteFile = (path: string, data: Uint8Array) => Promise<void>;

const SHORT_NAMES = {
  'weights.safetensors': 'weights',
  'average.safetensors': 'average',
  'optimizer.safetensors': 'optimizer',
  'state.json': 'state',
} as const satisfies Record<CheckpointFile, string>;

/**
 * Writes the files into a hidden folder, each durably, the manifest last, and renames the folder into place. A folder
 * that is at that place already (a damaged one, or of a run that was cut back) is moved away first.
 */
export async function writeCheckpointFolder(
  folder: string,
  step: number,
  files: ReadonlyMap<CheckpointFile, Uint8Array>,
  writeFile: WriteFile = writeDurably,
): Promise<void> {
  const temporary = hidden(folder, 'tmp');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  killPoint('checkpoint-begin', step);
  try {
    for (const [name, bytes] of files) await writePart(temporary, name, bytes, step, writeFile);
    const manifest = Buffer.from(manifestText(step, files));
    await killMidFile('checkpoint-mid-manifest', join(temporary, MANIFEST_NAME), manifest, step);
    await writeFile(join(temporary, MANIFEST_NAME), manifest);
    killPoint('checkpoint-after-manifest', step);
    await syncFolder(temporary);
    await removeFolder(folder, step);
    killPoint('checkpoint-before-rename', step);
    await renameDurably(temporary, folder);
    killPoint('checkpoint-after-rename', step);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Takes a folder out of sight in one go, then deletes it. Nothing happens where there is none. */
export async function removeFolder(folder: string, step: number): Promise<void> {
  const old = hidden(folder, 'old');
  await rm(old, { recursive: true, force: true });
  try {
    await renameDurably(folder, old);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  killPoint('rotate-renamed', step);
  await rm(old, { recursive: true, force: true });
}

async function writePart(
  folder: string,
  name: CheckpointFile,
  bytes: Uint8Array,
  step: number,
  writeFile: WriteFile,
): Promise<void> {
  const path = join(folder, name);
  if (name === 'weights.safetensors') {
    await killMidFile('checkpoint-mid-weights', path, bytes, step);
    await killMidFile('checkpoint-weights-unsynced', path, bytes, step, bytes.length);
  }
  if (name === 'average.safetensors') await killMidFile('checkpoint-mid-average', path, bytes, step);
  if (name === 'optimizer.safetensors') await killMidFile('checkpoint-mid-optimizer', path, bytes, step);
  await writeFile(path, bytes);
  killPoint(`checkpoint-after-${SHORT_NAMES[name]}`, step);
}

/** Where a test asks for it: writes a part of the file, without making it durable, and ends the process. */
async function killMidFile(
  phase: KillPhase,
  path: string,
  bytes: Uint8Array,
  step: number,
  length = bytes.length >> 1,
): Promise<void> {
  if (!killsAt(phase, step)) return;
  await writeUnsynced(path, bytes.subarray(0, length));
  killNow();
}

function hidden(folder: string, kind: 'tmp' | 'old'): string {
  return join(dirname(folder), `.${kind}-${basename(folder)}`);
}
