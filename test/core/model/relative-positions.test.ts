import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { positionIndexes, positionWeights } from '../../../core/model/relative-positions.ts';
import { createRng } from '../../../core/rng.ts';
import { hasReference, referencePath } from '../../fixtures/reference.ts';

/** Index matrices that PyTorch gave. */
const INDEXES = 'relpos-index.json';
const known: Record<string, number[][]> = hasReference(INDEXES)
  ? (JSON.parse(readFileSync(referencePath(INDEXES), 'utf8')) as Record<string, number[][]>)
  : {};

/** PyTorch's `interpolate`, linear, align_corners false, of one column. */
function naiveInterpolate(column: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => {
    const place = Math.max(((i + 0.5) * column.length) / length - 0.5, 0);
    const low = Math.min(Math.floor(place), column.length - 1);
    const high = Math.min(low + 1, column.length - 1);
    return column[low]! + (place - low) * (column[high]! - column[low]!);
  });
}

describe('positionIndexes', () => {
  it.skipIf(!hasReference(INDEXES))('are those of PyTorch for every pair of sizes that is known', () => {
    const pairs = Object.entries(known);
    expect(pairs.length).toBeGreaterThan(5);
    for (const [pair, matrix] of pairs) {
      const [queries, keys] = pair.split('x').map(Number) as [number, number];
      expect(positionIndexes(queries, keys), pair).toEqual(matrix);
    }
  });

  it('round towards zero where the ratio is not whole', () => {
    expect(positionIndexes(7, 4)[0]).toEqual([5, 3, 1, 0]);
    expect(positionIndexes(4, 7).map(([first]) => first)).toEqual([6, 7, 9, 11]);
  });
});

/** Queries, keys and rows of the table: whole, cut, stretched, one. */
const SIZES: [number, number, number][] = [
  [7, 4, 13],
  [4, 4, 5],
  [24, 6, 59],
  [36, 9, 59],
  [3, 6, 14],
  [5, 9, 14],
  [3, 3, 6],
  [5, 5, 6],
  [8, 8, 15],
  [2, 3, 1],
  [1, 1, 3],
  [1, 1, 1],
];

describe('positionWeights', () => {
  it.each(SIZES)(
    'of %i queries and %i keys mix a table of %i rows as PyTorch does',
    (queries, keys, rows) => {
      const draw = createRng(2).stream('table');
      const column = Array.from({ length: rows }, () => draw.normal());
      const length = 2 * Math.max(queries, keys) - 1;
      const stretched = length === rows ? column : naiveInterpolate(column, length);
      const weights = positionWeights(queries, keys, rows);
      expect(weights).toHaveLength(queries * keys * rows);
      for (const [i, line] of positionIndexes(queries, keys).entries()) {
        for (const [j, index] of line.entries()) {
          const row = weights.subarray((i * keys + j) * rows, (i * keys + j + 1) * rows);
          const mixed = row.reduce((sum, weight, r) => sum + weight * column[r]!, 0);
          expect(mixed).toBeCloseTo(stretched[index]!, 5);
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
          expect(row.filter((weight) => weight !== 0).length).toBeLessThanOrEqual(length === rows ? 1 : 2);
        }
      }
    },
  );
});
