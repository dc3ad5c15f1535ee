/** An estimate in words. */
import type { RunEstimate } from '../../core/domain/run.ts';
import { durationText } from '../cli/with-project.ts';

const MILLION = 1e6;
const BYTES_PER_GB = 1e9;

/** What a run would take, in two lines. */
export function estimateText(estimate: RunEstimate): string[] {
  const { parameters, stepSec, steps, hours, clipCount, engine } = estimate;
  const time = `${rounded(stepSec)} s a step, ${steps} steps: ${durationText(hours * 3600)}`;
  const disk = `${gigabytes(estimate.checkpointBytes)} for checkpoints, ${gigabytes(estimate.cacheBytes)} for decoded windows`;
  return [
    `${rounded(parameters / MILLION)} M parameters, ${time}; ${gigabytes(estimate.peakMemoryBytes)} memory; ${disk}.`,
    `Measured with two steps on ${engine}, for ${clipCount} clips. Nothing was started.`,
  ];
}

function gigabytes(bytes: number): string {
  return `${rounded(bytes / BYTES_PER_GB)} GB`;
}

/** Two digits that say something, without an exponent. */
function rounded(value: number): string {
  if (value >= 10) return value.toFixed(value >= 100 ? 0 : 1);
  return String(Number(value.toPrecision(2)));
}
