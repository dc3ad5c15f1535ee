/** A lag curve made small enough to be kept and drawn: the highest value of each column, so that no peak is lost. */
import { BED_RATE_HZ } from './bed-signal.ts';
import type { LagCurve } from './lag-curve.ts';

/** Columns of a line; a screen shows hardly more. */
const COLUMNS = 400;
/** How far the near line looks to either side, ms (our choice: a few syllables). */
const NEAR_MS = 150;

/** Part of a curve: `heights[i]` is the highest value from `fromMs + i * stepMs` on, in standard deviations. */
export type LagLine = { fromMs: number; stepMs: number; heights: Float32Array };

/** All of a curve, and its surroundings of one place. Positive: the second sound is later. */
export type LagPicture = { all: LagLine; near: LagLine };

/** The picture of a curve. `aroundMs`: what the near line is about; `baseMs` is added to every place. */
export function lagPicture(curve: LagCurve, aroundMs: number, baseMs = 0): LagPicture {
  const maxLag = (curve.length - 1) / 2;
  const at = Math.round((aroundMs * BED_RATE_HZ) / 1000) + maxLag;
  const reach = Math.round((NEAR_MS * BED_RATE_HZ) / 1000);
  const first = Math.max(0, Math.min(at - reach, curve.length - 1));
  const last = Math.max(first, Math.min(at + reach, curve.length - 1));
  const line = (from: number, to: number): LagLine => lineOf(curve, from, to, baseMs);
  return { all: line(0, curve.length - 1), near: line(first, last) };
}

function lineOf(curve: LagCurve, first: number, last: number, baseMs: number): LagLine {
  const maxLag = (curve.length - 1) / 2;
  const width = Math.max(1, Math.ceil((last - first + 1) / COLUMNS));
  const heights = new Float32Array(Math.ceil((last - first + 1) / width)).fill(Number.NEGATIVE_INFINITY);
  for (let i = first; i <= last; i += 1) {
    const column = Math.floor((i - first) / width);
    heights[column] = Math.max(heights[column]!, curve[i]!);
  }
  return {
    fromMs: ((first - maxLag) * 1000) / BED_RATE_HZ + baseMs,
    stepMs: (width * 1000) / BED_RATE_HZ,
    heights,
  };
}
