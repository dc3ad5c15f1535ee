/**
 * The numbers behind one cell of a heatmap, unit by unit. For two lists of embeddings x and y of the same n clips:
 *
 *     sameClip  = 1/n       sum over c       of x(c) . y(c)
 *     otherClip = 1/(n(n-1)) sum over c != d of x(c) . y(d)
 *
 * `otherClip` is a mean over pairs of clips, a U-statistic. How it would move with other clips is told by what each
 * clip has a part in (its Hájek projection; W. Hoeffding, "A class of statistics with asymptotically normal
 * distribution", 1948):
 *
 *     part(c) = 1/(n-1) sum over d != c of ( x(c) . y(d) + x(d) . y(c) ),   whose mean is 2 otherClip
 */
import { dot } from './dot.ts';
import type { Embeddings } from './embeddings.ts';

/** Embeddings of some clips, in double precision // data [clipIndexes.length, dim] */
export type Rows = { clipIndexes: readonly number[]; data: Float64Array };

/** The sounds of one language; none where nobody speaks it. */
export function rowsOf({ audio }: Embeddings, language: string): Rows {
  const sounds = audio.get(language);
  return { clipIndexes: sounds?.clipIndexes ?? [], data: Float64Array.from(sounds?.data ?? []) };
}

/** Sums over the clips of each unit; all arrays // [units] */
export type UnitSums = { count: Float64Array; same: Float64Array; part: Float64Array };

/** One cell. */
export type CellSums = {
  clipCount: number;
  sameClip: number | null;
  /** Null with fewer than two clips. */
  otherClip: number | null;
  units: UnitSums;
};

/** Pairs of rows (left, right) of the clips that both lists have; both lists rise. */
export function commonRows(left: Rows, right: Rows): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.clipIndexes.length && j < right.clipIndexes.length; ) {
    const difference = left.clipIndexes[i]! - right.clipIndexes[j]!;
    if (difference === 0) pairs.push([i, j]);
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return pairs;
}

/** Hears of one clip: its `sameClip`, and its part in `otherClip`, null with fewer than two clips. */
type OnClip = (clipIndex: number, same: number, part: number | null) => void;

/** Sums over the clips that two lists have in common. */
type Common = { clipCount: number; sameSum: number; otherClip: number | null };

/** Measures every clip that two lists have in common, in time proportional to their number. */
export function measureCommon(left: Rows, right: Rows, dim: number, onClip: OnClip): Common {
  const pairs = commonRows(left, right);
  const clipCount = pairs.length;
  const leftSum = new Float64Array(dim);
  const rightSum = new Float64Array(dim);
  for (const [i, j] of pairs) {
    addRow(leftSum, left.data, i, dim);
    addRow(rightSum, right.data, j, dim);
  }
  let sameSum = 0;
  for (const [i, j] of pairs) {
    const same = dot(left.data, i * dim, right.data, j * dim, dim);
    sameSum += same;
    const toAll = dot(left.data, i * dim, rightSum, 0, dim) + dot(leftSum, 0, right.data, j * dim, dim);
    onClip(left.clipIndexes[i]!, same, clipCount < 2 ? null : (toAll - 2 * same) / (clipCount - 1));
  }
  const otherClip =
    clipCount < 2 ? null : (dot(leftSum, 0, rightSum, 0, dim) - sameSum) / (clipCount * (clipCount - 1));
  return { clipCount, sameSum, otherClip };
}

/**
 * The sums of one cell; a list with itself has `sameClip` 1 by definition.
 * @param unitOfClip which unit each clip belongs to, by clip index; below `unitCount`
 */
export function sumCell(
  left: Rows,
  right: Rows,
  dim: number,
  unitOfClip: Int32Array,
  unitCount: number,
): CellSums {
  const units: UnitSums = {
    count: new Float64Array(unitCount),
    same: new Float64Array(unitCount),
    part: new Float64Array(unitCount),
  };
  const { clipCount, sameSum, otherClip } = measureCommon(left, right, dim, (clip, same, part) => {
    const unit = unitOfClip[clip]!;
    units.count[unit]! += 1;
    units.same[unit]! += left === right ? 1 : same;
    units.part[unit]! += part ?? 0;
  });
  const sameClip = clipCount === 0 ? null : left === right ? 1 : sameSum / clipCount;
  return { clipCount, sameClip, otherClip, units };
}

function addRow(sum: Float64Array, data: Float64Array, row: number, dim: number): void {
  for (let d = 0; d < dim; d += 1) sum[d]! += data[row * dim + d]!;
}
