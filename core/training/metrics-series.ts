/** The curves of one run: its logs in memory, and the answer to a question about a range of steps. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CURVE_NAMES,
  CURVE_POINTS,
  type CurveColumns,
  type CurveName,
  type RunCurves,
} from '../domain/curves.ts';
import type { ValidationRow } from '../domain/run.ts';
import { debiasedMean, decimate, indexOfStep } from './decimate.ts';
import { LOG_NAMES } from './run-logs.ts';
import { StepTable } from './step-table.ts';

const TIMED: readonly CurveName[] = ['clipsPerSec', 'waitShare', 'elapsedSec'];
const LOGGED = CURVE_NAMES.filter((name) => !TIMED.includes(name));

/** What of a run's curves is wanted; steps inclusive, `smoothing` 0..1 (excluded), `points` 3 or more. */
export type CurveQuestion = {
  series?: readonly CurveName[];
  fromStep?: number;
  toStep?: number;
  points?: number;
  smoothing?: number;
  /** The version that the asker has, over the same question. */
  known?: string;
};

type Column = { steps: Float64Array; values: Float64Array; count: number };

/** One run's logs, kept open to questions. */
export class MetricsSeries {
  readonly #metrics: StepTable;
  readonly #timing: StepTable;
  readonly #validationPath: string;
  readonly #batchSize: number;
  #validation: ValidationRow[] = [];
  #validationVersion = '';
  #timed: { version: string; columns: Map<string, Column> } = { version: '', columns: new Map() };

  /** @param batchSize clips in a step */
  constructor(runFolder: string, batchSize: number) {
    this.#metrics = new StepTable(join(runFolder, LOG_NAMES.metrics), LOGGED);
    this.#timing = new StepTable(join(runFolder, LOG_NAMES.timing), ['dataMs', 'computeMs']);
    this.#validationPath = join(runFolder, LOG_NAMES.validation);
    this.#batchSize = batchSize;
  }

  /** Reads what the logs have grown by. */
  async refresh(): Promise<void> {
    await this.#metrics.refresh();
    await this.#timing.refresh();
    const found = await stat(this.#validationPath).catch(() => null);
    const version = found === null ? '' : `${found.size}-${found.mtimeMs}`;
    if (version === this.#validationVersion) return;
    this.#validation = found === null ? [] : validationRows(await readFile(this.#validationPath, 'utf8'));
    this.#validationVersion = version;
  }

  /** The steps and values of a curve over the whole run; null where the run has none. */
  column(name: CurveName): Column | null {
    const found = TIMED.includes(name) ? (this.#timedColumns().get(name) ?? null) : this.#logged(name);
    return found !== null && hasNumber(found) ? found : null;
  }

  /** Measurements on held-out clips, by step. */
  get validation(): readonly ValidationRow[] {
    return this.#validation;
  }

  /** Answers from memory; call `refresh` first. */
  ask(runId: string, question: CurveQuestion): RunCurves {
    const version = `${this.#metrics.version}:${this.#timing.version}:${this.#validationVersion}`;
    const lastStep = this.#metrics.count === 0 ? 0 : this.#metrics.steps[this.#metrics.count - 1]!;
    const base = { runId, version, lastStep };
    if (version === question.known) return { ...base, unchanged: true, last: {}, series: [], validation: [] };
    const last: Partial<Record<CurveName, number>> = {};
    const series: CurveColumns[] = [];
    for (const name of question.series ?? CURVE_NAMES) {
      const column = this.column(name);
      if (column === null) continue;
      const value = column.values[column.count - 1]!;
      if (Number.isFinite(value)) last[name] = value;
      series.push(columnsOf(name, column, question));
    }
    return { ...base, unchanged: false, last, series, validation: this.#validation };
  }

  #logged(name: CurveName): Column | null {
    const values = this.#metrics.column(name);
    return values === null ? null : { steps: this.#metrics.steps, values, count: this.#metrics.count };
  }

  #timedColumns(): Map<string, Column> {
    const { version, count, steps } = this.#timing;
    if (version === this.#timed.version) return this.#timed.columns;
    const data = this.#timing.column('dataMs')!;
    const compute = this.#timing.column('computeMs')!;
    const [rate, wait, elapsed] = [0, 1, 2].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    let sumMs = 0;
    for (let i = 0; i < count; i += 1) {
      const stepMs = data[i]! + compute[i]!;
      if (Number.isFinite(stepMs)) sumMs += stepMs;
      rate[i] = (this.#batchSize * 1000) / stepMs;
      wait[i] = data[i]! / stepMs;
      elapsed[i] = sumMs / 1000;
    }
    const columns = new Map(
      TIMED.map((name, i) => [name as string, { steps, values: [rate, wait, elapsed][i]!, count }]),
    );
    this.#timed = { version, columns };
    return columns;
  }
}

function columnsOf(name: CurveName, column: Column, question: CurveQuestion): CurveColumns {
  const { steps, values, count } = column;
  const from = indexOfStep(steps, count, question.fromStep ?? 0);
  const to = indexOfStep(steps, count, (question.toStep ?? Number.MAX_SAFE_INTEGER) + 1);
  const points = question.points ?? CURVE_POINTS;
  const kept = decimate({ steps, values, from, to }, points);
  const smoothing = question.smoothing ?? 0;
  // Times and epochs only rise: there is nothing to smooth.
  const isSmoothed = smoothing > 0 && name !== 'elapsedSec' && name !== 'epoch';
  const means = isSmoothed ? debiasedMean(values, to, smoothing) : null;
  return {
    name,
    steps: kept.map((i) => steps[i]!),
    values: kept.map((i) => finiteOrNull(values[i]!)),
    ...(means === null ? {} : { smooth: kept.map((i) => finiteOrNull(means[i]!)) }),
    exact: to - from <= points,
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function hasNumber({ values, count }: Column): boolean {
  for (let i = 0; i < count; i += 1) if (Number.isFinite(values[i]!)) return true;
  return false;
}

/** A line that is none costs only itself; later lines of a step count, and end what was measured after it before. */
function validationRows(text: string): ValidationRow[] {
  let rows: ValidationRow[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      const row = JSON.parse(line) as ValidationRow;
      if (!Number.isFinite(row.step)) continue;
      rows = rows.filter(({ step }) => step < row.step);
      rows.push(row);
    } catch {
      // `dubscope lint` and the training itself name it.
    }
  }
  return rows;
}
