/** One step: four views in, one update of the weights out. */
import { readValues } from '../engine/read-values.ts';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf } from '../engine/tf.ts';
import type { TwoTowers } from '../model/two-towers.ts';
import type { AdamW } from './adamw.ts';
import {
  contrastiveLoss,
  type LossParts,
  type LossSettings,
  pairSimilarities,
  type ViewEmbeddings,
} from './loss.ts';
import type { ViewBatch } from './views.ts';

/** What a step measured, before its update. */
export type StepNumbers = {
  loss: number;
  lossCross: number;
  lossVideo: number;
  lossAudio: number;
  positiveSimilarity: number;
  negativeSimilarity: number;
  /** Global L2 norm of the gradients before clipping. */
  gradientNorm: number;
};

/** What a step depends on besides model and data. */
export type StepSettings = LossSettings & { learningRate: number; clipNorm: number };

/**
 * Runs one step. When the loss or the gradient norm is not finite, nothing is updated and `applied` is false.
 * Leaves no tensor behind but the weights and moments.
 */
export async function trainStep(
  model: TwoTowers,
  optimizer: AdamW,
  batch: ViewBatch,
  settings: StepSettings,
): Promise<{ numbers: StepNumbers; applied: boolean }> {
  const { gradients, report } = gradientsOf(model, batch, settings);
  const vectors = optimizer.flatten(gradients);
  tf.dispose([...gradients.values()]);
  const numbers = await readNumbers(report, vectors);
  const applied = Number.isFinite(numbers.loss) && Number.isFinite(numbers.gradientNorm);
  if (applied) {
    const { learningRate, clipNorm } = settings;
    const scale = clipNorm > 0 && numbers.gradientNorm > clipNorm ? clipNorm / numbers.gradientNorm : 1;
    optimizer.update(model.parameters, vectors, { learningRate, scale });
  }
  tf.dispose([...vectors, report]);
  return { numbers, applied };
}

/**
 * Loss and gradients of every weight; the caller owns the tensors.
 * @returns `report`: loss, its parts and the similarities `[6]`
 */
export function gradientsOf(
  model: TwoTowers,
  batch: ViewBatch,
  settings: LossSettings,
): { gradients: Map<string, Tensor>; report: Tensor1D } {
  const names = [...model.parameters.keys()];
  let report: Tensor1D | null = null;
  const { value, grads } = tf.valueAndGrads(() => {
    const views = embedViews(model, batch);
    const parts = contrastiveLoss(views, settings);
    report = tf.keep(reportOf(parts, views));
    return parts.total;
  })([...model.parameters.values()]);
  value.dispose();
  return { gradients: new Map(names.map((name, i) => [name, grads[i]!])), report: report! };
}

function embedViews(model: TwoTowers, batch: ViewBatch): ViewEmbeddings {
  const size = batch.clipIds.length;
  const { video, audio } = model.preset;
  const { frames, cropPx } = video;
  const pictures = tf.tensor5d(new Float32Array(batch.video), [2 * size, frames, cropPx, cropPx, 3]);
  const sounds = tf.tensor3d(batch.audio, [2 * size, audio.melBands, audio.melFrames]);
  const [videoPrimary, videoSecondary] = halves(model.encodeVideo(pictures));
  const [audioPrimary, audioSecondary] = halves(model.encodeAudio(sounds));
  return { videoPrimary, videoSecondary, audioPrimary, audioSecondary };
}

function halves(embeddings: Tensor2D): [Tensor2D, Tensor2D] {
  return tf.split(embeddings, 2, 0) as [Tensor2D, Tensor2D];
}

function reportOf(parts: LossParts, views: ViewEmbeddings): Tensor1D {
  const { positive, negative } = pairSimilarities(views);
  return tf.stack([parts.total, parts.cross, parts.video, parts.audio, positive, negative]) as Tensor1D;
}

/** One trip to the device for all numbers of a step. */
async function readNumbers(report: Tensor1D, vectors: readonly Tensor1D[]): Promise<StepNumbers> {
  const all = tf.tidy(() => {
    const squares = vectors.map((vector) => tf.sum(tf.square(vector)) as Scalar);
    // One after the other: a GPU behind WebGPU binds about ten tensors to an operation, and addN takes all at once.
    const squared = squares.reduce((sum, square) => tf.add(sum, square));
    return tf.concat1d([report, tf.reshape(tf.sqrt(squared), [1]) as Tensor1D]);
  });
  const values = await readValues(all);
  all.dispose();
  return {
    loss: values[0]!,
    lossCross: values[1]!,
    lossVideo: values[2]!,
    lossAudio: values[3]!,
    positiveSimilarity: values[4]!,
    negativeSimilarity: values[5]!,
    gradientNorm: values[6]!,
  };
}
