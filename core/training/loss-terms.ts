/** One term of the contrastive loss: two views of the same clips, row by row (paper-facts 1.4). */
import type { LossForm } from '../domain/run.ts';
import { type Scalar, type Tensor2D, tf } from '../engine/tf.ts';

/** Cosine similarities -> logits: divides by a temperature that is set, or multiplies by a trained inverse of one. */
export type ToLogits = (similarities: Tensor2D) => Tensor2D;

/** A term of two views, both `[batch, embedding]` with rows of length one; row i of one belongs to row i of the other. */
export type LossTerm = (x: Tensor2D, y: Tensor2D, toLogits: ToLogits) => Scalar;

/** The forms that a run can choose from. */
export const LOSS_TERMS: Readonly<Record<LossForm, LossTerm>> = {
  symmetric: infoNce,
  'one-direction': oneDirection,
  'nt-xent': ntXent,
};

/**
 * Taken off the similarity of a row with itself, which is no pair. Finite, since infinity times the 0 of a mask is
 * not a number; far below every logit, since the smallest temperature gives 1000.
 */
const SELF_PENALTY = 1e9;

/**
 * Symmetric InfoNCE: the mean of the cross-entropies of rows and of columns of `x y^T / temperature` against the
 * diagonal (paper-facts 1.4). Chance is log(batch).
 * @param x `[batch, embedding]`
 * @param y `[batch, embedding]`
 */
export function infoNce(x: Tensor2D, y: Tensor2D, toLogits: ToLogits): Scalar {
  return tf.tidy(() => {
    const logits = toLogits(tf.matMul(x, y, false, true)); // [batch, batch]
    const rows = meanOfDiagonal(tf.logSoftmax(logits));
    const columns = meanOfDiagonal(tf.logSoftmax(tf.transpose(logits)));
    return tf.mul(tf.add(rows, columns), -0.5) as Scalar;
  });
}

/**
 * Cross-entropy of the rows of `x y^T / temperature` alone: each row of `x` finds its own of `y` (paper-facts 1.4,
 * pytorchvideo's SimCLR). Chance is log(batch).
 * @param x `[batch, embedding]`
 * @param y `[batch, embedding]`
 */
export function oneDirection(x: Tensor2D, y: Tensor2D, toLogits: ToLogits): Scalar {
  return tf.tidy(() => {
    const logits = toLogits(tf.matMul(x, y, false, true)); // [batch, batch]
    return tf.neg(meanOfDiagonal(tf.logSoftmax(logits)));
  });
}

/**
 * SimCLR's NT-Xent (Chen et al. 2020, equation 1; paper-facts 1.4): each of the 2 batch rows of both sides finds its
 * counterpart among the 2 batch - 1 other rows. Chance is log(2 batch - 1).
 * @param x `[batch, embedding]`
 * @param y `[batch, embedding]`
 */
export function ntXent(x: Tensor2D, y: Tensor2D, toLogits: ToLogits): Scalar {
  return tf.tidy(() => {
    const rows = tf.concat2d([x, y], 0);
    const count = rows.shape[0];
    const self = tf.eye(count);
    const logits = tf.sub(toLogits(tf.matMul(rows, rows, false, true)), tf.mul(self, SELF_PENALTY));
    // Half a turn of the rows puts the 1 of a row where its counterpart is.
    const counterpart = tf.concat(tf.split(self, 2, 0).reverse(), 0); // [2 batch, 2 batch]
    return tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), counterpart)), -count) as Scalar;
  });
}

/** Mean of the diagonal of a matrix `[batch, batch]`. */
export function meanOfDiagonal(matrix: Tensor2D): Scalar {
  const batch = matrix.shape[0];
  return tf.div(tf.sum(tf.mul(matrix, tf.eye(batch))), batch) as Scalar;
}
