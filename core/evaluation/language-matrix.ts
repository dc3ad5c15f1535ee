/**
 * Language against language: how alike the model finds the same clip in two languages, and how much more alike
 * than two different clips. The gap is the quantity that dub-augmented training is about.
 */
import type { LanguageCell } from '../domain/evaluation.ts';
import { dot } from './dot.ts';
import type { Embeddings, LanguageEmbeddings } from './embeddings.ts';

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
  const { languages, dim } = embeddings;
  const sounds = languages.map((language) => widen(embeddings.audio.get(language)));
  const cells = new Map<string, LanguageCell>();
  const key = (row: number, column: number): string => `${row} ${column}`;
  for (const [row, a] of languages.entries()) {
    for (let column = row; column < languages.length; column += 1) {
      const b = languages[column]!;
      const cell = { a, b, ...measureCell(sounds[row]!, sounds[column]!, dim) };
      cells.set(key(row, column), cell);
      cells.set(key(column, row), { ...cell, a: cell.b, b: cell.a });
    }
  }
  return languages.flatMap((_, row) => languages.map((_, column) => cells.get(key(row, column))!));
}

/** Sounds of one language in double precision // data [clipIndexes.length, dim] */
type Sounds = { clipIndexes: readonly number[]; data: Float64Array };

function widen(audio: LanguageEmbeddings | undefined): Sounds {
  return { clipIndexes: audio?.clipIndexes ?? [], data: Float64Array.from(audio?.data ?? []) };
}

function measureCell(left: Sounds, right: Sounds, dim: number): Omit<LanguageCell, 'a' | 'b'> {
  const rows = commonRows(left, right);
  const count = rows.length;
  const leftSum = new Float64Array(dim);
  const rightSum = new Float64Array(dim);
  let sameSum = 0;
  for (const [leftRow, rightRow] of rows) {
    addRow(leftSum, left.data, leftRow, dim);
    addRow(rightSum, right.data, rightRow, dim);
    sameSum += dot(left.data, leftRow * dim, right.data, rightRow * dim, dim);
  }
  const sameClip = count === 0 ? null : left === right ? 1 : sameSum / count;
  const otherClip = count < 2 ? null : (dot(leftSum, 0, rightSum, 0, dim) - sameSum) / (count * (count - 1));
  const gap = sameClip === null || otherClip === null ? null : sameClip - otherClip;
  return { sameClip, otherClip, gap, clipCount: count };
}

/** Rows of the clips that are in both; both lists rise. */
function commonRows(left: Sounds, right: Sounds): [number, number][] {
  const rightRows = new Map(right.clipIndexes.map((clip, row) => [clip, row]));
  return left.clipIndexes.flatMap((clip, row): [number, number][] => {
    const rightRow = rightRows.get(clip);
    return rightRow === undefined ? [] : [[row, rightRow]];
  });
}

function addRow(sum: Float64Array, data: Float64Array, row: number, dim: number): void {
  for (let d = 0; d < dim; d += 1) sum[d]! += data[row * dim + d]!;
}
