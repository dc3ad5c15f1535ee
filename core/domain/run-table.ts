/** Several runs held beside each other: the settings that differ, and what each reached. */
import type { RunCurves } from './curves.ts';
import type { RunConfig, RunSummary } from './run.ts';

/** A row of the table: what it is of, and one cell a run; null: the run has none. */
export type RunTableRow = { name: string; cells: (string | number | null)[] };

/** A run with what is known of its curves. */
export type ComparedRun = { run: RunSummary; curves: Pick<RunCurves, 'last' | 'validation'> };

/** Settings that are not the same in all runs, by the names of `RunConfig`; empty for one run. */
export function differingSettings(runs: readonly RunSummary[]): RunTableRow[] {
  const names = [...new Set(runs.flatMap(({ config }) => Object.keys(config)))] as (keyof RunConfig)[];
  const text = (run: RunSummary, name: keyof RunConfig): string => {
    // Runs of earlier versions lack newer settings.
    const value: unknown = run.config[name] ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return names
    .map((name) => ({ name: name as string, cells: runs.map((run) => text(run, name)) }))
    .filter(({ cells }) => new Set(cells).size > 1);
}

/**
 * Best results: highest R@1 (0..1) with its step, the gap then, the last loss, steps, and the time spent in steps, s.
 * Of equal R@1 the earliest counts.
 */
export function bestResults(runs: readonly ComparedRun[]): RunTableRow[] {
  const best = runs.map(({ curves }) =>
    curves.validation.reduce<(typeof curves.validation)[number] | null>(
      (found, row) => (found === null || row.recallAt1 > found.recallAt1 ? row : found),
      null,
    ),
  );
  return [
    { name: 'best R@1', cells: best.map((row) => row?.recallAt1 ?? null) },
    { name: 'at step', cells: best.map((row) => row?.step ?? null) },
    { name: 'R@5 then', cells: best.map((row) => row?.recallAt5 ?? null) },
    { name: 'gap then', cells: best.map((row) => row?.gap ?? null) },
    { name: 'last loss', cells: runs.map(({ run }) => run.lastLoss) },
    { name: 'steps', cells: runs.map(({ run }) => run.step) },
    { name: 'time in steps, s', cells: runs.map(({ curves }) => curves.last.elapsedSec ?? null) },
  ];
}
