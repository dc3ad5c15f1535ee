/**
 * How sure a mean difference between two ways of training is, when both were trained with the same seeds and measured
 * on the same clips (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13; drawing
 * seeds and shots both is our choice).
 */
import type { PairedDifference } from '../domain/reproduction.ts';
import type { Rng } from '../rng.ts';
import { percentile } from './bootstrap.ts';

/** Redrawn data sets; enough for two digits of an interval's ends. */
export const REPLICATES = 2000;
/** Share of the redrawn means that the interval leaves out on each side. */
const TAIL = 0.025;

/**
 * Mean and 95 % interval of paired differences. Each replicate draws as many seeds as there are, and as many groups of
 * clips as there are, both with replacement, and takes the mean over what was drawn; the interval is what lies between
 * the 2.5th and the 97.5th percentile. Groups (shots) and not clips are drawn, since clips of one shot overlap.
 * @param differences one row a seed, one number a clip // [seeds, clips]
 * @param groups of which shot each clip is // [clips]
 * @param rng decides every draw: same numbers in, same interval out
 */
export function pairedBootstrap(
  differences: readonly (readonly number[])[],
  groups: readonly string[],
  rng: Rng,
): PairedDifference {
  const names = [...new Set(groups)];
  const places = new Map(names.map((name, place) => [name, place]));
  const counts = new Float64Array(names.length);
  for (const group of groups) counts[places.get(group)!]! += 1;
  const sums = differences.map((row) => {
    const sum = new Float64Array(names.length);
    for (const [clip, value] of row.entries()) sum[places.get(groups[clip]!)!]! += value;
    return sum;
  });
  const perSeed = differences.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  const means = Float64Array.from({ length: REPLICATES }, (_, replicate) =>
    redrawnMean(sums, counts, rng.stream('bootstrap', replicate).integer),
  ).sort();
  return {
    mean: perSeed.reduce((sum, value) => sum + value, 0) / perSeed.length,
    low: percentile(means, TAIL),
    high: percentile(means, 1 - TAIL),
    perSeed,
  };
}

/** Mean of one replicate. `sums`: [seeds][groups], `counts`: clips of each group. */
function redrawnMean(
  sums: readonly Float64Array[],
  counts: Float64Array,
  integer: (below: number) => number,
): number {
  const seedTimes = new Float64Array(sums.length);
  for (let i = 0; i < sums.length; i += 1) seedTimes[integer(sums.length)]! += 1;
  let total = 0;
  let clips = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const group = integer(counts.length);
    clips += counts[group]!;
    for (const [seed, times] of seedTimes.entries()) total += times * sums[seed]![group]!;
  }
  return total / (clips * sums.length);
}
