/** The checkpoints of a run as people see them, and deleting some of them. Pins: run-about.ts. */
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { ValidationRow } from '../domain/run.ts';
import type { CheckpointInfo } from '../domain/run-about.ts';
import { type CheckpointPlace, listCheckpoints, newestCheckpoint, readCheckpoint } from './checkpoint.ts';
import { removeFolder } from './checkpoint-folder.ts';
import { sizeProblem } from './manifest.ts';
import { readRunAbout } from './run-about.ts';
import { LOG_NAMES } from './run-logs.ts';
import { bestRow, parseValidation } from './validation.ts';

/**
 * A run's checkpoints, newest first.
 * @param stepsPerEpoch of the run
 * @param options.verify reads and proves every byte; default: presence and sizes of the files
 */
export async function describeCheckpoints(
  runFolder: string,
  stepsPerEpoch: number,
  { verify = false }: { verify?: boolean } = {},
): Promise<CheckpointInfo[]> {
  const measured = readMeasures(runFolder);
  const best = bestRow(measured);
  const pinned = readRunAbout(runFolder)?.pinned ?? [];
  const found: CheckpointInfo[] = [];
  for (const place of await listCheckpoints(runFolder)) {
    const size = await sizeOf(place.folder);
    // The training has removed it meanwhile.
    if (size === null) continue;
    const name = basename(place.folder);
    const problem = verify ? await wrongWith(place.folder) : await sizeProblem(place.folder);
    const row = measured.findLast(({ step }) => step === place.step);
    found.push({
      name,
      step: place.step,
      epoch: Math.max(1, Math.ceil(place.step / stepsPerEpoch)),
      ...size,
      isNewest: problem === null && !found.some(({ isNewest }) => isNewest),
      isBest: best?.step === place.step,
      pinned: pinned.includes(name),
      problem,
      recallAt1: row?.recallAt1 ?? null,
      score: row?.score ?? null,
    });
  }
  return found;
}

/** What deleting checkpoints must leave. */
export type KeptCheckpoints = {
  /** Whether the run can still go on, so that its newest good checkpoint must stay. */
  canGoOn: boolean;
  /** Names that an evaluation or an export works with. */
  inUse: ReadonlySet<string>;
};

/**
 * Deletes checkpoints for good, each in one go; none where one of them must stay.
 * @returns what they took, bytes
 * @throws AppError CKPT_MISSING for a name that is not there; ARGUMENT_INVALID for one that must stay.
 */
export async function deleteCheckpoints(
  runFolder: string,
  names: readonly string[],
  { canGoOn, inUse }: KeptCheckpoints,
): Promise<{ deleted: string[]; freedBytes: number }> {
  const places = new Map((await listCheckpoints(runFolder)).map((place) => [basename(place.folder), place]));
  const wanted = [...new Set(names)].map((name) => places.get(name) ?? missing(runFolder, name));
  const pinned = readRunAbout(runFolder)?.pinned ?? [];
  const newest = canGoOn ? await newestCheckpoint(runFolder) : null;
  for (const { folder } of wanted) {
    const name = basename(folder);
    if (pinned.includes(name)) throw mustStay(name, 'it is pinned', 'Unpin it first');
    if (inUse.has(name)) throw mustStay(name, 'a job works with it', 'Wait for that job, or stop it first');
    if (folder === newest?.folder) {
      throw mustStay(name, 'the run goes on from it', 'Let the run finish, or leave this one out');
    }
  }
  let freedBytes = 0;
  const deleted: string[] = [];
  for (const { folder, step } of wanted) {
    freedBytes += (await sizeOf(folder))?.sizeBytes ?? 0;
    await removeFolder(folder, step);
    deleted.push(basename(folder));
  }
  return { deleted, freedBytes };
}

function missing(runFolder: string, name: string): CheckpointPlace {
  throw new AppError(
    'CKPT_MISSING',
    `${basename(runFolder)} has no checkpoint "${name}". Nothing was deleted. Look at the list again: the training removes older ones.`,
    { details: { checkpoint: name } },
  );
}

function mustStay(name: string, why: string, what: string): AppError {
  return new AppError('ARGUMENT_INVALID', `${name} stays: ${why}. Nothing was deleted. ${what}.`, {
    details: { checkpoint: name },
  });
}

/** Measurements while it trained; none where the file cannot be read, which the run itself will say. */
function readMeasures(runFolder: string): ValidationRow[] {
  try {
    return parseValidation(readFileSync(join(runFolder, LOG_NAMES.validation), 'utf8'));
  } catch {
    return [];
  }
}

async function wrongWith(folder: string): Promise<string | null> {
  try {
    await readCheckpoint(folder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function sizeOf(folder: string): Promise<{ sizeBytes: number; modifiedMs: number } | null> {
  try {
    const { mtimeMs } = await stat(folder);
    const files = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
    return { sizeBytes: files.reduce((sum, { size }) => sum + size, 0), modifiedMs: mtimeMs };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
