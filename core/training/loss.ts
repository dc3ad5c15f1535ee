/**
 * The contrastive loss of the four views (paper-facts 1.4). Losses of runs with different batch sizes or temperatures
 * cannot be compared: chance is log(batch).
 */
import { type Scalar, type Tensor, type Tensor2D, tf } from '../engine/tf.ts';

/** Embeddings of length one of the four views of a batch, each `[batch, embedding]`. */
export type ViewEmbeddings = {
  videoPrimary: Tensor2D;
  videoSecondary: Tensor2D;
  audioPrimary: Tensor2D;
  audioSecondary: Tensor2D;
};

/** What the loss depends on besides the embeddings. */
export type LossSettings = { temperature: number; lambdaVideo: number; lambdaAudio: number };

/** The loss and its parts; parts are not weighted, and 0 where their weight is 0 (they are then not computed). */
export type LossParts = { total: Scalar; cross: Scalar; video: Scalar; audio: Scalar };

/**
 * `l(v_s, a_p) + l(v_p, a_s) + lambdaVideo l(v_p, v_s) + lambdaAudio l(a_p, a_s)` (paper-facts 1.4: the pairing is the
 * paper's figure, the form our reading of it).
 */
export function contrastiveLoss(views: ViewEmbeddings, settings: LossSettings): LossParts {
  const { videoPrimary, videoSecondary, audioPrimary, audioSecondary } = views;
  const { temperature, lambdaVideo, lambdaAudio } = settings;
  const cross = tf.add(
    infoNce(videoSecondary, audioPrimary, temperature),
    infoNce(videoPrimary, audioSecondary, temperature),
  ) as Scalar;
  const none = tf.scalar(0);
  const video = lambdaVideo > 0 ? infoNce(videoPrimary, videoSecondary, temperature) : none;
  const audio = lambdaAudio > 0 ? infoNce(audioPrimary, audioSecondary, temperature) : none;
  const within = tf.add(tf.mul(video, lambdaVideo), tf.mul(audio, lambdaAudio));
  return { total: tf.add(cross, within) as Scalar, cross, video, audio };
}

/**
 * Symmetric InfoNCE: the mean of the cross-entropies of rows and of columns of `x y^T / temperature` against the
 * diagonal (paper-facts 1.4).
 * @param x `[batch, embedding]`
 * @param y `[batch, embedding]`
 */
export function infoNce(x: Tensor2D, y: Tensor2D, temperature: number): Scalar {
  return tf.tidy(() => {
    const logits = tf.div(tf.matMul(x, y, false, true), temperature) as Tensor2D; // [batch, batch]
    const rows = meanOfDiagonal(tf.logSoftmax(logits));
    const columns = meanOfDiagonal(tf.logSoftmax(tf.transpose(logits)));
    return tf.mul(tf.add(rows, columns), -0.5) as Scalar;
  });
}

/** Mean similarity of matching and of other pairs, over both pairings of the loss; no gradient is taken. */
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

function meanOfDiagonal(matrix: Tensor): Scalar {
  const batch = matrix.shape[0]!;
  return tf.div(tf.sum(tf.mul(matrix, tf.eye(batch))), batch) as Scalar;
}
