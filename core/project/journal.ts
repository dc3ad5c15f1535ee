/**
 * What people decided, in order, each with what it takes to undo it. A change and its entry are one transaction:
 * there is never one without the other.
 */
import type { Clock } from '../clock.ts';
import { AppError } from '../domain/errors.ts';
import type { JournalEntry } from '../domain/project.ts';
import type { ProjectDatabase } from './database.ts';
import { CHANGES_IN_PART, readParts, writePart } from './journal-parts.ts';
import { refreshVerdicts } from './pair-state.ts';
import { forgetPairs } from './pair-table.ts';

/** Tables whose rows people change, with the columns that name a row. */
const KEYS = {
  decision: ['pair_id'],
  alignment: ['title_id', 'language', 'source'],
  title: ['id'],
  view: ['id'],
  item: ['id'],
  shot: ['id'],
  track: ['id'],
  clip: ['id'],
  pair: ['id'],
} as const satisfies Record<string, readonly string[]>;

/** Columns that follow from decisions and checks: a row that stays keeps them, whatever they were when the entry was made. */
const DERIVED: Partial<Record<JournalTable, readonly string[]>> = {
  pair: ['verdict', 'severity', 'codes', 'suspicion'],
};

/** A table that the journal can change. */
export type JournalTable = keyof typeof KEYS;

/** A row as SQLite gives it. */
export type Row = Record<string, string | number | null>;

/** One row that comes, goes or changes. `before` null: it comes; `after` null: it goes. */
export type RowChange = { table: JournalTable; before: Row | null; after: Row | null };

/**
 * Applies changes and writes their entry, all or nothing, in parts as they come.
 * @returns how many rows changed; no entry is written for none.
 */
export function applyJournaled(
  db: ProjectDatabase,
  clock: Clock,
  entry: { label: string; by: string },
  changes: Iterable<RowChange>,
): number {
  return db.transaction(() => {
    let count = 0;
    let part = 0;
    let seq: number | null = null;
    for (const some of inParts(changes)) {
      seq ??= beginEntry(db, clock, entry);
      applyAll(db, some);
      writePart(db, seq, part, some);
      count += some.length;
      part += 1;
    }
    return count;
  })();
}

function* inParts(changes: Iterable<RowChange>): Generator<RowChange[]> {
  let some: RowChange[] = [];
  for (const change of changes) {
    some.push(change);
    if (some.length < CHANGES_IN_PART) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

function beginEntry(db: ProjectDatabase, clock: Clock, entry: { label: string; by: string }): number {
  dropUndone(db);
  const insert = db.prepare('INSERT INTO journal (at_ms, by, label, can_undo) VALUES (?, ?, ?, 1)');
  return Number(insert.run(clock.nowMs(), entry.by, entry.label).lastInsertRowid);
}

/** Notes something that cannot be undone because it can be made again (checks, runs). */
export function noteInJournal(db: ProjectDatabase, clock: Clock, entry: { label: string; by: string }): void {
  db.prepare('INSERT INTO journal (at_ms, by, label, can_undo) VALUES (?, ?, ?, 0)').run(
    clock.nowMs(),
    entry.by,
    entry.label,
  );
}

/** Takes back the newest change that still stands. @throws AppError NOTHING_TO_UNDO. */
export function undo(db: ProjectDatabase): JournalEntry {
  return flip(db, 'SELECT * FROM journal WHERE can_undo = 1 AND undone = 0 ORDER BY seq DESC LIMIT 1', 1);
}

/** Makes the oldest change that was taken back hold again. @throws AppError NOTHING_TO_UNDO. */
export function redo(db: ProjectDatabase): JournalEntry {
  return flip(db, 'SELECT * FROM journal WHERE can_undo = 1 AND undone = 1 ORDER BY seq LIMIT 1', 0);
}

/** The newest entries before `beforeSeq`. */
export function listJournal(db: ProjectDatabase, limit: number, beforeSeq: number | null): JournalEntry[] {
  const rows = db
    .prepare(
      'SELECT seq, at_ms, by, label, undone, can_undo FROM journal WHERE seq < ? ORDER BY seq DESC LIMIT ?',
    )
    .all(beforeSeq ?? Number.MAX_SAFE_INTEGER, limit) as JournalRow[];
  return rows.map(toEntry);
}

type JournalRow = {
  seq: number;
  at_ms: number;
  by: string;
  label: string;
  undone: number;
  can_undo: number;
};

function flip(db: ProjectDatabase, sql: string, undone: 0 | 1): JournalEntry {
  return db.transaction(() => {
    const row = db.prepare(sql).get() as JournalRow | undefined;
    if (row === undefined) {
      const what = undone === 1 ? 'undo' : 'redo';
      throw new AppError('NOTHING_TO_UNDO', `There is nothing to ${what}. Nothing was changed.`);
    }
    for (const changes of readParts(db, row.seq, undone === 1 ? 'reverse' : 'forward')) {
      applyAll(db, undone === 1 ? changes.map(inverse).reverse() : changes);
    }
    db.prepare('UPDATE journal SET undone = ? WHERE seq = ?').run(undone, row.seq);
    return toEntry({ ...row, undone });
  })();
}

function inverse(change: RowChange): RowChange {
  return { table: change.table, before: change.after, after: change.before };
}

function applyAll(db: ProjectDatabase, changes: readonly RowChange[]): void {
  const statements = new Map<string, (row: Row) => void>();
  for (const change of changes) {
    const row = change.after ?? change.before;
    if (row === null) continue;
    const verb = change.after === null ? 'delete' : 'put';
    const columns = verb === 'put' ? Object.keys(row) : [...KEYS[change.table]];
    const key = `${verb} ${change.table} ${columns.join()}`;
    let run = statements.get(key);
    if (run === undefined) {
      run = prepareChange(db, change.table, verb, columns);
      statements.set(key, run);
    }
    run(row);
  }
  refreshVerdicts(db, changes.flatMap(decidedPair));
  if (changes.some(({ table }) => table !== 'decision' && table !== 'view')) forgetPairs(db);
}

function decidedPair(change: RowChange): string[] {
  if (change.table === 'decision') return [String((change.after ?? change.before)?.pair_id)];
  // A pair that comes back finds the decision that was made on it before.
  const comes = change.table === 'pair' && change.before === null;
  return comes ? [String(change.after?.id)] : [];
}

function prepareChange(
  db: ProjectDatabase,
  table: JournalTable,
  verb: 'put' | 'delete',
  columns: string[],
): (row: Row) => void {
  if (verb === 'delete') {
    const statement = db.prepare(
      `DELETE FROM ${table} WHERE ${columns.map((c) => `${quote(c)} = ?`).join(' AND ')}`,
    );
    return (row) => void statement.run(columns.map((column) => row[column] ?? null));
  }
  const keys: readonly string[] = KEYS[table];
  const fixed = [...keys, ...(DERIVED[table] ?? [])];
  const updates = columns.filter((column) => !fixed.includes(column));
  const conflict =
    updates.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${updates.map((c) => `${quote(c)} = excluded.${quote(c)}`).join(', ')}`;
  const statement = db.prepare(
    `INSERT INTO ${table} (${columns.map(quote).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (${keys.map(quote).join(', ')}) ${conflict}`,
  );
  return (row) => void statement.run(columns.map((column) => row[column] ?? null));
}

function quote(column: string): string {
  if (!/^[a-z_0-9]+$/.test(column))
    throw new AppError('PROJECT_DAMAGED', 'The journal names a column that cannot be.');
  return `"${column}"`;
}

function dropUndone(db: ProjectDatabase): void {
  // A new change ends the branch that was taken back, as people know it from editors.
  db.prepare('UPDATE journal SET can_undo = 0 WHERE undone = 1').run();
}

function toEntry(row: JournalRow): JournalEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    by: row.by,
    label: row.label,
    undone: row.undone === 1,
    canUndo: row.can_undo === 1,
  };
}
