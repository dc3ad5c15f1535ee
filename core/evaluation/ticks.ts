/** Round numbers for axes and colour bars. */

/** Values of an axis, rising, and how many decimals they need. */
export type Ticks = { values: number[]; digits: number };

/**
 * About `count` round values (1, 2 or 5 times a power of ten apart) that lie within `min`..`max`.
 * `min` must be below `max`.
 */
export function niceTicks(min: number, max: number, count: number): Ticks {
  const step = niceStep((max - min) / Math.max(1, count));
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  const values: number[] = [];
  for (let i = first; i <= last; i += 1) values.push(Number((i * step).toFixed(digits + 2)));
  return { values, digits };
}

/** `min`..`max` widened to ends that are ticks of `niceTicks` with the same `count`. */
export function niceRange(min: number, max: number, count: number): { min: number; max: number } {
  let range = { min, max };
  let step = 0;
  // Widening can call for a wider step, once or twice at most.
  while (niceStep((range.max - range.min) / Math.max(1, count)) > step) {
    step = niceStep((range.max - range.min) / Math.max(1, count));
    range = {
      min: Number((Math.floor(min / step + 1e-9) * step).toFixed(10)),
      max: Number((Math.ceil(max / step - 1e-9) * step).toFixed(10)),
    };
  }
  return range;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}
