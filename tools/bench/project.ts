/**
 * A project of a million pairs, made through the import's own store: how long each thing takes that a person waits for.
 * The peer is SQLite itself: the time of `SELECT count(*)` with a condition over the same table, in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { redo, undo } from '../../core/project/journal.ts';
import { countPairs } from '../../core/project/pair-filter.ts';
import { createProject, openProject } from '../../core/project/project.ts';
import { setDecision } from '../../core/project/queries/decisions.ts';
import { storeCheckResult } from '../../core/project/queries/findings.ts';
import { listPairs } from '../../core/project/queries/pairs.ts';
import { summarise } from '../../core/project/queries/summary.ts';
import { madeFindings, madeImport, titlesFor } from './made-project.ts';

/** What the benchmark may be told. */
export type ProjectBenchOptions = { pairs: number; print: (line: string) => void };

/** Makes the project, times everything, removes it. */
export async function benchProject({ pairs, print }: ProjectBenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-bench-'));
  const time = <T>(name: string, work: () => T): T => {
    const startMs = performance.now();
    const value = work();
    print(`${name.padEnd(64)} ${(performance.now() - startMs).toFixed(1).padStart(9)} ms`);
    return value;
  };
  try {
    const options = { program: 'bench', clock: systemClock };
    const made = createProject(join(folder, 'large'), options);
    const titles = titlesFor(pairs);
    const imported = madeImport(titles);
    time(`store an import of ${titles} titles`, () =>
      storeImport(made.db, systemClock, imported, { label: 'Import', by: 'bench' }),
    );
    time('store what the checks said', () =>
      storeCheckResult(
        made.db,
        imported.titles.map(({ id }) => id),
        { alignments: [], findings: madeFindings(imported.titles) },
      ),
    );
    made.close();
    const startMs = performance.now();
    const project = await openProject(made.folder, options);
    print(
      `${'open (with the backup of the day)'.padEnd(64)} ${(performance.now() - startMs).toFixed(1).padStart(9)} ms`,
    );
    const { db } = project;
    time('summary', () => summarise(project));
    const peer = () => db.prepare("SELECT count(*) FROM pair WHERE language = 'fr' AND severity >= 2").get();
    time('peer: one count of two conditions in SQL', peer);
    time('first page with a filter (reads the columns)', () =>
      listPairs(db, { filter: { languages: ['fr'] } }),
    );
    for (const [name, filter] of FILTERS) {
      time(`page by suspicion: ${name}`, () => listPairs(db, { filter, order: 'suspicion' }));
      const { total } = countPairs(db, filter);
      for (const part of ['first', 'again'] as const) {
        const place = { from: Math.floor(total / 2), limit: 200, filter, order: 'suspicion' as const };
        time(`200 from the middle, ${part}: ${name}`, () => listPairs(db, place));
      }
      time(`counts: ${name}`, () => countPairs(db, filter));
    }
    const many = { titleIds: imported.titles.slice(0, Math.ceil(titles / 10)).map(({ id }) => id) };
    time(`accept ${countPairs(db, many).total} pairs`, () =>
      setDecision(db, systemClock, { filter: many, verdict: 'accept' }),
    );
    time('undo it', () => undo(db));
    time('redo it', () => redo(db));
    print(`memory: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
    project.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FILTERS: [string, PairFilter][] = [
  ['all', {}],
  ['suspect French', { languages: ['fr'], states: ['suspect'] }],
  ['held out, silent', { split: 'heldout', findingCodes: ['silent'] }],
  ['a finding that nothing has', { findingCodes: ['commentary'] }],
  ['text', { text: 'title 0199' }],
];
