/** Reads a file of decisions (docs/export.md): CSV, TSV, JSON lines or Parquet. A row that is wrong costs itself. */
import { basename, extname } from 'node:path';
import type { DecisionVerdict } from '../domain/decision.ts';
import { AppError } from '../domain/errors.ts';
import type { RowProblem } from '../domain/export.ts';
import { type Cell, type ManifestRow, manifestParts } from '../intake/manifest-rows.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { pairKey } from './columns.ts';
import { unmarkFormula } from './formula-cell.ts';

/** What a file says of one pair. */
export type WantedDecision = {
  /** Rows that say so: more than one where a row stands twice. */
  rows: number;
  firstRow: number;
  verdict: DecisionVerdict;
  reason: string;
  /** '' where the file does not say. */
  by: string;
  /** Null where the file does not say. */
  atMs: number | null;
};

/** All that a file says. */
export type WantedDecisions = {
  byKey: Map<string, WantedDecision>;
  rows: number;
  wrong: number;
  problems: RowProblem[];
};

const MOST_ROWS = 2_000_000;
const MOST_PROBLEMS = 100;
const LONGEST_REASON = 2000;
const LONGEST_BY = 64;
/** The last ms that a date can be. */
const LAST_MS = 8.64e15;
const VERDICTS: readonly string[] = ['accept', 'reject', 'needs-work'] satisfies DecisionVerdict[];
const IDENTITY = [
  'video_sha256',
  'video_stream',
  'dub_sha256',
  'dub_stream',
  'language',
  'start_sec',
  'end_sec',
];

/** What is wrong with a row, in words that follow "Row 7". */
class RowWrong extends Error {}

/**
 * Reads the file as a whole. Rows without a verdict say nothing and are not counted; two rows that say different things
 * of one pair are both wrong.
 * @throws AppError MANIFEST_MISSING where columns are missing, LIMIT_MEMORY above 2,000,000 rows, and what
 *   `manifestParts` throws.
 */
export async function readDecisions(
  path: string,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<WantedDecisions> {
  const isTable = ['.csv', '.tsv', '.txt'].includes(extname(path).toLowerCase());
  const result: WantedDecisions = { byKey: new Map(), rows: 0, wrong: 0, problems: [] };
  const contradicted = new Set<string>();
  let isChecked = false;
  for await (const rows of manifestParts(path, signal)) {
    for (const found of rows) {
      if (found.row > MOST_ROWS) throw tooMany(path);
      if ('values' in found && !isChecked) {
        checkColumns(path, found.values);
        isChecked = true;
      }
      takeRow(result, contradicted, found, isTable);
    }
    signal?.throwIfAborted();
    onProgress({ step: 'reading', done: rows.at(-1)?.row ?? 0, total: null, unit: 'rows' });
  }
  return result;
}

/** A row that is wrong is noted. */
function takeRow(
  result: WantedDecisions,
  contradicted: Set<string>,
  found: ManifestRow,
  isTable: boolean,
): void {
  try {
    if (!('values' in found)) throw new RowWrong(withoutSubject(found.message, found.row));
    if (textOf(found.values, 'verdict') === '') return;
    result.rows += 1;
    take(result, contradicted, found.row, found.values, isTable);
  } catch (error) {
    if (!(error instanceof RowWrong)) throw error;
    if (!('values' in found)) result.rows += 1;
    refuse(result, found.row, 1, error.message);
  }
}

function take(
  result: WantedDecisions,
  contradicted: Set<string>,
  row: number,
  values: Record<string, Cell>,
  isTable: boolean,
): void {
  const key = keyIn(values);
  const wanted = wantedIn(row, values, isTable);
  if (contradicted.has(key)) throw new RowWrong('says something else of a pair than other rows do');
  const before = result.byKey.get(key);
  if (before === undefined) {
    result.byKey.set(key, wanted);
    return;
  }
  if (before.verdict === wanted.verdict && before.reason === wanted.reason) {
    before.rows += 1;
    return;
  }
  contradicted.add(key);
  result.byKey.delete(key);
  refuse(result, before.firstRow, before.rows, `says something else of its pair than row ${row} does`);
  throw new RowWrong(`says something else of its pair than row ${before.firstRow} does`);
}

function refuse(result: WantedDecisions, row: number, count: number, what: string): void {
  result.wrong += count;
  if (result.problems.length === MOST_PROBLEMS) return;
  result.problems.push({ row, message: `Row ${row} ${what}. It was passed over; mend the row.` });
}

function wantedIn(row: number, values: Record<string, Cell>, isTable: boolean): WantedDecision {
  const plain = (name: string): string => {
    const text = textOf(values, name);
    return isTable ? unmarkFormula(text) : text;
  };
  const verdict = textOf(values, 'verdict').trim().toLowerCase();
  if (!VERDICTS.includes(verdict)) {
    throw new RowWrong(`has the verdict "${verdict.slice(0, 40)}"; it is one of ${VERDICTS.join(', ')}`);
  }
  const [reason, by] = [plain('reason'), plain('decided_by')];
  if (reason.length > LONGEST_REASON) {
    throw new RowWrong(`has a reason of ${reason.length} characters; ${LONGEST_REASON} are the most`);
  }
  if (by.length > LONGEST_BY) {
    throw new RowWrong(`has a "decided_by" of ${by.length} characters; ${LONGEST_BY} are the most`);
  }
  const atMs = textOf(values, 'decided_at_ms') === '' ? null : numberIn(values, 'decided_at_ms');
  if (atMs !== null && (atMs < 0 || atMs > LAST_MS)) {
    throw new RowWrong(`has ${atMs} as "decided_at_ms"; it counts ms since 1970`);
  }
  return { rows: 1, firstRow: row, verdict: verdict as DecisionVerdict, reason, by, atMs };
}

function keyIn(values: Record<string, Cell>): string {
  const key = textOf(values, 'key').trim().toLowerCase();
  if (/^[0-9a-f]{32}$/.test(key)) return key;
  if (key !== '') throw new RowWrong(`has the key "${key.slice(0, 40)}"; a key has 32 hex digits`);
  const missing = IDENTITY.find((name) => textOf(values, name).trim() === '');
  if (missing !== undefined) throw new RowWrong(`has no "key", and no "${missing}" to find its pair by`);
  return pairKey({
    videoSha256: textOf(values, 'video_sha256').trim().toLowerCase(),
    videoStream: numberIn(values, 'video_stream'),
    dubSha256: textOf(values, 'dub_sha256').trim().toLowerCase(),
    dubStream: numberIn(values, 'dub_stream'),
    language: textOf(values, 'language').trim(),
    startSec: numberIn(values, 'start_sec'),
    endSec: numberIn(values, 'end_sec'),
  });
}

function numberIn(values: Record<string, Cell>, name: string): number {
  const text = textOf(values, name).trim();
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new RowWrong(`has "${text.slice(0, 40)}" as "${name}", where a number is expected`);
}

function textOf(values: Record<string, Cell>, name: string): string {
  const cell = values[name];
  return cell === undefined || cell === null ? '' : String(cell);
}

function checkColumns(path: string, values: Record<string, Cell>): void {
  const has = (name: string): boolean => Object.hasOwn(values, name);
  if (has('verdict') && (has('key') || IDENTITY.every(has))) return;
  throw new AppError(
    'MANIFEST_MISSING',
    `${basename(path)} lacks columns: "verdict" and "key" are needed (or, for "key", all of ${IDENTITY.join(', ')}). Nothing was changed. Export decisions to see the form.`,
  );
}

/** The words of a message that begins with its row. */
function withoutSubject(message: string, row: number): string {
  return message
    .replace(new RegExp(`^Row ${row} `), '')
    .replace(/\. It was passed over; mend the row\.$/, '');
}

function tooMany(path: string): AppError {
  return new AppError(
    'LIMIT_MEMORY',
    `${basename(path)} has more than ${MOST_ROWS} rows. Nothing was changed. Divide it.`,
  );
}
