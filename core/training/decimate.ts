/**
 * Thins a curve for a picture: of every bucket of steps the rows with the smallest and the largest value stay, and the
 * first that is no number, so that no spike and no gap is lost. Not for averages: those are `debiasedMean`.
 */

/** First index in `steps` (rising) whose step is `step` or later, 0..count. */
export function indexOfStep(steps: Float64Array, count: number, step: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows `from`..`to` (excluded) of a column with their steps. */
export type CurveRange = { steps: Float64Array; values: Float64Array; from: number; to: number };

/**
 * Indices of the rows to show, rising: all where there are `points` or fewer, else at most `points`, of equally wide
 * buckets of steps.
 * @param points at least 3
 */
export function decimate({ steps, values, from, to }: CurveRange, points: number): number[] {
  if (to - from <= points) return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  // A bucket shows a gap besides its extremes only where there are any.
  const buckets = Math.max(1, Math.floor(points / (hasGap(values, from, to) ? 3 : 2)));
  const firstStep = steps[from]!;
  const width = (steps[to - 1]! - firstStep + 1) / buckets;
  const kept: number[] = [];
  for (let i = from; i < to; ) {
    const bucket = Math.floor((steps[i]! - firstStep) / width);
    let least = -1;
    let most = -1;
    let gap = -1;
    for (; i < to && Math.floor((steps[i]! - firstStep) / width) === bucket; i += 1) {
      const value = values[i]!;
      if (!Number.isFinite(value)) gap = gap < 0 ? i : gap;
      else {
        if (least < 0 || value < values[least]!) least = i;
        if (most < 0 || value > values[most]!) most = i;
      }
    }
    kept.push(...[...new Set([least, most, gap])].filter((index) => index >= 0).sort((a, b) => a - b));
  }
  return kept;
}

function hasGap(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (!Number.isFinite(values[i]!)) return true;
  return false;
}

/**
 * Exponential mean with Adam's correction of its start: row i weighs `smoothing`^(n - i). Rows that are no numbers are
 * passed over and stay gaps.
 * @param smoothing 0 (nothing) .. below 1
 */
export function debiasedMean(values: Float64Array, count: number, smoothing: number): Float64Array {
  const means = new Float64Array(count);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < count; i += 1) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      sum = smoothing * sum + (1 - smoothing) * value;
      weight = smoothing * weight + (1 - smoothing);
      means[i] = sum / weight;
    } else means[i] = Number.NaN;
  }
  return means;
}
