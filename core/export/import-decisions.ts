/** Takes decisions from a file into a project, one step that can be undone; or says what that would do. */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { DecisionImport } from '../domain/export.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { applyJournaled, type Row, type RowChange } from '../project/journal.ts';
import { type Project, requireWritable } from '../project/project.ts';
import { pairRows } from './pair-rows.ts';
import { readDecisions, type WantedDecision, type WantedDecisions } from './read-decisions.ts';

/** How decisions are taken in. */
export type DecisionImportWishes = {
  /** Absolute path. */
  path: string;
  /** Only say what would be done. */
  preview: boolean;
  /** Whether the file wins over a decision that is here; otherwise what is here stays. */
  replace: boolean;
  /** Who decided where the file does not say. */
  by: string;
};

/** A pair of this project that the file decides on. */
type Match = { pairId: string; wanted: WantedDecision };

/** What comparing found so far; rows of the file that say the same, and that say otherwise. */
type Compared = { changes: RowChange[]; same: Set<WantedDecision>; conflicting: Set<WantedDecision> };

const PAIRS_AT_ONCE = 5000;

/**
 * Matches the rows of a file with the project's pairs by content, language and window, and decides as they say. Content
 * that is in the project more than once is decided everywhere.
 * @throws what `readDecisions` throws; nothing is changed then. PROJECT_READ_ONLY. CANCELLED, with nothing changed.
 */
export async function importDecisions(
  project: Project,
  clock: Clock,
  wishes: DecisionImportWishes,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<DecisionImport> {
  if (!wishes.preview) requireWritable(project);
  const read = await readDecisions(wishes.path, { signal, onProgress });
  const { matches, matched } = await matchesIn(project, read, { signal, onProgress });
  const compared: Compared = { changes: [], same: new Set(), conflicting: new Set() };
  const parts = partsOf(matches);
  signal?.throwIfAborted();
  onProgress({ step: 'comparing', done: 0, total: matches.length, unit: 'pairs' });
  for (const [i, some] of parts.entries()) {
    compare(project, clock, some, wishes, compared);
    // What will be changed must be what was compared: from here on nothing waits, unless nothing is changed.
    if (!wishes.preview) continue;
    signal?.throwIfAborted();
    onProgress({
      step: 'comparing',
      done: Math.min(matches.length, (i + 1) * PAIRS_AT_ONCE),
      total: matches.length,
      unit: 'pairs',
    });
    await othersTurn();
  }
  const { changes, same, conflicting } = compared;
  if (!wishes.preview) {
    const label = `Take ${changes.length} decisions from ${basename(wishes.path).slice(0, 100)}`;
    applyJournaled(project.db, clock, { label, by: wishes.by }, changes);
  }
  const { problems, wrong, rows } = read;
  return {
    rows,
    matched,
    same: rowsOf(same),
    conflicting: rowsOf(conflicting),
    notFound: rowsOf(read.byKey.values()) - matched,
    wrong,
    changed: changes.length,
    problems,
  };
}

/** @returns every pair that the file speaks of, and how many rows of the file speak of one. */
async function matchesIn(
  project: Project,
  { byKey }: WantedDecisions,
  { signal, onProgress = noProgress }: WorkOptions,
): Promise<{ matches: Match[]; matched: number }> {
  const matches: Match[] = [];
  const found = new Set<WantedDecision>();
  const wishes = { filter: undefined, decidedOnly: false, columns: ['key', 'pair_id'] } as const;
  for (const { rows, done, total } of pairRows(project.db, wishes)) {
    signal?.throwIfAborted();
    for (const [key, pairId] of rows) {
      const wanted = byKey.get(String(key));
      if (wanted === undefined) continue;
      found.add(wanted);
      matches.push({ pairId: String(pairId), wanted });
    }
    onProgress({ step: 'matching', done, total, unit: 'pairs' });
    await othersTurn();
  }
  return { matches, matched: rowsOf(found) };
}

/** Compares some pairs' decisions with the file's. */
function compare(
  project: Project,
  clock: Clock,
  some: readonly Match[],
  { preview, replace, by }: DecisionImportWishes,
  into: Compared,
): void {
  const atMs = clock.nowMs();
  const known = decisionsOf(project, some);
  const pair = project.db.prepare('SELECT 1 FROM pair WHERE id = ?');
  for (const { pairId, wanted } of some) {
    const before = known.get(pairId) ?? null;
    if (before !== null && before[1] === wanted.verdict && before[2] === wanted.reason) {
      into.same.add(wanted);
      continue;
    }
    if (before !== null) into.conflicting.add(wanted);
    if (before !== null && !replace) continue;
    // It may have gone with its clip or track since it was found.
    if (!preview && pair.get(pairId) === undefined) continue;
    const { verdict, reason } = wanted;
    const who = wanted.by === '' ? by : wanted.by;
    const after = { pair_id: pairId, verdict, reason, by: who, at_ms: wanted.atMs ?? atMs };
    into.changes.push({ table: 'decision', before: before === null ? null : rowOf(before), after });
  }
}

/** A row of the table of decisions, all its columns. */
type Stored = readonly [pairId: string, verdict: string, reason: string, by: string, atMs: number];

function decisionsOf({ db }: Project, some: readonly Match[]): Map<string, Stored> {
  const rows = db
    .prepare(
      `SELECT pair_id, verdict, reason, by, at_ms FROM decision WHERE pair_id IN (SELECT value FROM json_each(?))`,
    )
    .raw()
    .all(JSON.stringify(some.map(({ pairId }) => pairId))) as Stored[];
  return new Map(rows.map((row) => [row[0], row]));
}

/** As the journal keeps it. */
function rowOf([pair_id, verdict, reason, by, at_ms]: Stored): Row {
  return { pair_id, verdict, reason, by, at_ms };
}

function partsOf(matches: readonly Match[]): Match[][] {
  const parts: Match[][] = [];
  for (let from = 0; from < matches.length; from += PAIRS_AT_ONCE) {
    parts.push(matches.slice(from, from + PAIRS_AT_ONCE));
  }
  return parts;
}

function rowsOf(some: Iterable<WantedDecision>): number {
  let sum = 0;
  for (const { rows } of some) sum += rows;
  return sum;
}

/** The host answers others between two parts. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
