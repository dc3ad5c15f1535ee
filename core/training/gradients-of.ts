/**
 * Loss and gradients of a batch: in one pass, or chunk by chunk in the memory of one chunk (GradCache, Gao et al. 2021,
 * paper-facts 1.4), with the same result but for rounding.
 */
import { valueAndGradients } from '../engine/gradients.ts';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf } from '../engine/tf.ts';
import { LOGIT_SCALE, type TwoTowers } from '../model/two-towers.ts';
import { encodeRows, MODALITIES, type Modality, namesOf, type TowerPasses } from './batch-rows.ts';
import { contrastiveLoss, type LossSettings, pairSimilarities, type ViewEmbeddings } from './loss.ts';
import { inverseTemperature } from './temperature.ts';
import type { ViewBatch } from './views.ts';

/** Gradients of every weight; loss, its parts, the similarities and the temperature `[7]`. All belong to the caller. */
export type BatchGradients = { gradients: Map<string, Tensor>; report: Tensor1D };

/** How a batch is passed through the model. */
export type GradientSettings = {
  loss: LossSettings;
  passes: TowerPasses;
  /** Clips whose activations are held at once; 0: all. */
  chunkSize: number;
};

/** Loss and gradients of a batch. */
export function gradientsOf(model: TwoTowers, batch: ViewBatch, settings: GradientSettings): BatchGradients {
  const clips = batch.clipIds.length;
  const { chunkSize } = settings;
  if (chunkSize === 0 || chunkSize >= clips) return inOnePass(model, batch, settings);
  return inChunks(model, batch, settings);
}

type Embeddings = Record<Modality, Tensor2D>;

function inOnePass(model: TwoTowers, batch: ViewBatch, { loss, passes }: GradientSettings): BatchGradients {
  const names = [...model.parameters.keys()];
  const rows = { from: 0, to: 2 * batch.clipIds.length };
  let report: Tensor1D | null = null;
  const { value, gradients } = valueAndGradients(
    () => {
      const embeddings: Embeddings = {
        video: encodeRows(model, 'video', batch, passes.video, rows),
        audio: encodeRows(model, 'audio', batch, passes.audio, rows),
      };
      const result = lossOf(model, embeddings, loss);
      report = tf.keep(result.report);
      return result.total;
    },
    names.map((name) => model.parameters.get(name)!),
  );
  value.dispose();
  return { gradients: new Map(names.map((name, i) => [name, gradients[i]!])), report: report! };
}

/**
 * First every chunk forward without a tape; then the loss and its gradient by the embeddings; then every chunk again,
 * with the same drop path and statistics, and its embeddings' gradient backward.
 */
function inChunks(model: TwoTowers, batch: ViewBatch, settings: GradientSettings): BatchGradients {
  const { loss, passes } = settings;
  const chunks = rowChunks(2 * batch.clipIds.length, 2 * settings.chunkSize);
  const embed = (modality: Modality): Tensor2D => {
    const parts = chunks.map((rows) => encodeRows(model, modality, batch, passes[modality], rows));
    const all = tf.concat(parts, 0);
    tf.dispose(parts);
    return all;
  };
  const embeddings: Embeddings = { video: embed('video'), audio: embed('audio') };
  const shared = [...model.parameters.keys()].filter(
    (name) => !MODALITIES.some((modality) => namesOf(model, modality).includes(name)),
  );
  let report: Tensor1D | null = null;
  const { value, gradients: outer } = valueAndGradients(() => {
    const result = lossOf(model, embeddings, loss);
    report = tf.keep(result.report);
    return result.total;
  }, [embeddings.video, embeddings.audio, ...shared.map((name) => model.parameters.get(name)!)]);
  const [dVideo, dAudio, ...dShared] = outer as [Tensor2D, Tensor2D, ...Tensor[]];
  tf.dispose([value, embeddings.video, embeddings.audio]);
  const gradients = new Map<string, Tensor>(shared.map((name, i) => [name, dShared[i]!]));
  const byEmbedding: Embeddings = { video: dVideo, audio: dAudio };
  for (const modality of MODALITIES) {
    for (const rows of chunks) {
      addChunk(model, modality, batch, passes, rows, byEmbedding[modality], gradients);
    }
  }
  tf.dispose([dVideo, dAudio]);
  // In the order of the weights, whatever the order in which they were reached.
  const ordered = new Map([...model.parameters.keys()].map((name) => [name, gradients.get(name)!]));
  return { gradients: ordered, report: report! };
}

type Rows = { from: number; to: number };

function rowChunks(rows: number, size: number): Rows[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, rows),
  }));
}

/** Adds one chunk's share to `gradients`. */
function addChunk(
  model: TwoTowers,
  modality: Modality,
  batch: ViewBatch,
  passes: TowerPasses,
  rows: Rows,
  byEmbedding: Tensor2D,
  gradients: Map<string, Tensor>,
): void {
  const names = namesOf(model, modality);
  const dy = tf.slice(byEmbedding, [rows.from, 0], [rows.to - rows.from, -1]);
  const { value, gradients: parts } = valueAndGradients(
    () => encodeRows(model, modality, batch, passes[modality], rows),
    names.map((name) => model.parameters.get(name)!),
    dy,
  );
  tf.dispose([value, dy]);
  for (const [i, name] of names.entries()) {
    const before = gradients.get(name);
    gradients.set(name, before === undefined ? parts[i]! : tf.add(before, parts[i]!));
    if (before !== undefined) tf.dispose([before, parts[i]!]);
  }
}

function lossOf(
  { parameters }: TwoTowers,
  { video, audio }: Embeddings,
  settings: LossSettings,
): { total: Tensor; report: Tensor1D } {
  const [videoPrimary, videoSecondary] = tf.split(video, 2, 0) as [Tensor2D, Tensor2D];
  const [audioPrimary, audioSecondary] = tf.split(audio, 2, 0) as [Tensor2D, Tensor2D];
  const views: ViewEmbeddings = { videoPrimary, videoSecondary, audioPrimary, audioSecondary };
  const logitScale = parameters.get(LOGIT_SCALE) as Scalar | undefined;
  const sharpness = logitScale === undefined ? undefined : inverseTemperature(logitScale);
  const { total, cross, video: within, audio: heard } = contrastiveLoss(views, settings, sharpness);
  const { positive, negative } = pairSimilarities(views);
  const temperature = sharpness === undefined ? tf.scalar(settings.temperature) : tf.reciprocal(sharpness);
  const report = tf.stack([total, cross, within, heard, positive, negative, temperature]) as Tensor1D;
  return { total, report };
}
