/** Curves and comparisons of runs as CSV files. */
import { open } from 'node:fs/promises';
import { CURVE_NAMES } from '../domain/curves.ts';
import { bestResults, type ComparedRun, differingSettings } from '../domain/run-table.ts';
import { csvText } from '../export/csv-text.ts';
import { atomicMake, atomicWrite } from '../files/atomic-write.ts';
import type { MetricsSeries } from './metrics-series.ts';

const ROWS_A_PART = 5000;

/** The columns of measurements on held-out clips, filled in the row of the step after which they were made. */
const HELDOUT = ['recallAt1', 'recallAt5', 'chanceAt1', 'sameClip', 'otherClip', 'gap'] as const;

/** Writes settings that differ and best results, one column a run. @returns rows below the head. */
export async function writeRunTable(path: string, runs: readonly ComparedRun[]): Promise<number> {
  const rows = [...differingSettings(runs.map(({ run }) => run)), ...bestResults(runs)];
  const head = ['', ...runs.map(({ run }) => run.id)];
  await atomicWrite(path, csvText([head, ...rows.map(({ name, cells }) => [name, ...cells])]));
  return rows.length;
}

/**
 * Writes every logged row of every run: run, step, all curves, `heldout_` columns where the run was measured. What a
 * row does not have stays empty. Others are answered between its parts. @returns rows below the head.
 */
export async function writeCurves(
  path: string,
  runs: readonly { runId: string; series: MetricsSeries }[],
): Promise<number> {
  let rows = 0;
  await atomicMake(path, async (temporary) => {
    const handle = await open(temporary, 'w');
    try {
      const head = ['run', 'step', ...CURVE_NAMES, ...HELDOUT.map((name) => `heldout_${name}`)];
      await handle.appendFile(csvText([head]));
      for (const { runId, series } of runs) {
        const table = rowsOf(runId, series);
        for (let at = 0; at < table.count; at += ROWS_A_PART) {
          const part = Array.from({ length: Math.min(ROWS_A_PART, table.count - at) }, (_, i) =>
            table.row(at + i),
          );
          await handle.appendFile(csvText(part));
        }
        rows += table.count;
      }
    } finally {
      await handle.close();
    }
  });
  return rows;
}

type Cells = { count: number; row(i: number): (string | number | null)[] };

function rowsOf(runId: string, series: MetricsSeries): Cells {
  const columns = CURVE_NAMES.map((name) => series.column(name));
  const logged = series.column('loss');
  const validation = new Map(series.validation.map((row) => [row.step, row]));
  const steps = logged === null ? new Float64Array(0) : logged.steps.slice(0, logged.count);
  // Each log has rows of its own: a step is looked for, beginning where the last one was.
  const places = columns.map(() => 0);
  return {
    count: steps.length,
    row: (i) => {
      const step = steps[i]!;
      const measured = validation.get(step);
      const values = columns.map((column, c) => {
        if (column === null) return null;
        while (places[c]! < column.count && column.steps[places[c]!]! < step) places[c]! += 1;
        const value = column.steps[places[c]!] === step ? column.values[places[c]!]! : Number.NaN;
        return Number.isFinite(value) ? value : null;
      });
      return [runId, step, ...values, ...HELDOUT.map((name) => measured?.[name] ?? null)];
    },
  };
}
