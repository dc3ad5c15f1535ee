/** Figures of curves in words. */
import type { RunCurves } from '../../core/domain/curves.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { durationText } from './words.ts';

/** Four digits that matter, or a dash. */
export function figureText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(1);
  return Number(value.toPrecision(4)).toLocaleString('en');
}

/** The index of the point of a line nearest to `index`; `index` itself where the line has none. */
export function nearestPoint(line: ArrayLike<number | null | undefined>, index: number): number {
  for (let away = 0; away < line.length; away += 1) {
    if (line[index - away] !== undefined && line[index - away] !== null) return index - away;
    if (line[index + away] !== undefined && line[index + away] !== null) return index + away;
  }
  return index;
}

/** Where a run is: step of total, speed, share of waiting, time left at the mean speed so far; only what is known. */
export function runLine({ totalSteps, state }: RunSummary, { last, lastStep }: RunCurves): string[] {
  const { clipsPerSec, waitShare, elapsedSec } = last;
  const left = totalSteps - lastStep;
  return [
    `step ${lastStep.toLocaleString('en')} of ${totalSteps.toLocaleString('en')}`,
    ...(clipsPerSec === undefined ? [] : [`${figureText(clipsPerSec)} clips/s`]),
    ...(waitShare === undefined ? [] : [`${Math.round(waitShare * 100)} % waiting for data`]),
    ...(elapsedSec === undefined ? [] : [`${durationText(elapsedSec)} so far`]),
    ...(elapsedSec === undefined || lastStep === 0 || left <= 0 || state !== 'running'
      ? []
      : [`about ${durationText((elapsedSec / lastStep) * left)} left`]),
  ];
}
