/** Drawing of curves of fit. */
import type { LagEvidenceLine } from '../../core/domain/finding.ts';

/** What lies this near to a place belongs to its peak, ms (as core/align/lag-curve.ts has it). */
const PEAK_WIDTH_MS = 5;
/** About so many marks on the axis. */
const TICKS = 6;

/** An SVG path over `width` x `height`; the highest value touches the top, chance lies at the bottom. */
export function curvePath(heights: readonly number[], width: number, height: number): string {
  const highest = Math.max(1, ...heights);
  return heights
    .map((value, i) => {
      const x = ((i + 0.5) / heights.length) * width;
      const y = height - (Math.max(0, value) / highest) * (height - 4);
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** The highest fit that does not belong to the peak at `placeMs`; 0 where there is no other. */
export function nextHighest({ fromMs, stepMs, heights }: LagEvidenceLine, placeMs: number): number {
  return heights.reduce((best, value, i) => {
    const startMs = fromMs + i * stepMs;
    const isPeak = startMs <= placeMs + PEAK_WIDTH_MS && startMs + stepMs >= placeMs - PEAK_WIDTH_MS;
    return isPeak ? best : Math.max(best, value);
  }, 0);
}

/** Round numbers between two places. */
export function ticksOf(fromMs: number, endMs: number): number[] {
  const rough = (endMs - fromMs) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const ticks: number[] = [];
  for (let tick = Math.ceil(fromMs / step) * step; tick <= endMs; tick += step) ticks.push(Math.round(tick));
  return ticks;
}
