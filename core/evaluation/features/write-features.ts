/** The files that the official inference leaves behind (paper-facts 7), and the same numbers for NumPy. */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { atomicWrite } from '../../files/atomic-write.ts';
import { encodeNpy } from '../../files/npy.ts';
import { encodeTorchTensor } from '../../model/weights/torch-writer.ts';
import { type Features, rowsPerClip } from './features-of-files.ts';

/** Forms of the numbers; `pt` is the official one. */
export const FEATURE_FORMATS = ['pt', 'npy'] as const;
/** One of the forms. */
export type FeatureFormat = (typeof FEATURE_FORMATS)[number];

/** One modality as it was written. */
export type WrittenFeatures = {
  modality: string;
  files: number;
  clips: number;
  shape: number[];
  paths: string[];
};

/**
 * Whether the folder may be written to.
 * @throws AppError ARGUMENT_INVALID where something lies in it, unless `overwrite`.
 */
export async function checkFeatureFolder(folder: string, overwrite: boolean): Promise<void> {
  if (overwrite || !existsSync(folder) || (await readdir(folder)).length === 0) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${folder} is not empty. Nothing was written. Give another folder, or --overwrite.`,
  );
}

/**
 * Writes `FOLDER/video/{metadata.json, video.pt}` and the same for audio; a modality without a file has no folder.
 * Rows are in the order of the files, and of the clips in them. metadata.json comes last: where it is, the rest is.
 * @throws what the file system throws; AppError CKPT_TOO_LARGE from 4 GiB on.
 */
export async function writeFeatures(
  folder: string,
  features: Features,
  formats: readonly FeatureFormat[] = ['pt'],
): Promise<WrittenFeatures | null> {
  const { modality, files, width } = features;
  if (files.length === 0) return null;
  const clips = files.reduce((sum, { ranges }) => sum + ranges.length, 0);
  const shape = modality === 'video' ? [clips, rowsPerClip(modality), width] : [clips, width];
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let at = 0;
  for (const file of files) {
    data.set(file.data, at);
    at += file.data.length;
  }
  const own = join(folder, modality);
  await mkdir(own, { recursive: true });
  const paths: string[] = [];
  for (const format of formats) {
    const path = join(own, `${modality}.${format}`);
    await atomicWrite(path, format === 'pt' ? encodeTorchTensor({ shape, data }) : encodeNpy(data, shape));
    paths.push(path);
  }
  const metadata = join(own, 'metadata.json');
  await atomicWrite(metadata, metadataText(features));
  return { modality, files: files.length, clips, shape, paths: [...paths, metadata] };
}

/** As Python's `json.dump(..., indent=4)` lays it out. */
function metadataText({ files }: Features): string {
  return JSON.stringify(
    {
      range: files.map(({ ranges }) => ranges),
      filepath: files.map(({ path }) => path),
      sample_rate: files.map(({ rate }) => rate),
    },
    null,
    4,
  );
}
