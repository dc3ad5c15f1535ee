/**
 * Checkpoints: `checkpoints/ck-<step>/` with weights, optimizer, state and a manifest. A checkpoint appears whole or
 * not at all, also after a power cut, and an older one goes only once the new one was read back (reliability.md 3.5).
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, hasCode } from '../domain/errors.ts';
import type { ParameterValues } from '../model/parameters.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import { removeFolder, type WriteFile, writeCheckpointFolder } from './checkpoint-folder.ts';
import { killPoint } from './kill-points.ts';
import { type CheckpointFile, damaged, readProven } from './manifest.ts';
import { readRunAbout } from './run-about.ts';
import { parseRunState, type RunProgress } from './run-progress.ts';

/** All that a run needs to go on. */
export type Checkpoint = {
  /** Weights and statistics. */
  weights: ParameterValues;
  /** The moving average of the weights, where the run keeps one. */
  average: ParameterValues | null;
  moments: ParameterValues;
  progress: RunProgress;
};

/** Where a checkpoint lies; `step` counts finished steps. */
export type CheckpointPlace = { step: number; folder: string };

/** A checkpoint that was passed over, and why. */
export type OnDamaged = (error: AppError) => void;

const NAME = /^ck-(\d{9,15})$/;

/** Folder of a run's checkpoints. */
export function checkpointsFolder(runFolder: string): string {
  return join(runFolder, 'checkpoints');
}

/** A run's checkpoints by name, newest first; says nothing of their health. Empty where there is no folder. */
export async function listCheckpoints(runFolder: string): Promise<CheckpointPlace[]> {
  const parent = checkpointsFolder(runFolder);
  return (await namesIn(parent))
    .map((name) => ({ folder: join(parent, name), step: Number(NAME.exec(name)?.[1] ?? Number.NaN) }))
    .filter(({ step }) => Number.isSafeInteger(step))
    .sort((a, b) => b.step - a.step);
}

/**
 * The checkpoint of this name; says nothing of its health. Zeros at the front of the number may be left out.
 * @throws AppError CKPT_MISSING.
 */
export async function namedCheckpoint(runFolder: string, name: string): Promise<CheckpointPlace> {
  const step = Number(/^ck-(\d{1,15})$/.exec(name)?.[1] ?? Number.NaN);
  const places = await listCheckpoints(runFolder);
  const found = places.find((place) => place.step === step);
  if (found !== undefined) return found;
  throw new AppError(
    'CKPT_MISSING',
    `${basename(runFolder)} has no checkpoint "${name}" (it has ${places.length}). Nothing was done. Look at the list of its checkpoints: the training removes older ones that are not pinned.`,
    { details: { checkpoint: name, checkpoints: places.length } },
  );
}

/**
 * The newest checkpoint whose every byte is as it was written, or null where there is none. Damaged ones are passed
 * over and told to `onDamaged`.
 */
export async function newestCheckpoint(
  runFolder: string,
  { onDamaged = () => {} }: { onDamaged?: OnDamaged } = {},
): Promise<CheckpointPlace | null> {
  for (const place of await listCheckpoints(runFolder)) {
    try {
      await readCheckpoint(place.folder);
      return place;
    } catch (error) {
      if (!isUnusable(error)) throw error;
      onDamaged(error);
    }
  }
  return null;
}

/**
 * Reads a whole checkpoint and proves it.
 * @throws AppError CKPT_INCOMPLETE, CKPT_DAMAGED, CKPT_NAN.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  return decode(folder, await readProven(folder));
}

/**
 * Reads and proves only the weights: their average where there is one, with the statistics of the last step.
 * @throws as `readCheckpoint`.
 */
export async function loadWeights(folder: string): Promise<ParameterValues> {
  const files = await readProven(folder, ['weights.safetensors', 'average.safetensors']);
  const weights = decodePart(folder, files, 'weights.safetensors');
  if (!files.has('average.safetensors')) return weights;
  return new Map([...weights, ...decodePart(folder, files, 'average.safetensors')]);
}

/** Reads and proves only the state. @throws as `readCheckpoint`. */
export async function loadProgress(folder: string): Promise<RunProgress> {
  return decodeProgress(folder, await readProven(folder, ['state.json']));
}

/**
 * Writes a checkpoint, reads it back, then removes all but the newest `keep` and the one of `bestStep`. Where a whole
 * one of this step is there already, nothing happens.
 * @param writeFile how a file is written and made durable; tests put a full disk here
 * @throws what the file system throws, e.g. ENOSPC; older checkpoints are then all still there.
 */
export async function writeCheckpoint(
  runFolder: string,
  checkpoint: Checkpoint,
  keep: number,
  { writeFile, bestStep = null }: { writeFile?: WriteFile | undefined; bestStep?: number | null } = {},
): Promise<CheckpointPlace> {
  const { step } = checkpoint.progress;
  const parent = checkpointsFolder(runFolder);
  await mkdir(parent, { recursive: true });
  const folder = join(parent, `ck-${String(step).padStart(9, '0')}`);
  await writeCheckpointFolder(folder, step, encode(checkpoint), writeFile);
  await readCheckpoint(folder);
  killPoint('checkpoint-after-verify', step);
  killPoint('rotate-before', step);
  await removeOldCheckpoints(runFolder, keep, bestStep);
  killPoint('rotate-after', step);
  return { step, folder };
}

/**
 * Removes all but the newest `keep` checkpoints, the one of `bestStep` and those that a person pinned; none where it
 * cannot be told which those are. Call it only when the newest is known to be whole.
 */
export async function removeOldCheckpoints(
  runFolder: string,
  keep: number,
  bestStep: number | null = null,
): Promise<void> {
  const places = await listCheckpoints(runFolder);
  for (const { folder, step } of places.slice(keep)) {
    // Read anew each time: a person may pin one while another is being removed.
    const about = readRunAbout(runFolder);
    if (about === null) return;
    if (step === bestStep || about.pinned.includes(basename(folder))) continue;
    await removeFolder(folder, places[0]!.step);
  }
}

/** Removes what a killed process left: folders that were never a checkpoint or are none any more. */
export async function removeLeftovers(runFolder: string): Promise<void> {
  const parent = checkpointsFolder(runFolder);
  for (const name of await namesIn(parent)) {
    if (name.startsWith('.')) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function encode({ weights, average, moments, progress }: Checkpoint): Map<CheckpointFile, Uint8Array> {
  return new Map<CheckpointFile, Uint8Array>([
    ['weights.safetensors', encodeSafetensors(weights)],
    ...(average === null ? [] : ([['average.safetensors', encodeSafetensors(average)]] as const)),
    ['optimizer.safetensors', encodeSafetensors(moments)],
    ['state.json', Buffer.from(`${JSON.stringify(progress, null, 2)}\n`)],
  ]);
}

function decode(folder: string, files: ReadonlyMap<CheckpointFile, Uint8Array>): Checkpoint {
  return {
    weights: decodePart(folder, files, 'weights.safetensors'),
    average: files.has('average.safetensors') ? decodePart(folder, files, 'average.safetensors') : null,
    moments: decodePart(folder, files, 'optimizer.safetensors'),
    progress: decodeProgress(folder, files),
  };
}

function decodePart(
  folder: string,
  files: ReadonlyMap<CheckpointFile, Uint8Array>,
  name: CheckpointFile,
): ParameterValues {
  return decodeSafetensors(files.get(name)!, join(folder, name)).tensors;
}

function decodeProgress(folder: string, files: ReadonlyMap<CheckpointFile, Uint8Array>): RunProgress {
  try {
    return parseRunState(new TextDecoder().decode(files.get('state.json')));
  } catch (cause) {
    throw damaged(folder, 'its state.json cannot be read', cause);
  }
}

function isUnusable(error: unknown): error is AppError {
  return (['CKPT_DAMAGED', 'CKPT_INCOMPLETE', 'CKPT_NAN'] as const).some((code) => hasCode(error, code));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
