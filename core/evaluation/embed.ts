/**
 * Runs every clip of a data set through the model, in every language it has: the middle of the picture, no
 * augmentation, each dub with its offset taken out. Same weights, engine, windows and batch size: same numbers.
 */
import type { Dataset, DatasetAudio, DatasetClip } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import { readValues } from '../engine/read-values.ts';
import { type Tensor2D, tf } from '../engine/tf.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { audioInput, videoInput } from '../model/model-input.ts';
import type { TwoTowers } from '../model/two-towers.ts';
import type { WindowReader } from '../training/window-reader.ts';
import { breathe } from './breathe.ts';
import { type Embeddings, type LanguageEmbeddings, languagesOf } from './embeddings.ts';

/** The part of a model that measuring needs; embeddings of length one. */
export type EmbeddingModel = Pick<TwoTowers, 'preset' | 'encodeVideo' | 'encodeAudio'>;

/** What is embedded, with what, from where. */
export type EmbedInput = {
  dataset: Dataset;
  model: EmbeddingModel;
  windows: WindowReader;
  /** Windows in one pass of a tower; default 16 (our choice). Sums may round differently with another size. */
  batchSize?: number;
};

const BATCH_SIZE = 16;

/**
 * Embeddings of all clips and languages. A clip with several sounds in one language counts with the first: the
 * original before dubs, dubs in their order.
 * @throws AppError CKPT_NAN when the weights give something that is no number; the signal's reason when stopped;
 * what `windows` throws.
 */
export async function embedDataset(input: EmbedInput, options: WorkOptions = {}): Promise<Embeddings> {
  const { dataset, model, windows } = input;
  const { clips } = dataset;
  const { video: videoPreset, audio: audioPreset, head } = model.preset;
  const { languages } = languagesOf(clips);
  const sounds = languages.map((language) => ({ language, sounds: soundsIn(clips, language) }));
  const total = clips.length + sounds.reduce((sum, entry) => sum + entry.sounds.length, 0);
  const batches: BatchWork = {
    ...options,
    batchSize: input.batchSize ?? BATCH_SIZE,
    dim: head.embedding,
    total,
    done: 0,
  };
  const reading = { signal: options.signal };
  const video = await embedInBatches(
    clips,
    (clip) => windows.readVideo(clip, videoPreset, reading),
    (decoded) => model.encodeVideo(videoInput(decoded, videoPreset)),
    batches,
  );
  const audio = new Map<string, LanguageEmbeddings>();
  for (const { language, sounds: list } of sounds) {
    const data = await embedInBatches(
      list,
      ({ clip, audio: sound }) => windows.readLogMel(clip, sound, reading),
      (logMels) => model.encodeAudio(audioInput(logMels, audioPreset)),
      batches,
    );
    audio.set(language, { clipIndexes: list.map((sound) => sound.clipIndex), data });
  }
  return { clips, dim: head.embedding, languages, video, audio };
}

/** One sound to embed, and whose it is. */
type Sound = { clipIndex: number; clip: DatasetClip; audio: DatasetAudio };

/** What all batches of one data set share; `done` counts windows over both towers. */
type BatchWork = WorkOptions & { batchSize: number; dim: number; total: number; done: number };

function soundsIn(clips: readonly DatasetClip[], language: string): Sound[] {
  return clips.flatMap((clip, clipIndex): Sound[] => {
    const audio = [clip.original, ...clip.dubs].find((candidate) => candidate.language === language);
    return audio === undefined ? [] : [{ clipIndex, clip, audio }];
  });
}

/** Reads and encodes `items` batch by batch, always in the same grouping // [items.length, dim] */
async function embedInBatches<Item, Window>(
  items: readonly Item[],
  read: (item: Item) => Promise<Window>,
  encode: (windows: Window[]) => Tensor2D,
  work: BatchWork,
): Promise<Float32Array> {
  const { batchSize, dim, total, signal, onProgress = noProgress } = work;
  const data = new Float32Array(items.length * dim);
  for (let start = 0; start < items.length; start += batchSize) {
    await breathe(signal);
    const windows = await Promise.all(items.slice(start, start + batchSize).map(read));
    signal?.throwIfAborted();
    const embeddings = tf.tidy(() => encode(windows));
    try {
      data.set(requireNumbers(await readValues(embeddings)), start * dim);
    } finally {
      embeddings.dispose();
    }
    work.done += windows.length;
    onProgress({ step: 'Embed', done: work.done, total, unit: 'windows' });
  }
  return data;
}

function requireNumbers(values: Float32Array): Float32Array {
  if (values.every(Number.isFinite)) return values;
  throw new AppError(
    'CKPT_NAN',
    'The model gives embeddings that are no numbers, so its weights are damaged or its training came apart. Nothing was measured. Evaluate an earlier checkpoint, or train again with a lower learning rate.',
  );
}
