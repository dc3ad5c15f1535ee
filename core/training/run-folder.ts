/**
 * `config.json`, `dataset.json` and, for runs that are measured while they train, `validation.json`: written once, never
 * changed; a run keeps its own copy of all.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import type { RunConfig } from '../domain/run.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { canonicalJson } from './run-progress.ts';

/** Names in the run folder. */
export const RUN_FILES = {
  config: 'config.json',
  dataset: 'dataset.json',
  validation: 'validation.json',
} as const;

/**
 * Makes the folder a run's, or makes sure that it is this run's.
 * @throws AppError RUN_DIFFERS when it belongs to a run with other settings or clips.
 */
export async function claimRunFolder(
  runFolder: string,
  { config, dataset, validation }: { config: RunConfig; dataset: Dataset; validation?: Dataset | null },
): Promise<void> {
  await mkdir(runFolder, { recursive: true });
  await writeOrCompare(join(runFolder, RUN_FILES.config), config, `${JSON.stringify(config, null, 2)}\n`);
  await writeOrCompare(join(runFolder, RUN_FILES.dataset), dataset, `${JSON.stringify(dataset)}\n`);
  if (validation === undefined || validation === null) return;
  await writeOrCompare(join(runFolder, RUN_FILES.validation), validation, `${JSON.stringify(validation)}\n`);
}

async function writeOrCompare(path: string, value: unknown, text: string): Promise<void> {
  const found = await readIfThere(path);
  if (found === null) return atomicWrite(path, text);
  const isSame = canonicalJson(parse(found)) === canonicalJson(JSON.parse(text));
  if (isSame) return;
  throw new AppError(
    'RUN_DIFFERS',
    `${path} is not what this run was asked to train on${differences(parse(found), value)}. Nothing was changed. Start a new run, or go on with this one as it was.`,
    { details: { file: path } },
  );
}

function differences(saved: unknown, asked: unknown): string {
  if (typeof saved !== 'object' || typeof asked !== 'object' || saved === null || asked === null) return '';
  const old = saved as Record<string, unknown>;
  const changed = Object.entries(asked).filter(
    ([name, value]) => canonicalJson(old[name] ?? null) !== canonicalJson(value ?? null),
  );
  const scalars = changed.filter(([, value]) => typeof value !== 'object');
  if (scalars.length === 0) return '';
  return ` (${scalars.map(([name, value]) => `${name}: ${JSON.stringify(old[name])}, now ${JSON.stringify(value)}`).join('; ')})`;
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
