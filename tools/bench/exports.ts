/**
 * A large project's pairs and decisions out as CSV and back: time, memory, and the longest time that the host answers nobody.
 * The peer is csv-stringify over the same rows in the same run, which wrote the files before.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { stringify } from 'csv-stringify/sync';
import { systemClock } from '../../core/clock.ts';
import { PAIR_COLUMNS } from '../../core/export/columns.ts';
import { csvText } from '../../core/export/csv-text.ts';
import { exportTable } from '../../core/export/export-table.ts';
import { importDecisions } from '../../core/export/import-decisions.ts';
import { pairRows } from '../../core/export/pair-rows.ts';
import { openProject } from '../../core/project/project.ts';
import { setDecision } from '../../core/project/queries/decisions.ts';
import { makeProject } from './made-project.ts';

const MEMORY_EACH_MS = 20;

/** What the benchmark may be told. */
export type ExportsBenchOptions = { pairs: number; print: (line: string) => void };

/** Makes the project, decides every pair, times both ways, removes it. */
export async function benchExports({ pairs, print }: ExportsBenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-bench-'));
  try {
    const path = join(folder, 'large.dubscope');
    makeProject(path, pairs);
    const project = await openProject(path, { program: 'bench', clock: systemClock });
    const { db } = project;
    const pairIds = db.prepare('SELECT id FROM pair').pluck().all() as string[];
    setDecision(db, systemClock, { pairIds, verdict: 'accept', reason: 'good, clear', by: 'bench' });
    const file = (name: string): string => join(folder, name);
    for (const kind of ['pairs', 'decisions'] as const) {
      const wishes = { kind, path: file(`${kind}.csv`), format: 'csv', filter: undefined } as const;
      await timed(print, `export of ${pairs} ${kind} as CSV`, () => exportTable(db, wishes));
      print(`  ${(statSync(wishes.path).size / 1e6).toFixed(1)} MB`);
    }
    const wishes = { path: file('decisions.csv'), replace: false, by: 'bench' };
    for (const preview of [true, false]) {
      if (!preview) db.prepare("UPDATE decision SET verdict = 'reject' WHERE rowid % 2 = 0").run();
      const what = preview ? 'look at them all' : 'take in, half of them decided otherwise';
      await timed(print, what, () =>
        importDecisions(project, systemClock, { ...wishes, preview, replace: !preview }),
      );
    }
    const [part] = pairRows(db, {
      filter: undefined,
      decidedOnly: false,
      columns: PAIR_COLUMNS.map(({ name }) => name),
    });
    const rows = part?.rows ?? [];
    const times = pairs / Math.max(1, rows.length);
    for (const [name, write] of [
      ['csv-stringify', () => stringify(rows, { record_delimiter: 'windows' })],
      ['ours', () => csvText(rows)],
    ] as const) {
      write();
      const startMs = performance.now();
      for (let i = 0; i < times; i += 1) write();
      print(`rows to CSV text, ${name}: ${((performance.now() - startMs) / 1000).toFixed(2)} s`);
    }
    project.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(
  print: (line: string) => void,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let mostBytes = 0;
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  }, MEMORY_EACH_MS);
  delay.enable();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1000;
  // A last stretch without a turn is heard of only in the next one.
  await new Promise((resolve) => setTimeout(resolve, 50));
  clearInterval(timer);
  print(
    `${what}: ${seconds.toFixed(2)} s, nobody answered for at most ${(delay.max / 1e6).toFixed(0)} ms, memory at most ${(mostBytes / 1e6).toFixed(0)} MB`,
  );
}
