/** `MANIFEST.json` of a checkpoint: what belongs to it, to the byte. A folder without one is no checkpoint. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';

/** Name of the manifest; written last. */
export const MANIFEST_NAME = 'MANIFEST.json';

/** Goes up when the layout of checkpoints changes. */
const FORMAT_VERSION = 1;
const LARGEST_MANIFEST_BYTES = 1_000_000;

/** One file of a checkpoint. */
export type ManifestFile = { name: string; sizeBytes: number; sha256: string };

/** The manifest. */
export type Manifest = { formatVersion: typeof FORMAT_VERSION; step: number; files: ManifestFile[] };

/** Files a checkpoint can have, in the order in which they are written. */
export const CHECKPOINT_FILES = [
  'weights.safetensors',
  'average.safetensors',
  'optimizer.safetensors',
  'state.json',
] as const;

/** Only in checkpoints of runs that keep an average of their weights. */
const OPTIONAL: CheckpointFile = 'average.safetensors';

/** One of a checkpoint's files. */
export type CheckpointFile = (typeof CHECKPOINT_FILES)[number];

/** The manifest's text for files with these bytes. */
export function manifestText(step: number, files: ReadonlyMap<CheckpointFile, Uint8Array>): string {
  const rows = [...files].map(([name, bytes]) => ({ name, sizeBytes: bytes.length, sha256: sha256(bytes) }));
  return `${JSON.stringify({ formatVersion: FORMAT_VERSION, step, files: rows } satisfies Manifest, null, 2)}\n`;
}

/**
 * Reads files of a checkpoint and proves each against the manifest.
 * @param names which files; all that it has by default
 * @throws AppError CKPT_INCOMPLETE without a manifest or a file; CKPT_DAMAGED where a byte differs.
 */
export async function readProven(
  folder: string,
  names: readonly CheckpointFile[] = CHECKPOINT_FILES,
): Promise<Map<CheckpointFile, Uint8Array>> {
  const manifest = parseManifest(await readPart(folder, MANIFEST_NAME), folder);
  const proven = new Map<CheckpointFile, Uint8Array>();
  for (const name of names) {
    const row = manifest.files.find((file) => file.name === name);
    if (row === undefined && name === OPTIONAL) continue;
    if (row === undefined) throw damaged(folder, `its manifest does not list ${name}`);
    const bytes = await readPart(folder, name);
    if (bytes.length !== row.sizeBytes) {
      throw damaged(folder, `${name} has ${bytes.length} bytes, not ${row.sizeBytes}`);
    }
    const found = sha256(bytes);
    if (found !== row.sha256) throw damaged(folder, `${name} has changed (SHA-256 ${found.slice(0, 12)})`);
    proven.set(name, bytes);
  }
  return proven;
}

/** What is wrong with a checkpoint by its manifest and the sizes of its files, one sentence; null where nothing is. */
export async function sizeProblem(folder: string): Promise<string | null> {
  try {
    const manifest = parseManifest(await readPart(folder, MANIFEST_NAME), folder);
    for (const { name, sizeBytes } of manifest.files) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found === null) return `It has no ${name}.`;
      if (found.size !== sizeBytes) return `${name} has ${found.size} bytes, not ${sizeBytes}.`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The error of a checkpoint that must not be loaded. */
export function damaged(folder: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'CKPT_DAMAGED',
    `The checkpoint ${folder} is damaged: ${reason}. It was not loaded. Use the one before it.`,
    { cause, details: { checkpoint: folder, reason } },
  );
}

/** SHA-256 of bytes, hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readPart(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    throw new AppError(
      'CKPT_INCOMPLETE',
      `The checkpoint ${folder} has no ${name}: it was never finished, or a part was removed. It was not loaded. Use the one before it.`,
      { cause, details: { checkpoint: folder, missing: name } },
    );
  }
}

function parseManifest(bytes: Uint8Array, folder: string): Manifest {
  if (bytes.length > LARGEST_MANIFEST_BYTES) throw damaged(folder, 'its manifest is too large');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(folder, 'its manifest is not JSON', cause);
  }
  if (!isManifest(value)) throw damaged(folder, `its manifest is not of format version ${FORMAT_VERSION}`);
  return value;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null || !('files' in value) || !('formatVersion' in value)) {
    return false;
  }
  const { formatVersion, files } = value;
  return (
    formatVersion === FORMAT_VERSION &&
    Array.isArray(files) &&
    files.every(
      (row: unknown) =>
        typeof row === 'object' &&
        row !== null &&
        'name' in row &&
        typeof row.name === 'string' &&
        'sizeBytes' in row &&
        Number.isSafeInteger(row.sizeBytes) &&
        'sha256' in row &&
        typeof row.sha256 === 'string',
    )
  );
}
