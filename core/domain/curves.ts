/** Curves of runs as the window asks for them: columns of numbers by step, thinned without losing a spike. */
import type { ValidationRow } from './run.ts';

/**
 * What can be drawn of a run. The first are the fields of metrics.jsonl; `clipsPerSec` (clips a second, of one step),
 * `waitShare` (share of a step spent waiting for data, 0..1) and `elapsedSec` (time spent in steps) come from
 * timing.jsonl.
 */
export const CURVE_NAMES = [
  'loss',
  'lossCross',
  'lossVideo',
  'lossAudio',
  'positiveSimilarity',
  'negativeSimilarity',
  'learningRate',
  'gradientNorm',
  'temperature',
  'dubShare',
  'epoch',
  'clipsPerSec',
  'waitShare',
  'elapsedSec',
] as const;

/** One of `CURVE_NAMES`. */
export type CurveName = (typeof CURVE_NAMES)[number];

/** One curve in a range of steps. All columns have the same length; steps rise. */
export type CurveColumns = {
  name: CurveName;
  steps: number[];
  /** null: the value of that step is no finite number. */
  values: (number | null)[];
  /** Debiased exponential mean over all rows up to that step, not only those shown; absent where none was asked for. */
  smooth?: (number | null)[];
  /** Whether every row of the range is here. */
  exact: boolean;
};

/** One run's curves. */
export type RunCurves = {
  runId: string;
  /** Changes whenever the run's logs did; hand it back to be told only of runs that changed. */
  version: string;
  /** True: nothing changed since the version that was handed in, and `series` and `validation` are empty. */
  unchanged: boolean;
  /** Last logged step, 0 before the first. */
  lastStep: number;
  /** Values of the last logged step, by name. */
  last: Partial<Record<CurveName, number>>;
  series: CurveColumns[];
  validation: ValidationRow[];
};

/** Most points of a curve that one answer holds where nothing else is asked for. */
export const CURVE_POINTS = 1000;
/** Most runs of one question. */
export const MOST_CURVE_RUNS = 50;
