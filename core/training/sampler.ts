/** Which clips a step sees. A pure function of the seed and the epoch: nothing to save, nothing to drift. */
import type { Rng } from '../rng.ts';

/**
 * Steps of an epoch. An epoch shows every clip once. Its batches differ in size by one at most and hold no more than
 * `batchSize` clips, so there is no small last batch with few negatives; the one exception is that a batch never
 * holds a single clip (a batch may then be larger than asked for: 3 clips at `batchSize` 2 are one step).
 */
export function stepsPerEpoch(clipCount: number, batchSize: number): number {
  return Math.max(1, Math.min(Math.ceil(clipCount / batchSize), Math.floor(clipCount / 2)));
}

/**
 * Indexes of the clips of one step. Clips are shuffled anew each epoch, titles mixed: clips of one title may fall
 * into one batch, where they are each other's hardest negatives.
 * @param stepInEpoch 0-based
 */
export function batchIndexes(
  rng: Rng,
  place: { epoch: number; stepInEpoch: number },
  sizes: { clipCount: number; batchSize: number },
): number[] {
  const steps = stepsPerEpoch(sizes.clipCount, sizes.batchSize);
  const all = Array.from({ length: sizes.clipCount }, (_, i) => i);
  const order = rng.stream('order', place.epoch).shuffled(all);
  const edge = (step: number): number => Math.floor((sizes.clipCount * step) / steps);
  return order.slice(edge(place.stepInEpoch), edge(place.stepInEpoch + 1));
}
