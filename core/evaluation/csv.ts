/** Tables as CSV (RFC 4180: comma, CRLF, quotes doubled), safe to open in a spreadsheet. */
import type { EvaluationResult } from '../domain/evaluation.ts';
import { languageName } from '../domain/language-tag.ts';

/** A spreadsheet takes text that begins so for a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;

/**
 * One cell. Numbers stay numbers (shortest text that reads back exactly), null is empty. Text that a spreadsheet
 * would run as a formula gets an apostrophe before it.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Rows as a CSV file. */
export function csvTable(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** matrix.csv: one row a cell of the language matrix, both halves and the diagonal. */
export function matrixCsv(result: Pick<EvaluationResult, 'matrix'>): string {
  const heading = [
    'language_a',
    'language_a_name',
    'language_b',
    'language_b_name',
    'same_clip_mean_cosine',
    'other_clip_mean_cosine',
    'gap',
    'common_clips',
  ];
  const rows = result.matrix.map((cell) => [
    cell.a,
    languageName(cell.a),
    cell.b,
    languageName(cell.b),
    cell.sameClip,
    cell.otherClip,
    cell.gap,
    cell.clipCount,
  ]);
  return csvTable([heading, ...rows]);
}

/** retrieval.csv: one row a language and direction. */
export function retrievalCsv(result: Pick<EvaluationResult, 'retrieval'>): string {
  const heading = [
    'language',
    'language_name',
    'direction',
    'candidates',
    'recall_at_1',
    'recall_at_5',
    'recall_at_10',
    'median_rank',
    'chance_at_1',
    'chance_at_5',
    'chance_at_10',
    'chance_median_rank',
  ];
  const rows = result.retrieval.map((row) => [
    row.language,
    languageName(row.language),
    row.direction,
    row.candidates,
    row.recallAt1,
    row.recallAt5,
    row.recallAt10,
    row.medianRank,
    row.chanceAt1,
    row.chanceAt5,
    row.chanceAt10,
    row.chanceMedianRank,
  ]);
  return csvTable([heading, ...rows]);
}
