/** Requests about the curves of runs. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CURVE_NAMES, MOST_CURVE_RUNS } from '../../core/domain/curves.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { type Project, requireWritable } from '../../core/project/project.ts';
import { getRun, runFolder } from '../../core/project/queries/runs.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import { writeCurves, writeRunTable } from '../../core/training/export-curves.ts';
import { MetricsSeries } from '../../core/training/metrics-series.ts';
import type { HostContext } from '../host.ts';

/** Handlers of `run/curves` and `run/export-curves`. */
export function curveHandlers(context: HostContext) {
  const kept = new Map<string, MetricsSeries>();
  const freshOf = async (project: Project, run: RunSummary): Promise<MetricsSeries> => {
    const folder = runFolder(project, run.id);
    const series = kept.get(folder) ?? new MetricsSeries(folder, run.config.batchSize);
    // Those that were asked for last are kept.
    kept.delete(folder);
    kept.set(folder, series);
    for (const old of [...kept.keys()].slice(0, -MOST_CURVE_RUNS)) kept.delete(old);
    await series.refresh();
    return series;
  };
  return {
    'run/curves': async ({ runIds, known = {}, ...question }) => {
      const project = context.project();
      const runs = [...new Set(runIds)].map((id) => getRun(project, id));
      const answers = [];
      for (const run of runs) {
        const series = await freshOf(project, run);
        const has = Object.hasOwn(known, run.id) ? known[run.id] : undefined;
        answers.push(series.ask(run.id, has === undefined ? question : { ...question, known: has }));
        // Twenty long runs take a while: others are answered between them.
        await new Promise(setImmediate);
      }
      return answers;
    },
    'run/export-curves': async ({ runIds, kind }) => {
      const project = context.project();
      requireWritable(project);
      const runs = [...new Set(runIds)].map((id) => getRun(project, id));
      const folder = join(project.folder, 'exports');
      await mkdir(folder, { recursive: true });
      const all = [];
      for (const run of runs) all.push({ run, runId: run.id, series: await freshOf(project, run) });
      const path = freePath(folder, kind === 'table' ? 'runs' : 'curves');
      if (kind === 'curves') return { path, rows: await writeCurves(path, all) };
      const compared = all.map(({ run, series }) => ({
        run,
        curves: series.ask(run.id, { series: CURVE_NAMES, points: 3 }),
      }));
      return { path, rows: await writeRunTable(path, compared) };
    },
  } satisfies Partial<Handlers>;
}

/** `curves.csv`, or `curves-2.csv` where that is there: nothing is written over. */
function freePath(folder: string, name: string): string {
  for (let i = 1; ; i += 1) {
    const path = join(folder, i === 1 ? `${name}.csv` : `${name}-${i}.csv`);
    if (!existsSync(path)) return path;
  }
}
