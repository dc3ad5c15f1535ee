/** Takes decisions from a file into a project, one step that can be undone; or says what that would do. */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { DecisionImport } from '../domain/export.ts';
import { applyJournaled, type Row, type RowChange } from '../project/journal.ts';
import { type Project, requireWritable } from '../project/project.ts';
import { pairRows } from './pair-rows.ts';
import { readDecisions, type WantedDecision } from './read-decisions.ts';

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

/**
 * Matches the rows of a file with the project's pairs by content, language and window, and decides as they say. Content
 * that is in the project more than once is decided everywhere.
 * @throws what `readDecisions` throws; nothing is changed then. PROJECT_READ_ONLY.
 */
export async function importDecisions(
  project: Project,
  clock: Clock,
  wishes: DecisionImportWishes,
  signal?: AbortSignal,
): Promise<DecisionImport> {
  if (!wishes.preview) requireWritable(project);
  const read = await readDecisions(wishes.path, signal);
  const found = new Set<string>();
  const matches: Match[] = [];
  for (const { rows } of pairRows(project.db, { filter: undefined, decidedOnly: false })) {
    signal?.throwIfAborted();
    for (const row of rows) {
      const wanted = read.byKey.get(String(row.key));
      if (wanted === undefined) continue;
      found.add(String(row.key));
      matches.push({ pairId: String(row.pair_id), wanted });
    }
    // The host answers others between two parts.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const rowsOf = (keys: Iterable<string>): number => {
    let sum = 0;
    for (const key of keys) sum += read.byKey.get(key)!.rows;
    return sum;
  };
  const matched = rowsOf(found);
  const notFound = rowsOf(read.byKey.keys()) - matched;
  const { problems, wrong, rows } = read;
  // From here on nothing waits, so that what is compared is what is changed.
  const { changes, same, conflicting } = compare(project, clock, matches, wishes);
  if (!wishes.preview) {
    const label = `Take ${changes.length} decisions from ${basename(wishes.path).slice(0, 100)}`;
    applyJournaled(project.db, clock, { label, by: wishes.by }, changes);
  }
  return { rows, matched, same, conflicting, notFound, wrong, changed: changes.length, problems };
}

function compare(
  project: Project,
  clock: Clock,
  matches: readonly Match[],
  { replace, by }: DecisionImportWishes,
): { changes: RowChange[]; same: number; conflicting: number } {
  const known = project.db.prepare('SELECT * FROM decision WHERE pair_id = ?');
  const atMs = clock.nowMs();
  const changes: RowChange[] = [];
  const sameRows = new Set<WantedDecision>();
  const conflictingRows = new Set<WantedDecision>();
  for (const { pairId, wanted } of matches) {
    const before = (known.get(pairId) as Row | undefined) ?? null;
    if (before !== null && before.verdict === wanted.verdict && before.reason === wanted.reason) {
      sameRows.add(wanted);
      continue;
    }
    if (before !== null) conflictingRows.add(wanted);
    if (before !== null && !replace) continue;
    const { verdict, reason } = wanted;
    const who = wanted.by === '' ? by : wanted.by;
    const after = { pair_id: pairId, verdict, reason, by: who, at_ms: wanted.atMs ?? atMs };
    changes.push({ table: 'decision', before, after });
  }
  const count = (some: Set<WantedDecision>): number => [...some].reduce((sum, { rows }) => sum + rows, 0);
  return { changes, same: count(sameRows), conflicting: count(conflictingRows) };
}
