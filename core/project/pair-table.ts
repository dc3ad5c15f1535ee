/**
 * The pairs of an open project as columns in memory, so that any filter over a million of them, and the counts beside
 * it, take some milliseconds. Built when it is first needed, patched when decisions or findings change, forgotten when
 * titles or pairs come and go. The database stays the truth.
 */
import { FINDING_CODES, SEVERITIES } from '../domain/finding.ts';
import type { PairState, Split } from '../domain/title.ts';
import type { ProjectDatabase } from './database.ts';
import { beginReading, type PairReading } from './pair-reading.ts';

/** Verdicts by number; 0 is none. */
const VERDICTS = [null, 'accept', 'reject', 'needs-work'] as const;
/** Every state a pair can be in, by number. */
export const PAIR_STATES: readonly PairState[] = ['accepted', 'rejected', 'needs-work', 'suspect', 'open'];
const STATE_OF_VERDICT = [-1, 0, 1, 2] as const;
const FAULT = SEVERITIES.indexOf('fault');

/** A title or shot: its name for searching in lower case. */
export type Named = { id: string; name: string };

/** Suspicion is kept in tenths of a point, so that a million pairs can be sorted by counting. */
const STEPS_PER_POINT = 10;
const SUSPICION_STEPS = 100 * STEPS_PER_POINT;

/** Columns of all pairs, in import order. */
export type PairTable = {
  count: number;
  /** Ascending. */
  seq: Int32Array;
  title: Int32Array;
  shot: Int32Array;
  language: Uint16Array;
  verdict: Uint8Array;
  severity: Int8Array;
  /** A bit for each finding code, in the order of `FINDING_CODES`. */
  codes: Uint32Array;
  /** 0..100, whole tenths. */
  suspicion: Float32Array;
  titles: (Named & { split: Split })[];
  /** Shot names are only unique within their title. */
  shots: (Named & { title: number })[];
  languages: string[];
  /** Rows by falling suspicion, then import order; null until asked for. */
  bySuspicion: Int32Array | null;
  /** Goes up with every patch: what was derived from the columns is then out of date. */
  version: number;
  /** SQLite's counter of changes made by others when this was read. */
  dataVersion: number;
};

const tables = new WeakMap<ProjectDatabase, PairTable>();
/** What is read in advance, as far as it has got. */
const readings = new WeakMap<ProjectDatabase, PairReading>();

/** The columns of a project; what was not read yet is read now. */
export function pairTable(db: ProjectDatabase): PairTable {
  while (!readOn(db));
  return tables.get(db)!;
}

/**
 * Reads a part of the columns in advance, some 10 to 30 ms. To be called between other things, until it says that all is
 * there.
 */
export function readOn(db: ProjectDatabase): boolean {
  const version = dataVersion(db);
  if (tables.get(db)?.dataVersion === version) return true;
  let reading = readings.get(db);
  if (reading?.table.dataVersion !== version) reading = beginReading(db, version);
  readings.set(db, reading);
  if (!reading.step()) return false;
  readings.delete(db);
  tables.set(db, reading.table);
  return true;
}

/** The columns as far as they are known to be those of the database; nothing is read. */
export function knownPairTable(db: ProjectDatabase): PairTable | null {
  const table = tables.get(db);
  return table?.dataVersion === dataVersion(db) ? table : null;
}

/** Titles, shots or pairs came, went or changed: the columns are read again when they are next needed. */
export function forgetPairs(db: ProjectDatabase): void {
  tables.delete(db);
  readings.delete(db);
}

/** State number of a row: an index of `PAIR_STATES`. */
export function stateAt(table: PairTable, row: number): number {
  const state = STATE_OF_VERDICT[table.verdict[row]!]!;
  if (state >= 0) return state;
  return table.severity[row]! >= FAULT ? 3 : 4;
}

/** Bits of some codes. */
export function codeBits(codes: readonly string[]): number {
  let bits = 0;
  for (const code of codes) {
    const at = (FINDING_CODES as string[]).indexOf(code);
    if (at >= 0) bits |= 1 << at;
  }
  return bits >>> 0;
}

/** What changed of a pair. */
export type PairPatch = { seq: number } & (
  | { verdict: string | null }
  | { severity: number; codes: string; suspicion: number }
);

/** Brings columns that were read before up to date. */
export function patchPairs(db: ProjectDatabase, patches: readonly PairPatch[]): void {
  // What was read in part may be from before or after the change.
  readings.delete(db);
  const table = tables.get(db);
  if (table === undefined) return;
  table.version += 1;
  for (const patch of patches) {
    const row = rowOf(table, patch.seq);
    if (row < 0) continue;
    if ('verdict' in patch) {
      table.verdict[row] = verdictNumber(patch.verdict);
      continue;
    }
    table.severity[row] = patch.severity;
    table.codes[row] = codeBits(patch.codes.split(' '));
    table.suspicion[row] = patch.suspicion;
    table.bySuspicion = null;
  }
}

/** First row whose number is not below `seq`. */
export function firstRowFrom(table: PairTable, seq: number): number {
  let low = 0;
  let high = table.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.seq[middle]! < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All rows, the most suspicious first. */
export function rowsBySuspicion(table: PairTable): Int32Array {
  if (table.bySuspicion !== null) return table.bySuspicion;
  const { suspicion, count } = table;
  const stepOf = (row: number): number => SUSPICION_STEPS - Math.round(suspicion[row]! * STEPS_PER_POINT);
  const starts = new Int32Array(SUSPICION_STEPS + 2);
  for (let row = 0; row < count; row += 1) starts[stepOf(row) + 1]! += 1;
  for (let step = 1; step < starts.length; step += 1) starts[step]! += starts[step - 1]!;
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) {
    const step = stepOf(row);
    rows[starts[step]!] = row;
    starts[step]! += 1;
  }
  table.bySuspicion = rows;
  return rows;
}

function rowOf(table: PairTable, seq: number): number {
  const row = firstRowFrom(table, seq);
  return table.seq[row] === seq ? row : -1;
}

/** Number of a verdict; 0 is none. */
export function verdictNumber(verdict: string | null): number {
  return Math.max(0, (VERDICTS as readonly (string | null)[]).indexOf(verdict));
}

function dataVersion(db: ProjectDatabase): number {
  return db.pragma('data_version', { simple: true }) as number;
}
