/**
 * Mean and variance of a batch's raw input, for the parameter-free batch norm of the paper's towers (paper-facts 3.1).
 * They are taken over the whole effective batch, both views of a modality together (our choice), so that chunks see
 * what one large batch would.
 */
import { type Tensor, tf } from '../engine/tf.ts';
import type { InputStatistics } from '../model/tower-pass.ts';

/** PyTorch's default: how far the running statistics move towards those of a batch. */
const MOMENTUM = 0.1;

/**
 * Statistics of `values`, channels last, of which each is multiplied by `scale` first. Sums are taken row by row, so
 * that none grows so large that a number is lost in it.
 */
export function inputStatistics(
  values: ArrayLike<number>,
  channels: number,
  scale: number,
  rowLength = 4096 * channels,
): InputStatistics {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let start = 0; start < values.length; start += rowLength) {
    const end = Math.min(start + rowLength, values.length);
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      let square = 0;
      for (let i = start + channel; i < end; i += channels) {
        const value = values[i]!;
        sum += value;
        square += value * value;
      }
      sums[channel]! += sum;
      squares[channel]! += square;
    }
  }
  const count = values.length / channels;
  const mean = Array.from(sums, (sum) => (sum / count) * scale);
  const variance = Array.from(squares, (square, i) => {
    return Math.max(0, (square / count) * scale * scale - mean[i]! ** 2);
  });
  return { mean, variance, count };
}

/**
 * Moves the running statistics in `buffers` towards those of a batch, as PyTorch does: mean and unbiased variance by a
 * tenth, and the count of batches by one.
 * @param name prefix, e.g. `net.video.patch_embed.norm`; nothing happens where the model has none
 */
export function moveRunningStatistics(
  buffers: Map<string, Tensor>,
  name: string,
  { mean, variance, count }: InputStatistics,
): void {
  if (!buffers.has(`${name}.running_mean`)) return;
  const unbiased = variance.map((value) => (value * count) / Math.max(count - 1, 1));
  move(buffers, `${name}.running_mean`, mean);
  move(buffers, `${name}.running_var`, unbiased);
  const batches = `${name}.num_batches_tracked`;
  const next = tf.tidy(() => tf.add(buffers.get(batches)!, 1));
  buffers.get(batches)!.dispose();
  buffers.set(batches, next);
}

function move(buffers: Map<string, Tensor>, name: string, values: readonly number[]): void {
  const old = buffers.get(name)!;
  const next = tf.tidy(() => tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(tf.tensor1d([...values]), MOMENTUM)));
  old.dispose();
  buffers.set(name, next);
}
