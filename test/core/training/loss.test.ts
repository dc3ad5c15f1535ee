import { expect, it } from 'vitest';
import type { CrossScale, LossForm, LossPairing } from '../../../core/domain/run.ts';
import { type Scalar, type Tensor, type Tensor2D, tf } from '../../../core/engine/tf.ts';
import {
  contrastiveLoss,
  type LossSettings,
  pairSimilarities,
  type ViewEmbeddings,
} from '../../../core/training/loss.ts';
import { inverseTemperature, logitScaleOf } from '../../../core/training/temperature.ts';
import { isWebgpuSoftware, onEveryEngine } from '../engine/every-engine.ts';
import { naiveLoss, naiveTerm, type Rows, randomViews, slopeAt, slopes, type Views } from './naive-loss.ts';

const FORMS: LossForm[] = ['symmetric', 'one-direction', 'nt-xent'];
const PAIRINGS: LossPairing[] = ['primary-secondary', 'all'];
const SCALES: CrossScale[] = ['sum', 'mean', 'remainder'];
const COMBINATIONS: LossSettings[] = FORMS.flatMap((lossForm) =>
  PAIRINGS.flatMap((lossPairing) =>
    SCALES.map((crossScale) => ({
      ...{ temperature: 0.2, lambdaVideo: 0.1, lambdaAudio: 0.3 },
      ...{ lossForm, lossPairing, crossScale },
    })),
  ),
);
const DEFAULT = COMBINATIONS[0]!;
const titleOf = ({ lossForm, lossPairing, crossScale }: LossSettings): string =>
  [lossForm, lossPairing, crossScale].join(', ');

function tensors(rows: Views): ViewEmbeddings {
  return {
    videoPrimary: tf.tensor2d(rows.videoPrimary),
    videoSecondary: tf.tensor2d(rows.videoSecondary),
    audioPrimary: tf.tensor2d(rows.audioPrimary),
    audioSecondary: tf.tensor2d(rows.audioSecondary),
  };
}

const numberOf = (tensor: Tensor): number => tensor.dataSync()[0]!;
const PARTS = ['total', 'cross', 'video', 'audio'] as const;

/** The loss and its parts, read in one piece. */
function lossOf(views: Views, settings: LossSettings, inverse?: number): number[] {
  const parts = tf.tidy(() => {
    const given = inverse === undefined ? [] : [tf.scalar(inverse)];
    const computed = contrastiveLoss(tensors(views), settings, ...given);
    return tf.stack(PARTS.map((part) => computed[part]));
  });
  const values = [...parts.dataSync()];
  parts.dispose();
  return values;
}

/** Gradients by the four views and the trained weight of the temperature. */
function gradientsOf(views: Views, settings: LossSettings, logitScale: number): Map<string, Float32Array> {
  const names = Object.keys(views) as (keyof Views)[];
  const inputs = [...names.map((name) => tf.tensor2d(views[name])), tf.scalar(logitScale)];
  const grads = tf.grads((...given) => {
    const embeddings = Object.fromEntries(names.map((name, i) => [name, given[i] as Tensor2D]));
    const inverse = inverseTemperature(given.at(-1) as Scalar);
    return contrastiveLoss(embeddings as ViewEmbeddings, settings, inverse).total;
  })(inputs);
  const read = [...names, 'logit_scale'].map((name, i) => [name, grads[i]!.dataSync()] as const);
  tf.dispose([...inputs, ...grads]);
  return new Map(read as [string, Float32Array][]);
}

onEveryEngine('contrastive loss', (engine) => {
  for (const batch of [2, 5]) {
    const views = randomViews(batch);
    // Each form, pairing and scale once where all of them for both batches would take minutes.
    const isSlow = engine === 'webgpu' && isWebgpuSoftware() && batch > 2;
    const combinations = isSlow ? COMBINATIONS.filter((_, i) => i % 5 === 0) : COMBINATIONS;
    const which = isSlow ? 'a few combinations' : 'every combination';

    it(`is the naive sum in ${which}, ${batch} clips`, () => {
      for (const settings of combinations) {
        const wanted = naiveLoss(views, settings);
        const set = lossOf(views, settings);
        // The temperature of the settings would give another number; the trained one is used.
        const trained = lossOf(views, { ...settings, temperature: 3 }, 1 / 0.2);
        for (const [i, part] of PARTS.entries()) {
          expect(set[i], `${titleOf(settings)}, ${part}`).toBeCloseTo(wanted[part], 4);
          expect(trained[i], `${titleOf(settings)}, ${part}, trained`).toBeCloseTo(wanted[part], 4);
        }
      }
    });

    it(`has the gradients that differences of the naive sum give in ${which}, ${batch} clips`, () => {
      for (const settings of combinations) {
        const gradients = gradientsOf(views, settings, logitScaleOf(0.2));
        const close = (name: string, wanted: number[]): void => {
          const ours = gradients.get(name)!;
          expect(ours.length).toBe(wanted.length);
          for (const [i, value] of wanted.entries()) {
            expect(ours[i], `${titleOf(settings)}, ${name} ${i}`).toBeCloseTo(value, 4);
          }
        };
        for (const name of Object.keys(views) as (keyof Views)[]) {
          close(
            name,
            slopes((rows) => naiveLoss({ ...views, [name]: rows }, settings).total, views[name]),
          );
        }
        const byScale = (scale: number) =>
          naiveLoss(views, { ...settings, temperature: Math.exp(-scale) }).total;
        close('logit_scale', [slopeAt(byScale, logitScaleOf(0.2))]);
      }
    });
  }

  it('pairs each primary with the other secondary by default and adds what lies within a modality', () => {
    const views = randomViews(5);
    const [total, crossPart] = lossOf(views, DEFAULT);
    const l = (x: Rows, y: Rows) => naiveTerm('symmetric', x, y, 0.2);
    const cross = l(views.videoSecondary, views.audioPrimary) + l(views.videoPrimary, views.audioSecondary);
    const video = l(views.videoPrimary, views.videoSecondary);
    const audio = l(views.audioPrimary, views.audioSecondary);
    expect(crossPart).toBeCloseTo(cross, 4);
    expect(total).toBeCloseTo(cross + 0.1 * video + 0.3 * audio, 4);
  });

  it('leaves out a term of weight 0', () => {
    for (const settings of COMBINATIONS) {
      const none = { ...settings, lambdaVideo: 0, lambdaAudio: 0 };
      const [total, cross, video, audio] = lossOf(randomViews(2), none);
      expect([video, audio]).toEqual([0, 0]);
      expect(total).toBe(cross);
    }
  });

  it('gives a temperature beyond the limit no gradient', () => {
    const gradients = gradientsOf(randomViews(5), DEFAULT, logitScaleOf(0.009));
    expect([...gradients.get('logit_scale')!]).toEqual([0]);
    expect(Math.hypot(...gradients.get('videoPrimary')!)).toBeGreaterThan(0.1);
  });

  it('measures similarities of matching and other pairs', () => {
    const views = randomViews(5);
    const { positive, negative } = pairSimilarities(tensors(views));
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    const sums = { positive: 0, negative: 0 };
    for (let i = 0; i < 5; i += 1) {
      for (let j = 0; j < 5; j += 1) {
        const mean =
          (dot(views.videoSecondary[i]!, views.audioPrimary[j]!) +
            dot(views.videoPrimary[i]!, views.audioSecondary[j]!)) /
          2;
        if (i === j) sums.positive += mean / 5;
        else sums.negative += mean / 20;
      }
    }
    expect(numberOf(positive)).toBeCloseTo(sums.positive, 5);
    expect(numberOf(negative)).toBeCloseTo(sums.negative, 5);
  });
});
