/** Which pairs a filter takes: the one place of that rule. */
import { FINDING_CODES, SEVERITIES } from '../domain/finding.ts';
import type { PairFilter } from '../domain/view.ts';
import type { PairCounts, PairOrder } from '../rpc/contract.ts';
import type { ProjectDatabase } from './database.ts';
import { pairScores } from './pair-scores.ts';
import {
  codeBits,
  firstRowFrom,
  PAIR_STATES,
  type PairTable,
  pairTable,
  rowsBySuspicion,
  stateAt,
} from './pair-table.ts';

/** Whether a row is taken. */
export type Test = (row: number) => boolean;

/** A test of whether a filter takes a row of the columns. */
export function testOf(db: ProjectDatabase, table: PairTable, filter: PairFilter | undefined): Test {
  const tests: Test[] = [];
  const { language, title, shot, severity, codes } = table;
  if (filter?.languages !== undefined) {
    const wanted = flags(table.languages, (tag) => filter.languages!.includes(tag));
    tests.push((row) => wanted[language[row]!] === 1);
  }
  if (filter?.titleIds !== undefined) {
    const ids = new Set(filter.titleIds);
    const wanted = flags(table.titles, ({ id }) => ids.has(id));
    tests.push((row) => wanted[title[row]!] === 1);
  }
  if (filter?.split !== undefined) {
    const wanted = flags(table.titles, ({ split }) => split === filter.split);
    tests.push((row) => wanted[title[row]!] === 1);
  }
  if (filter?.states !== undefined) {
    const wanted = flags(PAIR_STATES, (state) => filter.states!.includes(state));
    tests.push((row) => wanted[stateAt(table, row)] === 1);
  }
  if (filter?.minSeverity !== undefined) {
    const least = SEVERITIES.indexOf(filter.minSeverity);
    tests.push((row) => severity[row]! >= least);
  }
  if (filter?.findingCodes !== undefined) {
    const bits = codeBits(filter.findingCodes);
    tests.push((row) => (codes[row]! & bits) !== 0);
  }
  if (filter?.text !== undefined) {
    const text = filter.text.toLowerCase();
    const wanted = flags(table.shots, (s) => `${table.titles[s.title]?.name ?? ''} ${s.name}`.includes(text));
    tests.push((row) => wanted[shot[row]!] === 1);
  }
  if (filter?.maxScore !== undefined) {
    const most = filter.maxScore;
    const scores = pairScores(db, table)?.byRow;
    tests.push((row) => scores !== undefined && scores[row]! <= most);
  }
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

function flags<T>(items: readonly T[], isWanted: (item: T) => boolean): Uint8Array {
  return Uint8Array.from(items, (item) => Number(isWanted(item)));
}

/** Numbers (`seq`) of all pairs that a filter takes, in import order. */
export function selectSeqs(db: ProjectDatabase, filter: PairFilter | undefined): number[] {
  const table = pairTable(db);
  const test = testOf(db, table, filter);
  const seqs: number[] = [];
  for (let row = 0; row < table.count; row += 1) if (test(row)) seqs.push(table.seq[row]!);
  return seqs;
}

/** Where a list of pairs goes on: behind this pair. */
export type PairCursor = { suspicion: number; seq: number };

/** The next pairs of a list, in import order or by suspicion. `next`: where it goes on; null at the end. */
export function selectPage(
  db: ProjectDatabase,
  a: { filter: PairFilter | undefined; order: PairOrder; after: PairCursor | null; limit: number },
): { seqs: number[]; next: PairCursor | null } {
  const table = pairTable(db);
  const test = testOf(db, table, a.filter);
  const order = a.order === 'suspicion' ? rowsBySuspicion(table) : null;
  const seqs: number[] = [];
  let last = -1;
  for (let at = startOf(table, order, a.after); at < table.count; at += 1) {
    const row = order === null ? at : order[at]!;
    if (!test(row)) continue;
    if (seqs.length === a.limit) {
      return { seqs, next: { suspicion: table.suspicion[last]!, seq: table.seq[last]! } };
    }
    seqs.push(table.seq[row]!);
    last = row;
  }
  return { seqs, next: null };
}

/** First place behind the cursor, found by halving. */
function startOf(table: PairTable, order: Int32Array | null, after: PairCursor | null): number {
  if (after === null) return 0;
  if (order === null) return firstRowFrom(table, after.seq + 1);
  let low = 0;
  let high = table.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = order[middle]!;
    const behind =
      table.suspicion[row]! < after.suspicion ||
      (table.suspicion[row]! === after.suspicion && table.seq[row]! > after.seq);
    if (behind) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many pairs a filter takes, by each property. */
export function countPairs(db: ProjectDatabase, filter: PairFilter | undefined): PairCounts {
  const table = pairTable(db);
  const test = testOf(db, table, filter);
  const byState = new Int32Array(PAIR_STATES.length);
  const byLanguage = new Int32Array(table.languages.length);
  const byTitle = new Int32Array(table.titles.length);
  const bySeverity = new Int32Array(SEVERITIES.length);
  const byBits = new Map<number, number>();
  const scores = pairScores(db, table)?.byRow ?? null;
  let total = 0;
  let scored = 0;
  for (let row = 0; row < table.count; row += 1) {
    if (!test(row)) continue;
    total += 1;
    if (scores !== null && !Number.isNaN(scores[row]!)) scored += 1;
    byState[stateAt(table, row)]! += 1;
    byLanguage[table.language[row]!]! += 1;
    byTitle[table.title[row]!]! += 1;
    if (table.severity[row]! >= 0) bySeverity[table.severity[row]!]! += 1;
    const bits = table.codes[row]!;
    if (bits !== 0) byBits.set(bits, (byBits.get(bits) ?? 0) + 1);
  }
  return {
    total,
    scored,
    byState: Object.fromEntries(PAIR_STATES.map((state, i) => [state, byState[i]!])),
    byLanguage: positive(table.languages.map((tag, i) => [tag, byLanguage[i]!])),
    bySplit: sumBySplit(table, byTitle),
    bySeverity: positive(SEVERITIES.map((severity, i) => [severity, bySeverity[i]!])),
    byFinding: positive(FINDING_CODES.map((code, i) => [code, sumOfBit(byBits, i)])),
  };
}

/** How many pairs a filter takes, and of how many titles, without the pairs with these numbers (`seq`). */
export function measureFilter(
  db: ProjectDatabase,
  filter: PairFilter | undefined,
  except: ReadonlySet<number>,
): { pairs: number; titles: number } {
  const table = pairTable(db);
  const test = testOf(db, table, filter);
  const hasTitle = new Uint8Array(table.titles.length);
  let pairs = 0;
  for (let row = 0; row < table.count; row += 1) {
    if (!test(row) || except.has(table.seq[row]!)) continue;
    pairs += 1;
    hasTitle[table.title[row]!] = 1;
  }
  return { pairs, titles: hasTitle.reduce((sum, one) => sum + one, 0) };
}

function positive(entries: [string, number][]): Record<string, number> {
  return Object.fromEntries(entries.filter(([, n]) => n > 0));
}

function sumBySplit(table: PairTable, byTitle: Int32Array): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [i, { split }] of table.titles.entries()) {
    if (byTitle[i]! > 0) sums[split] = (sums[split] ?? 0) + byTitle[i]!;
  }
  return sums;
}

function sumOfBit(byBits: ReadonlyMap<number, number>, bit: number): number {
  let sum = 0;
  for (const [bits, n] of byBits) if ((bits >>> bit) & 1) sum += n;
  return sum;
}
