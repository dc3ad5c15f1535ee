/** One step: four views in, one update of the weights out. */
import type { RunConfig } from '../domain/run.ts';
import { readValues } from '../engine/read-values.ts';
import { type Scalar, type Tensor1D, tf } from '../engine/tf.ts';
import type { DropPathFactors, InputStatistics } from '../model/tower-pass.ts';
import { LOGIT_SCALE, type TwoTowers } from '../model/two-towers.ts';
import type { AdamW } from './adamw.ts';
import { MODALITIES, type Modality, type TowerPasses } from './batch-rows.ts';
import { gradientsOf } from './gradients-of.ts';
import { inputStatistics, moveRunningStatistics } from './input-statistics.ts';
import type { LossSettings } from './loss.ts';
import { MAX_INVERSE_TEMPERATURE } from './temperature.ts';
import type { ViewBatch } from './views.ts';

/** What a step measured, before its update. */
export type StepNumbers = {
  loss: number;
  lossCross: number;
  lossVideo: number;
  lossAudio: number;
  positiveSimilarity: number;
  negativeSimilarity: number;
  /** Temperature of the loss; changes only where it is trained. */
  temperature: number;
  /** Global L2 norm of the gradients before clipping. */
  gradientNorm: number;
};

/** What a step depends on besides model and data. */
export type StepSettings = LossSettings & {
  learningRate: number;
  clipNorm: number;
  /** Drop path of each tower, drawn for this batch; default none. */
  dropPath?: Partial<Record<Modality, DropPathFactors>>;
} & Partial<Pick<RunConfig, 'chunkSize' | 'recompute' | 'inputNorm'>>;

/**
 * Runs one step. When the loss or the gradient norm is not finite, nothing is updated and `applied` is false.
 * Leaves no tensor behind but the weights, statistics and moments.
 */
export async function trainStep(
  model: TwoTowers,
  optimizer: AdamW,
  batch: ViewBatch,
  settings: StepSettings,
): Promise<{ numbers: StepNumbers; applied: boolean }> {
  const statistics = settings.inputNorm === 'running' ? {} : batchStatistics(model, batch);
  const { gradients, report } = gradientsOf(model, batch, {
    loss: settings,
    passes: passesOf(settings, statistics),
    chunkSize: settings.chunkSize ?? 0,
  });
  const vectors = optimizer.flatten(gradients);
  tf.dispose([...gradients.values()]);
  const numbers = await readNumbers(report, vectors);
  const applied = Number.isFinite(numbers.loss) && Number.isFinite(numbers.gradientNorm);
  if (applied) {
    const { learningRate, clipNorm } = settings;
    const scale = clipNorm > 0 && numbers.gradientNorm > clipNorm ? clipNorm / numbers.gradientNorm : 1;
    optimizer.update(model.parameters, vectors, { learningRate, scale });
    holdTemperature(model);
    for (const modality of MODALITIES) {
      const found = statistics[modality];
      if (found === undefined) continue;
      moveRunningStatistics(model.buffers, `net.${modality}.patch_embed.norm`, found);
    }
  }
  tf.dispose([...vectors, report]);
  return { numbers, applied };
}

/** Beyond the sharpest temperature the loss has no gradient to come back by. */
function holdTemperature({ parameters }: TwoTowers): void {
  const old = parameters.get(LOGIT_SCALE);
  if (old === undefined) return;
  parameters.set(LOGIT_SCALE, tf.minimum(old, Math.log(MAX_INVERSE_TEMPERATURE)));
  old.dispose();
}

type Statistics = Partial<Record<Modality, InputStatistics>>;

/** The largest value of a pixel: the towers see 0..1. */
const PIXEL_MAX = 255;

/** Statistics of the towers that have an input norm. */
function batchStatistics({ preset }: TwoTowers, batch: ViewBatch): Statistics {
  const statistics: Statistics = {};
  if (preset.video.tower.kind === 'mvit') statistics.video = inputStatistics(batch.video, 3, 1 / PIXEL_MAX);
  if (preset.audio.tower.kind === 'mvit') statistics.audio = inputStatistics(batch.audio, 1, 1);
  return statistics;
}

function passesOf({ dropPath, recompute }: StepSettings, statistics: Statistics): TowerPasses {
  const pass = (modality: Modality) => ({
    statistics: statistics[modality],
    dropPath: dropPath?.[modality],
    recompute,
  });
  return { video: pass('video'), audio: pass('audio') };
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
    temperature: values[6]!,
    gradientNorm: values[7]!,
  };
}
