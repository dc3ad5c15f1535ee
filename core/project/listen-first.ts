/**
 * "Listen first": pairs in the order in which a person's ear is worth most, by what the checks suspect and by how much
 * the model is surprised, together (our choice). With suspicion s (0..100) and, among the scored pairs of the same
 * language, the share r of those that the model finds more alike (0 the most alike, towards 1 the least):
 *
 *     worth = s / 100 + r
 *
 * Within a language, since a model's cosines lie higher in some languages than in others. Pairs without a score have r 0.
 * What was decided stays in its place, so that a list does not move under the one who decides.
 */
import type { PairScores } from './pair-scores.ts';
import type { PairTable } from './pair-table.ts';

/** Cosines are told apart to a twenty-thousandth, worths to a five-thousandth: one counting pass sorts a million. */
const COSINE_BINS = 40_000;
const WORTH_STEPS = 10_000;
const MOST_WORTH = 2;

/** All rows, the most worth a listen first; equal ones in import order. */
export function rowsToListenFirst(table: PairTable, scores: PairScores | null): Int32Array {
  const { count, suspicion } = table;
  const surprise = scores === null ? null : surpriseByRow(table, scores.byRow);
  const stepOf = (row: number): number => {
    const worth = suspicion[row]! / 100 + (surprise?.[row] ?? 0);
    return Math.round((1 - worth / MOST_WORTH) * WORTH_STEPS);
  };
  const starts = new Int32Array(WORTH_STEPS + 2);
  for (let row = 0; row < count; row += 1) starts[stepOf(row) + 1]! += 1;
  for (let step = 1; step < starts.length; step += 1) starts[step]! += starts[step - 1]!;
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) {
    const step = stepOf(row);
    rows[starts[step]!] = row;
    starts[step]! += 1;
  }
  return rows;
}

/** Share of the scored pairs of a row's language that are more alike // [rows] */
function surpriseByRow({ count, language, languages }: PairTable, byRow: Float32Array): Float32Array {
  const bins = languages.map(() => new Int32Array(COSINE_BINS + 1));
  const totals = new Int32Array(languages.length);
  for (let row = 0; row < count; row += 1) {
    if (Number.isNaN(byRow[row]!)) continue;
    bins[language[row]!]![binOf(byRow[row]!)]! += 1;
    totals[language[row]!]! += 1;
  }
  // From here on: how many are in higher bins.
  for (const one of bins) {
    let above = 0;
    for (let bin = COSINE_BINS; bin >= 0; bin -= 1) {
      const own = one[bin]!;
      one[bin] = above;
      above += own;
    }
  }
  return Float32Array.from({ length: count }, (_, row) => {
    const score = byRow[row]!;
    return Number.isNaN(score) ? 0 : bins[language[row]!]![binOf(score)]! / totals[language[row]!]!;
  });
}

function binOf(cosine: number): number {
  return Math.round(((Math.max(-1, Math.min(1, cosine)) + 1) / 2) * COSINE_BINS);
}
