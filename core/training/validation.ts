/**
 * How good a run's weights are while it trains, on clips it does not train on; which measurement was the best, and
 * when to stop waiting for a better one. Rows are compared within one run only: other clips, other numbers.
 */
import type { Dataset } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import type { LanguageCell, RetrievalRow } from '../domain/evaluation.ts';
import type { ValidationRow } from '../domain/run.ts';
import { type EmbedInput, embedDataset } from '../evaluation/embed.ts';
import { measureLanguageMatrix } from '../evaluation/language-matrix.ts';
import { measureRetrieval } from '../evaluation/retrieval.ts';
import type { WorkOptions } from '../jobs/progress.ts';

/** What is measured. */
export type HeldOutInput = EmbedInput & {
  /** Most clips to measure; evenly chosen where the data set has more. */
  clips: number;
};

/** What held-out clips say; the loop adds where in the run. */
export type HeldOutMeasure = Omit<ValidationRow, 'step' | 'epoch'>;

/** Weight of the gap in the score: gaps differ by 4 at most, which is less than one match of 250,000 queries. */
const TIE_WEIGHT = 1e-6;

/**
 * Measures a model on at most `clips` clips of the data set.
 *
 * `score` is our choice: recallAt1 + 1e-6 gap. So mean R@1 over languages and both directions decides, and of two
 * equal ones the larger gap between the same clip and other clips in another language.
 * @throws AppError TOO_FEW_PAIRS below two clips, where every match would be right; CKPT_NAN when the weights give no
 * numbers; the signal's reason when stopped; what `windows` throws.
 */
export async function measureHeldOut(
  { clips, dataset, ...input }: HeldOutInput,
  options: WorkOptions = {},
): Promise<HeldOutMeasure> {
  const chosen = evenlyChosen(dataset.clips, clips);
  requireClips(chosen.length);
  const measured: Dataset = { ...dataset, clips: chosen };
  const embeddings = await embedDataset({ ...input, dataset: measured }, options);
  const rows = await measureRetrieval(embeddings, { signal: options.signal });
  const { sameClip, otherClip, gap } = acrossLanguages(measureLanguageMatrix(embeddings));
  const recallAt1 = mean(rows.map((row) => row.recallAt1));
  return {
    score: recallAt1 + TIE_WEIGHT * (gap ?? 0),
    clipCount: chosen.length,
    recallAt1,
    recallAt5: mean(rows.map((row) => row.recallAt5)),
    chanceAt1: mean(rows.map((row) => row.chanceAt1)),
    languages: recallByLanguage(rows),
    sameClip,
    otherClip,
    gap,
  };
}

/** `count` of the items in their order, spread evenly; all of them where there are no more. */
export function evenlyChosen<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

/** The row with the highest score, of equal ones the first; null without rows. */
export function bestRow(rows: readonly ValidationRow[]): ValidationRow | null {
  let best: ValidationRow | null = null;
  for (const row of rows) if (best === null || row.score > best.score) best = row;
  return best;
}

/**
 * Whether a run should stop: the last `after` measurements brought none that is better than all before them.
 * @param after 0: never
 */
export function shouldStop(rows: readonly ValidationRow[], after: number): boolean {
  const best = bestRow(rows);
  return after > 0 && best !== null && rows.length - 1 - rows.indexOf(best) >= after;
}

/** A row as a line of validation.jsonl, with its end. */
export function validationLine(row: ValidationRow): string {
  return `${JSON.stringify(row)}\n`;
}

/**
 * Rows of validation.jsonl. A last line that is still being written is left out.
 * @throws AppError CKPT_DAMAGED where a whole line is no row.
 */
export function parseValidation(text: string): ValidationRow[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    try {
      const row = JSON.parse(line) as ValidationRow;
      if (Number.isSafeInteger(row.step) && Number.isFinite(row.score)) return row;
    } catch {
      // Told below, with what is JSON and no row.
    }
    throw new AppError(
      'CKPT_DAMAGED',
      `Line ${i + 1} of the run's validation.jsonl is no measurement. Nothing was changed. Delete the file; the run goes on and measures again.`,
      { details: { line: i + 1 } },
    );
  });
}

/** Means over the pairs of different languages that have both numbers, each pair counting once. */
function acrossLanguages(
  cells: readonly LanguageCell[],
): Pick<ValidationRow, 'sameClip' | 'otherClip' | 'gap'> {
  const pairs = cells.filter(({ a, b, gap }) => a < b && gap !== null);
  if (pairs.length === 0) return { sameClip: null, otherClip: null, gap: null };
  const sameClip = mean(pairs.map((cell) => cell.sameClip!));
  const otherClip = mean(pairs.map((cell) => cell.otherClip!));
  return { sameClip, otherClip, gap: sameClip - otherClip };
}

function recallByLanguage(rows: readonly RetrievalRow[]): Record<string, number> {
  const byLanguage = Map.groupBy(rows, ({ language }) => language);
  return Object.fromEntries(
    [...byLanguage].map(([language, of]) => [language, mean(of.map((row) => row.recallAt1))]),
  );
}

function requireClips(count: number): void {
  if (count >= 2) return;
  throw new AppError(
    'TOO_FEW_PAIRS',
    `Measuring a run while it trains needs at least 2 held-out clips, and there are ${count}. Nothing was measured. Move titles to "heldout" (dubscope split), or switch it off (validateEveryEpochs=0).`,
    { details: { clips: count } },
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
