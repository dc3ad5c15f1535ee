/**
 * Language against language: how alike the model finds the same clip in two languages, and how much more alike
 * than two different clips. The gap is the quantity that dub-augmented training is about.
 */
import { type LanguageCell, PICTURE } from '../domain/evaluation.ts';
import { cellIntervals, type Draws } from './bootstrap.ts';
import { type CellSums, type Rows, rowsOf, sumCell } from './cell-sums.ts';
import type { Embeddings } from './embeddings.ts';
import type { Units } from './units.ts';

/** A cell with the sums that its numbers and intervals come from. */
export type SummedCell = { cell: LanguageCell; sums: CellSums };

/** What intervals need; without it cells have none. */
export type Uncertainty = { units: Units; draws: Draws };

/**
 * Every cell, row by row in the order of `embeddings.languages` (our choice of formula). For languages a and b only
 * the clips C count that exist in both, n of them, with unit embeddings x(c, language):
 *
 *     sameClip  = 1/n          sum over c in C of            x(c, a) . x(c, b)
 *     otherClip = 1/(n(n-1))   sum over c != d in C of       x(c, a) . x(d, b)
 *     gap       = sameClip - otherClip
 *
 * So both means are over the very same sounds, and only the pairing differs. The matrix is symmetric. On the
 * diagonal (a is b) a sound is compared with itself: sameClip is 1 by definition, and gap is what a
 * dub would reach that is the same to the model. Without a common clip all three are null; with one, `otherClip` and `gap` are.
 *
 * Takes time proportional to the clips, not to their square: the sum over all pairs is the product of the sums.
 */
export function measureLanguageMatrix(embeddings: Embeddings): LanguageCell[] {
  return wholeMatrix(embeddings.languages, measureLanguageCells(embeddings));
}

/** The cells of the upper half, the diagonal with it, row by row; a cell with its mirror image is measured once. */
export function measureLanguageCells(embeddings: Embeddings, uncertainty?: Uncertainty): SummedCell[] {
  const { languages, dim } = embeddings;
  const sounds = languages.map((language) => rowsOf(embeddings, language));
  return languages.flatMap((a, row) =>
    languages.slice(row).map((b, i) => {
      const sums = sumWith(sounds[row]!, sounds[row + i]!, dim, uncertainty);
      return { cell: cellOf(a, b, sums, a === b ? undefined : uncertainty), sums };
    }),
  );
}

/** Pictures with sounds, a cell a language: the same formula with the picture's embedding in place of language a. */
export function measurePictureCells(embeddings: Embeddings, uncertainty?: Uncertainty): SummedCell[] {
  const { clips, video, languages, dim } = embeddings;
  const pictures: Rows = { clipIndexes: clips.map((_, index) => index), data: Float64Array.from(video) };
  return languages.map((b) => {
    const sums = sumWith(pictures, rowsOf(embeddings, b), dim, uncertainty);
    return { cell: cellOf(PICTURE, b, sums, uncertainty), sums };
  });
}

/** Both halves, row by row. */
export function wholeMatrix(languages: readonly string[], half: readonly SummedCell[]): LanguageCell[] {
  const cells = new Map(
    half.flatMap(({ cell }) => [
      [`${cell.a} ${cell.b}`, cell],
      [`${cell.b} ${cell.a}`, { ...cell, a: cell.b, b: cell.a }],
    ]),
  );
  return languages.flatMap((a) => languages.map((b) => cells.get(`${a} ${b}`)!));
}

function sumWith(left: Rows, right: Rows, dim: number, uncertainty: Uncertainty | undefined): CellSums {
  if (uncertainty !== undefined) {
    const { ofClip, names } = uncertainty.units;
    return sumCell(left, right, dim, ofClip, names.length);
  }
  const clips = Math.max(left.clipIndexes.at(-1) ?? 0, right.clipIndexes.at(-1) ?? 0) + 1;
  return sumCell(left, right, dim, new Int32Array(clips), 1);
}

function cellOf(a: string, b: string, sums: CellSums, uncertainty: Uncertainty | undefined): LanguageCell {
  const { sameClip, otherClip, clipCount } = sums;
  const gap = sameClip === null || otherClip === null ? null : sameClip - otherClip;
  const intervals = uncertainty === undefined ? undefined : cellIntervals(sums, uncertainty.draws);
  return { a, b, sameClip, otherClip, gap, clipCount, ...(intervals === undefined ? {} : { intervals }) };
}
