/** Features of files: what the towers make of them before any projection, as the official inference gives them. */
import { AppError } from '../../domain/errors.ts';
import { readValues } from '../../engine/read-values.ts';
import { tf } from '../../engine/tf.ts';
import { noProgress, type WorkOptions } from '../../jobs/progress.ts';
import { audioInput } from '../../model/model-input.ts';
import type { TwoTowers } from '../../model/two-towers.ts';
import type { MediaTools } from '../../process/media-tools.ts';
import { breathe } from '../breathe.ts';
import type { ClipRange } from './clip-ranges.ts';
import type { Modality } from './find-files.ts';
import { CROPS } from './five-crops.ts';
import { readClips } from './read-clips.ts';

/** The part of a model that features need. */
export type FeatureModel = Pick<TwoTowers, 'preset' | 'videoFeatures' | 'audioFeatures'>;

/** One file's features. */
export type FileFeatures = {
  path: string;
  ranges: ClipRange[];
  /** Frames or samples a second, of the file. */
  rate: number;
  /** Video: [clips, 5, width]; audio: [clips, width] */
  data: Float32Array;
};

/** A file that could not be read, with the sentence that says why. */
export type RefusedFile = { path: string; code: string; message: string };

/** What files gave. */
export type Features = { modality: Modality; width: number; files: FileFeatures[]; refused: RefusedFile[] };

/** Inputs in one pass of a tower: a clip's five crops, or sounds of several clips (our choice). */
const SOUNDS_AT_ONCE = 16;

/**
 * Runs every file through its tower. What cannot be read is said and left out; the rest goes on.
 * @throws AppError CKPT_NAN when the weights give no numbers; the signal's reason when stopped.
 */
export async function featuresOfFiles(
  input: { paths: readonly string[]; modality: Modality; model: FeatureModel; tools: MediaTools },
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<Features> {
  const { paths, modality, model, tools } = input;
  const features: Features = { modality, width: model.preset[modality].tower.width, files: [], refused: [] };
  for (const [done, path] of paths.entries()) {
    await breathe(signal);
    onProgress({ step: `Embed ${modality}`, done, total: paths.length, unit: 'files' });
    try {
      const clips = await readClips(path, modality, model.preset, tools, signal);
      const parts: Float32Array[] = [];
      const indexes = clips.ranges.map((_, i) => i);
      const atOnce = modality === 'video' ? 1 : SOUNDS_AT_ONCE;
      for (let from = 0; from < indexes.length; from += atOnce) {
        await breathe(signal);
        const inputs = indexes.slice(from, from + atOnce).flatMap((i) => clips.inputs(i));
        parts.push(await passThrough(inputs, modality, model));
      }
      features.files.push({ path, ranges: clips.ranges, rate: clips.rate, data: joined(parts) });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'CKPT_NAN' || error.code === 'CANCELLED')
        throw error;
      signal?.throwIfAborted();
      features.refused.push({ path, code: error.code, message: error.message });
    }
  }
  onProgress({ step: `Embed ${modality}`, done: paths.length, total: paths.length, unit: 'files' });
  return features;
}

/** Mean over a file's clips and crops: one vector a file (paper-facts 5.1: pooling is not stated there) // [width] */
export function pooledFeatures({ data }: FileFeatures, width: number): Float32Array {
  const rows = data.length / width;
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row += 1)
    for (let d = 0; d < width; d += 1) sums[d]! += data[row * width + d]!;
  return Float32Array.from(sums, (sum) => sum / rows);
}

/** How many rows a clip has. */
export function rowsPerClip(modality: Modality): number {
  return modality === 'video' ? CROPS : 1;
}

async function passThrough(
  inputs: Float32Array[],
  modality: Modality,
  model: FeatureModel,
): Promise<Float32Array> {
  const { frames, cropPx } = model.preset.video;
  const found = tf.tidy(() => {
    if (modality === 'audio') return model.audioFeatures(audioInput(inputs, model.preset.audio));
    const video = inputs.map((one) => tf.tensor5d(one, [1, frames, cropPx, cropPx, 3]));
    return model.videoFeatures(tf.concat(video, 0));
  });
  try {
    const values = await readValues(found);
    if (values.every(Number.isFinite)) return values.slice();
  } finally {
    found.dispose();
  }
  throw new AppError(
    'CKPT_NAN',
    'The model gives features that are no numbers, so its weights are damaged or its training came apart. Nothing was written. Choose other weights.',
  );
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
