/**
 * The contrastive loss of the four views (paper-facts 1.4). Losses of runs with different batch sizes or temperatures
 * cannot be compared: chance is log(batch), of NT-Xent log(2 batch - 1).
 */
import type { LossPairing, RunConfig } from '../domain/run.ts';
import { type Scalar, type Tensor2D, tf } from '../engine/tf.ts';
import { LOSS_TERMS, meanOfDiagonal, type ToLogits } from './loss-terms.ts';

/** Embeddings of length one of the four views of a batch, each `[batch, embedding]`. */
export type ViewEmbeddings = {
  videoPrimary: Tensor2D;
  videoSecondary: Tensor2D;
  audioPrimary: Tensor2D;
  audioSecondary: Tensor2D;
};

/** What the loss depends on besides the embeddings. */
export type LossSettings = Pick<
  RunConfig,
  'temperature' | 'lambdaVideo' | 'lambdaAudio' | 'lossForm' | 'lossPairing' | 'crossScale'
>;

/**
 * The loss and its parts. Parts are not weighted: `cross` is the sum of its terms, or their mean also where that has
 * the weight 1 - lambdaVideo - lambdaAudio; `video` and `audio` are 0 where their weight is 0 (not computed).
 */
export type LossParts = { total: Scalar; cross: Scalar; video: Scalar; audio: Scalar };

/**
 * `l(v_s, a_p) + l(v_p, a_s) + lambdaVideo l(v_p, v_s) + lambdaAudio l(a_p, a_s)` (paper-facts 1.4: the pairing is the
 * paper's figure, the form our reading of it), with what `settings` chooses in place of l, of the pairs and of the
 * first two terms' weight.
 * @param inverseTemperature a trained one (core/training/temperature.ts), used in place of `settings.temperature`
 */
export function contrastiveLoss(
  views: ViewEmbeddings,
  settings: LossSettings,
  inverseTemperature?: Scalar,
): LossParts {
  const { videoPrimary, videoSecondary, audioPrimary, audioSecondary } = views;
  const { temperature, lambdaVideo, lambdaAudio, lossForm, lossPairing, crossScale } = settings;
  const toLogits: ToLogits = (similarities) =>
    inverseTemperature === undefined
      ? tf.div(similarities, temperature)
      : tf.mul(similarities, inverseTemperature);
  const term = (x: Tensor2D, y: Tensor2D): Scalar => LOSS_TERMS[lossForm](x, y, toLogits);
  const terms = crossPairs(views, lossPairing).map(([video, audio]) => term(video, audio));
  const sum = terms.reduce((total, next) => tf.add(total, next));
  const cross: Scalar = crossScale === 'sum' ? sum : tf.div(sum, terms.length);
  const none = tf.scalar(0);
  const video = lambdaVideo > 0 ? term(videoPrimary, videoSecondary) : none;
  const audio = lambdaAudio > 0 ? term(audioPrimary, audioSecondary) : none;
  const within = tf.add(tf.mul(video, lambdaVideo), tf.mul(audio, lambdaAudio));
  const weighted = crossScale === 'remainder' ? tf.mul(cross, 1 - lambdaVideo - lambdaAudio) : cross;
  return { total: tf.add(weighted, within) as Scalar, cross, video, audio };
}

/** Video and audio views that are compared, video first. */
function crossPairs(views: ViewEmbeddings, pairing: LossPairing): [Tensor2D, Tensor2D][] {
  const { videoPrimary, videoSecondary, audioPrimary, audioSecondary } = views;
  const crossed: [Tensor2D, Tensor2D][] = [
    [videoSecondary, audioPrimary],
    [videoPrimary, audioSecondary],
  ];
  if (pairing === 'primary-secondary') return crossed;
  return [...crossed, [videoPrimary, audioPrimary], [videoSecondary, audioSecondary]];
}

/**
 * Mean similarity of matching and of other pairs, of each primary view with the other modality's secondary, whatever
 * the loss compares; no gradient is taken.
 */
export function pairSimilarities(views: ViewEmbeddings): { positive: Scalar; negative: Scalar } {
  return tf.tidy(() => {
    const { videoPrimary, videoSecondary, audioPrimary, audioSecondary } = views;
    const similarities = tf.mul(
      tf.add(
        tf.matMul(videoSecondary, audioPrimary, false, true),
        tf.matMul(videoPrimary, audioSecondary, false, true),
      ),
      0.5,
    ) as Tensor2D;
    const batch = similarities.shape[0];
    const positive = meanOfDiagonal(similarities);
    const others = tf.sub(tf.sum(similarities), tf.mul(positive, batch));
    return { positive, negative: tf.div(others, Math.max(batch * (batch - 1), 1)) as Scalar };
  });
}
