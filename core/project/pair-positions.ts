/**
 * Pairs by their place in a list, so that a list of a million can be entered anywhere. The rows that a filter takes are
 * kept in order for the last few filters asked for, and found anew when something of a pair has changed.
 */
import type { PairFilter } from '../domain/view.ts';
import type { PairOrder } from '../rpc/contract.ts';
import type { ProjectDatabase } from './database.ts';
import { rowsToListenFirst } from './listen-first.ts';
import { type PairCursor, testOf } from './pair-filter.ts';
import { pairScores, rowsByScore } from './pair-scores.ts';
import { firstRowFrom, type PairTable, pairTable, rowsBySuspicion } from './pair-table.ts';

/** A list of a million rows takes 4 MB; a person goes to and fro between a few filters. */
const KEPT_LISTS = 4;

type KeptLists = { version: number; lists: Map<string, Int32Array> };
const kept = new WeakMap<PairTable, KeptLists>();

/** Which list is meant: what it takes, and in which order. */
export type PairListing = { filter: PairFilter | undefined; order: PairOrder };

/**
 * The pairs from a place of a list on.
 * @param a `from`: 0 is the first pair; behind the end the answer is empty.
 * @returns their numbers (`seq`) in order; `next` as `selectPage` gives it.
 */
export function selectPlaces(
  db: ProjectDatabase,
  a: PairListing & { from: number; limit: number },
): { seqs: number[]; next: PairCursor | null } {
  const table = pairTable(db);
  const rows = listOf(db, table, a);
  const part = rows.subarray(a.from, a.from + a.limit);
  const last = part.at(-1);
  const goesOn = last !== undefined && a.from + part.length < rows.length;
  return {
    seqs: Array.from(part, (row) => table.seq[row]!),
    next: goesOn ? { suspicion: table.suspicion[last]!, seq: table.seq[last]! } : null,
  };
}

/** The place of a pair in a list, 0 is the first; null where the filter does not take it. */
export function findPlace(db: ProjectDatabase, a: PairListing, seq: number): number | null {
  const table = pairTable(db);
  const row = firstRowFrom(table, seq);
  if (table.seq[row] !== seq) return null;
  const place = listOf(db, table, a).indexOf(row);
  return place < 0 ? null : place;
}

/**
 * The nearest place above or below another whose pair nobody has decided and whose worst finding is at least so severe.
 * @param a `from`: begin beside this place; `step`: 1 down, -1 up; `least`: index of `SEVERITIES`.
 * @returns null where there is none.
 */
export function findUndecided(
  db: ProjectDatabase,
  a: PairListing & { from: number; step: 1 | -1; least: number },
): number | null {
  const table = pairTable(db);
  const rows = listOf(db, table, a);
  for (let place = a.from + a.step; place >= 0 && place < rows.length; place += a.step) {
    const row = rows[place]!;
    if (table.verdict[row] === 0 && table.severity[row]! >= a.least) return place;
  }
  return null;
}

function listOf(db: ProjectDatabase, table: PairTable, listing: PairListing): Int32Array {
  const { lists } = keptLists(table);
  const key = keyOf(db, table, listing);
  const list = lists.get(key) ?? findRows(db, table, listing);
  // Last asked for, last to go.
  lists.delete(key);
  lists.set(key, list);
  for (const oldest of lists.keys()) {
    if (lists.size <= KEPT_LISTS) break;
    lists.delete(oldest);
  }
  return list;
}

/** A list with scores in it is another one after another evaluation. */
function keyOf(db: ProjectDatabase, table: PairTable, { filter, order }: PairListing): string {
  const isScored = order === 'score' || order === 'listen' || filter?.maxScore !== undefined;
  return JSON.stringify([order, filter ?? {}, isScored ? pairScores(db, table)?.evaluationId : null]);
}

/** Rows in an order; null: import order. */
function inOrder(db: ProjectDatabase, table: PairTable, order: PairOrder): Int32Array | null {
  if (order === 'imported') return null;
  if (order === 'listen') return rowsToListenFirst(table, pairScores(db, table));
  const rows = rowsBySuspicion(table);
  const scores = order === 'score' ? pairScores(db, table) : null;
  return scores === null ? rows : rowsByScore(scores, rows);
}

function keptLists(table: PairTable): KeptLists {
  const known = kept.get(table);
  if (known !== undefined && known.version === table.version) return known;
  const empty = { version: table.version, lists: new Map<string, Int32Array>() };
  kept.set(table, empty);
  return empty;
}

function findRows(db: ProjectDatabase, table: PairTable, listing: PairListing): Int32Array {
  const test = testOf(db, table, listing.filter);
  const order = inOrder(db, table, listing.order);
  const rows = new Int32Array(table.count);
  let found = 0;
  for (let at = 0; at < table.count; at += 1) {
    const row = order === null ? at : order[at]!;
    if (!test(row)) continue;
    rows[found] = row;
    found += 1;
  }
  return rows.slice(0, found);
}
