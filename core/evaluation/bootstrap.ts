/**
 * How sure a mean over clips is: 95 % intervals by drawing units (titles or shots) anew, all the clips of a unit at
 * once. Percentiles of the redrawn means, a little wider than 2.5 % and 97.5 %, as a few units need: a bootstrap draws
 * from n units with a spread that is too small by sqrt((n-1)/n) and has normal and not Student's tails (T. Hesterberg,
 * "What Teachers Should Know About the Bootstrap", 2015, section 5.3, the expanded percentile interval).
 */
import type { CellIntervals, Interval } from '../domain/evaluation.ts';
import type { Rng } from '../rng.ts';
import type { CellSums, UnitSums } from './cell-sums.ts';
import { normalCdf, studentQuantile } from './distributions.ts';

/** Redrawn data sets: enough for two digits of an interval's ends. */
export const REPLICATES = 1000;
/** With fewer units that have clips no interval is given (our choice). */
export const FEWEST_UNITS = 5;
const LEVEL = 0.95;

/**
 * How often each unit is drawn in each replicate, one table for all numbers of an evaluation, so that differences
 * between its cells, and between evaluations of the same units, are paired // [replicates][units]
 */
export type Draws = Uint16Array[];

/** Draws as many units as there are, with replacement. Same generator and unit count, same draws. */
export function drawUnits(unitCount: number, rng: Rng, replicates = REPLICATES): Draws {
  return Array.from({ length: replicates }, (_, replicate) => {
    const times = new Uint16Array(unitCount);
    const { integer } = rng.stream('evaluation-bootstrap', replicate);
    for (let i = 0; i < unitCount; i += 1) times[integer(unitCount)]! += 1;
    return times;
  });
}

/** Interval of sum(values) / sum(counts) over units; null below FEWEST_UNITS units that count. */
export function ratioInterval(values: Float64Array, counts: Float64Array, draws: Draws): Interval | null {
  return intervalOf(redrawnRatios(values, counts, draws), unitsWith(counts));
}

/** Intervals of a cell's three numbers. On `otherClip` see cell-sums.ts. */
export function cellIntervals({ otherClip, units }: CellSums, draws: Draws): CellIntervals {
  const counted = unitsWith(units.count);
  const same = redrawnRatios(units.same, units.count, draws);
  const other = otherClip === null ? null : redrawnOthers(units, otherClip, draws);
  return {
    sameClip: intervalOf(same, counted),
    otherClip: other === null ? null : intervalOf(other, counted),
    gap:
      other === null
        ? null
        : intervalOf(
            same.map((value, i) => value - other[i]!),
            counted,
          ),
  };
}

/** Redrawn means; NaN where a replicate drew no clip // [replicates] */
export function redrawnRatios(values: Float64Array, counts: Float64Array, draws: Draws): Float64Array {
  return Float64Array.from(draws, (times) => {
    let sum = 0;
    let count = 0;
    for (let unit = 0; unit < times.length; unit += 1) {
      // Without asking whether it is 0: a guess that is wrong a third of the time takes longer than two products.
      const drawn = times[unit]!;
      sum += drawn * values[unit]!;
      count += drawn * counts[unit]!;
    }
    return sum / count;
  });
}

/** The same for `otherClip`: to first order it moves by the mean of the parts, whose mean is twice it. */
export function redrawnOthers(units: UnitSums, otherClip: number, draws: Draws): Float64Array {
  return redrawnRatios(units.part, units.count, draws).map((part) => part - otherClip);
}

/** The interval that redrawn numbers give; null below FEWEST_UNITS, or where none is a number. */
export function intervalOf(redrawn: Float64Array, unitCount: number): Interval | null {
  if (unitCount < FEWEST_UNITS) return null;
  const rising = redrawn.filter(Number.isFinite).sort();
  if (rising.length === 0) return null;
  const tail = tailOf(unitCount);
  return { low: percentile(rising, tail), high: percentile(rising, 1 - tail) };
}

const tails = new Map<number, number>();

/** Share of the redrawn numbers that the interval leaves out on each side. */
function tailOf(unitCount: number): number {
  const known = tails.get(unitCount);
  if (known !== undefined) return known;
  const quantile = studentQuantile((1 - LEVEL) / 2, unitCount - 1);
  const tail = normalCdf(Math.sqrt(unitCount / (unitCount - 1)) * quantile);
  tails.set(unitCount, tail);
  return tail;
}

/** How many units have a clip. */
export function unitsWith(counts: Float64Array): number {
  let units = 0;
  for (const count of counts) if (count > 0) units += 1;
  return units;
}

/** Value at `share` (0..1) of rising numbers, between two of them where it falls between. */
export function percentile(rising: Float64Array, share: number): number {
  const place = share * (rising.length - 1);
  const below = Math.floor(place);
  const above = Math.min(rising.length - 1, below + 1);
  return rising[below]! + (place - below) * (rising[above]! - rising[below]!);
}
