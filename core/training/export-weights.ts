/** A checkpoint's weights as one file for others: under our own names, or as the official PyTorch code loads them. */
import { basename, extname } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { RunConfig } from '../domain/run.ts';
import type { WeightFormat } from '../domain/run-about.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { encodeSafetensors } from '../model/safetensors.ts';
import { toOfficial } from '../model/weights/official-weights.ts';
import { checkTarget, type WrittenWeights, writeOfficial } from '../model/weights/write-official.ts';
import { type CheckpointPlace, loadWeights, namedCheckpoint, newestCheckpoint } from './checkpoint.ts';

/** Presets whose weights the official code can load. */
const OFFICIAL_PRESETS: readonly string[] = ['mvitv2-s', 'mvitv2-b'];

/** What is exported, and where to. */
export type WeightsExport = {
  runId: string;
  runFolder: string;
  config: Pick<RunConfig, 'preset'>;
  /** Name of a checkpoint; absent: the newest good one. */
  checkpoint?: string | undefined;
  path: string;
  format: WeightFormat;
  /** Whether a file that is there is replaced; default false. */
  overwrite?: boolean | undefined;
};

/** What was written; `official`: only for the official names. */
export type ExportedWeights = {
  file: string;
  step: number;
  sizeBytes: number;
  tensorCount: number;
  official: WrittenWeights | null;
};

/**
 * Looks at an export before any work is done for it.
 * @throws AppError ARGUMENT_INVALID for an ending that is not of the format, or a file that is there; CKPT_ARCHITECTURE
 *   for official names of a preset that the official code does not have.
 */
export async function checkExport({ runId, config, path, format, overwrite }: WeightsExport): Promise<void> {
  if (format === 'official' && !OFFICIAL_PRESETS.includes(config.preset)) {
    throw new AppError(
      'CKPT_ARCHITECTURE',
      `${runId} is of the preset "${config.preset}", which the official code does not have. Nothing was written. Export it under its own names (safetensors).`,
    );
  }
  const name = basename(path);
  if (format === 'safetensors' && extname(name).toLowerCase() !== '.safetensors') {
    throw new AppError(
      'ARGUMENT_INVALID',
      `${name} does not end in .safetensors, which is the only form for our own names. Nothing was written. Name the file by its form.`,
    );
  }
  await checkTarget(path, { replace: overwrite ?? false });
}

/** Writes the file whole or not at all. @throws as `checkExport`; CKPT_MISSING; as reading a checkpoint does. */
export async function exportWeights(wishes: WeightsExport): Promise<ExportedWeights> {
  const { runId, path, format, overwrite } = wishes;
  await checkExport(wishes);
  const place = await placeOf(wishes);
  const values = await loadWeights(place.folder);
  if (format === 'official') {
    const official = await writeOfficial(path, toOfficial(values, runId), { replace: overwrite ?? false });
    const { file, sizeBytes, tensorCount } = official;
    return { file, step: place.step, sizeBytes, tensorCount, official };
  }
  const bytes = encodeSafetensors(values, { format: 'pt' });
  await atomicWrite(path, bytes);
  return {
    file: path,
    step: place.step,
    sizeBytes: bytes.length,
    tensorCount: values.size,
    official: null,
  };
}

async function placeOf({ runId, runFolder, checkpoint }: WeightsExport): Promise<CheckpointPlace> {
  if (checkpoint !== undefined) return namedCheckpoint(runFolder, checkpoint);
  const place = await newestCheckpoint(runFolder);
  if (place !== null) return place;
  throw new AppError(
    'CKPT_MISSING',
    `${runId} has no checkpoint yet. Nothing was written. Train it further.`,
  );
}
