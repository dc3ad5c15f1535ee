/** Which residual branches a step drops (stochastic depth, Huang et al. 2016), drawn before the pass so that it can be replayed. */
import type { DropPathFactors } from '../model/tower-pass.ts';
import type { Rng } from '../rng.ts';

/** What the draws depend on: the same place and sample give the same branches, whatever the chunks are. */
export type DropPathPlace = { epoch: number; step: number };

/**
 * Factors of every block's two branches for every view. A branch of block i is dropped with the probability
 * `rate i / (depth - 1)` and otherwise scaled by 1 / keep (paper-facts 3.1).
 * @param views `[primary and secondary view of each clip]`: purposes, each for all `clipIndexes`
 */
export function dropPathFactors(
  rng: Rng,
  place: DropPathPlace,
  { rate, depth }: { rate: number; depth: number },
  { purposes, clipIndexes }: { purposes: readonly string[]; clipIndexes: readonly number[] },
): DropPathFactors {
  const batch = purposes.length * clipIndexes.length;
  const factors = new Float32Array(depth * 2 * batch);
  for (const [v, purpose] of purposes.entries()) {
    for (const [c, clipIndex] of clipIndexes.entries()) {
      const stream = rng.stream(`drop path ${purpose}`, place.epoch, place.step, clipIndex);
      const sample = v * clipIndexes.length + c;
      for (let branch = 0; branch < 2 * depth; branch += 1) {
        const keep = 1 - (depth > 1 ? (rate * Math.floor(branch / 2)) / (depth - 1) : rate);
        factors[branch * batch + sample] = stream.uniform() < keep ? 1 / keep : 0;
      }
    }
  }
  return { depth, batch, factors };
}

/** The factors of the samples `from` to `to` (exclusive). */
export function sliceFactors(
  { depth, batch, factors }: DropPathFactors,
  from: number,
  to: number,
): DropPathFactors {
  const size = to - from;
  const part = new Float32Array(depth * 2 * size);
  for (let branch = 0; branch < 2 * depth; branch += 1) {
    part.set(factors.subarray(branch * batch + from, branch * batch + to), branch * size);
  }
  return { depth, batch: size, factors: part };
}
