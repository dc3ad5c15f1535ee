/** The exact place of a dub, once it is known to within 5 ms, and how exact that is. */
import { BED_RATE_HZ } from './bed-signal.ts';
import { findPeaks, type LagCurve, PEAK_WIDTH_MS, scaleToNoise } from './lag-curve.ts';

/** A place that the original and the dub show by themselves, standard deviations of two summed curves. */
const CLEAR_HEIGHT = 15;
/** Places that fit this well compared to the best could be meant as well. */
const AS_GOOD = 0.7;
/** Nothing is known better than this, ms: one sample of 16 kHz. */
const FINEST_MS = 1 / 16;

/** Where a dub is, ms, and half the width of what could be meant as well, ms. */
export type ExactPlace = { lagMs: number; uncertaintyMs: number };

/**
 * Some mixes hold parts that are some ms apart: within 5 ms of what all languages agree on, the place is taken where
 * original and dub themselves fit best and loud sound counts for more. `flat`, `loud`: curves between the two.
 */
export function exactPlace(flat: LagCurve, loud: LagCurve | undefined, nearMs: number): ExactPlace {
  const sum = flat.slice();
  const more = scaleToNoise(loud?.slice() ?? new Float32Array(sum.length));
  for (let i = 0; i < sum.length; i += 1) sum[i]! += more[i]!;
  const width = Math.round((PEAK_WIDTH_MS * BED_RATE_HZ) / 1000);
  const near = Math.round((nearMs * BED_RATE_HZ) / 1000) + (sum.length - 1) / 2;
  sum.fill(0, 0, Math.max(0, near - width));
  sum.fill(0, near + width + 1);
  const [best] = findPeaks(sum, 1);
  if (best === undefined || best.height < CLEAR_HEIGHT) {
    return { lagMs: nearMs, uncertaintyMs: PEAK_WIDTH_MS };
  }
  const good = [...sum.keys()].slice(Math.max(0, near - width), near + width + 1);
  const meant = good.filter((i) => sum[i]! >= AS_GOOD * best.height);
  const span = ((meant.at(-1)! - meant[0]!) * 1000) / BED_RATE_HZ;
  return { lagMs: best.lagMs, uncertaintyMs: Math.max(FINEST_MS, span / 2) };
}
