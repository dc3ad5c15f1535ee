/** Writes official weights to a file whose format its name says. */
import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { atomicWrite } from '../../files/atomic-write.ts';
import type { OfficialVariant } from './official-layout.ts';
import {
  encodeOfficial,
  fromOfficial,
  type OfficialWeights,
  type WritableFormat,
} from './official-weights.ts';
import { openWeightsFile } from './weights-file.ts';

/** What was written. */
export type WrittenWeights = OfficialVariant & {
  file: string;
  format: WritableFormat;
  sizeBytes: number;
  tensorCount: number;
  /** Names of the source that were left out. */
  discarded: string[];
};

/** How a target is treated. */
export type WriteOptions = {
  /** Whether a file that is there already is replaced; default false. */
  replace?: boolean;
};

const FORMATS: Record<string, WritableFormat> = {
  '.pt': 'torch',
  '.pth': 'torch',
  '.safetensors': 'safetensors',
};

/**
 * Checks a target before any work is done for it.
 * @returns the format that its name asks for
 * @throws AppError ARGUMENT_INVALID for another ending or a file that is there; PATH_NOT_FOUND without its folder.
 */
export async function checkTarget(
  path: string,
  { replace = false }: WriteOptions = {},
): Promise<WritableFormat> {
  const name = basename(path);
  const format = Object.hasOwn(FORMATS, extname(name).toLowerCase())
    ? FORMATS[extname(name).toLowerCase()]
    : undefined;
  if (format === undefined) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `${name} ends with neither .pt nor .safetensors, so its format is not known. Nothing was written. Name the file by its format.`,
    );
  }
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory()) {
    throw new AppError(
      'PATH_NOT_FOUND',
      `The folder of ${name} is not there. Nothing was written. Make it first.`,
    );
  }
  const target = await stat(path).catch(() => null);
  if (target !== null && !(replace && target.isFile())) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `${name} is there already. It was left as it is. Choose another name${target.isFile() ? ', or --force to replace it' : ''}.`,
    );
  }
  return format;
}

/** Writes weights whole or not at all. @throws as `checkTarget`; what the file system throws. */
export async function writeOfficial(
  path: string,
  official: OfficialWeights,
  options: WriteOptions = {},
): Promise<WrittenWeights> {
  const format = await checkTarget(path, options);
  const bytes = encodeOfficial(official, format);
  await atomicWrite(path, bytes);
  const { size, overlap, towers, tensors, discarded } = official;
  return {
    file: path,
    format,
    size,
    overlap,
    towers,
    sizeBytes: bytes.length,
    tensorCount: tensors.size,
    discarded,
  };
}

/** Reads official weights from one file and writes them to another. @throws as reading and writing do. */
export async function convertWeights(
  from: string,
  to: string,
  options: WriteOptions = {},
): Promise<WrittenWeights> {
  await checkTarget(to, options);
  const file = await openWeightsFile(from);
  try {
    return await writeOfficial(to, await fromOfficial(file), options);
  } finally {
    await file.close();
  }
}
