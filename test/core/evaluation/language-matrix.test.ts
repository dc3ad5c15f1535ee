import { describe, expect, it } from 'vitest';
import type { LanguageCell } from '../../../core/domain/evaluation.ts';
import type { Embeddings } from '../../../core/evaluation/embeddings.ts';
import { measureLanguageMatrix } from '../../../core/evaluation/language-matrix.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

/** Every pair of clips one by one, as the formula says. */
function naiveCell(embeddings: Embeddings, a: string, b: string): Omit<LanguageCell, 'a' | 'b'> {
  const { dim } = embeddings;
  const vectorsOf = (language: string): Map<number, number[]> => {
    const { clipIndexes, data } = embeddings.audio.get(language)!;
    return new Map(clipIndexes.map((clip, row) => [clip, [...data.subarray(row * dim, (row + 1) * dim)]]));
  };
  const [left, right] = [vectorsOf(a), vectorsOf(b)];
  const common = [...left.keys()].filter((clip) => right.has(clip));
  const cosine = (x: number[], y: number[]): number =>
    x.reduce((sum, value, d) => sum + value * y[d]!, 0) / (Math.hypot(...x) * Math.hypot(...y));
  const same: number[] = [];
  const other: number[] = [];
  for (const c of common) {
    for (const d of common) (c === d ? same : other).push(cosine(left.get(c)!, right.get(d)!));
  }
  const mean = (values: number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const [sameClip, otherClip] = [mean(same), mean(other)];
  const gap = sameClip === null || otherClip === null ? null : sameClip - otherClip;
  return { sameClip, otherClip, gap, clipCount: common.length };
}

function cellOf(cells: readonly LanguageCell[], a: string, b: string): LanguageCell {
  return cells.find((cell) => cell.a === a && cell.b === b)!;
}

describe('measureLanguageMatrix', () => {
  const clips = Array.from({ length: 30 }, (_, i) =>
    exampleClip(i, i % 5 === 0 ? 'fr' : 'en', i % 3 === 0 ? ['de'] : ['de', 'it']),
  );
  const embeddings = exampleEmbeddings(clips, { dim: 7, pull: 1.5 });
  const cells = measureLanguageMatrix(embeddings);

  it('equals the formula taken pair by pair, in every cell', () => {
    expect(cells).toHaveLength(16);
    for (const cell of cells) {
      const naive = naiveCell(embeddings, cell.a, cell.b);
      expect(cell.clipCount).toBe(naive.clipCount);
      for (const key of ['sameClip', 'otherClip', 'gap'] as const) {
        if (naive[key] === null) expect(cell[key]).toBeNull();
        else expect(cell[key]).toBeCloseTo(naive[key], 6);
      }
    }
  });

  it('lies row by row in the order of the languages', () => {
    expect(cells.map((cell) => `${cell.a}-${cell.b}`).slice(0, 5)).toEqual([
      'en-en',
      'en-fr',
      'en-de',
      'en-it',
      'fr-en',
    ]);
  });

  it('is symmetric to the last bit, with 1 on the diagonal of the same clip', () => {
    for (const cell of cells) {
      const { a: _, b: __, ...numbers } = cell;
      expect(cellOf(cells, cell.b, cell.a)).toMatchObject(numbers);
      if (cell.a === cell.b) expect(cell.sameClip).toBe(1);
    }
  });

  it('knows nothing of languages without a common clip', () => {
    expect(cellOf(cells, 'en', 'fr')).toEqual({
      a: 'en',
      b: 'fr',
      sameClip: null,
      otherClip: null,
      gap: null,
      clipCount: 0,
    });
  });

  it('knows no gap of a single common clip', () => {
    const one = measureLanguageMatrix(exampleEmbeddings([exampleClip(0, 'en', ['de'])]));
    expect(cellOf(one, 'en', 'de')).toMatchObject({ otherClip: null, gap: null, clipCount: 1 });
    expect(cellOf(one, 'en', 'de').sameClip).not.toBeNull();
  });

  it('gives 1, 0 and 1 where a dub sounds exactly as its original and clips have nothing in common', () => {
    const basis = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const three = [0, 1, 2].map((i) => exampleClip(i, 'en', ['de']));
    const audio = new Map(
      ['en', 'de'].map((language) => [language, { clipIndexes: [0, 1, 2], data: basis }]),
    );
    const perfect = measureLanguageMatrix({
      clips: three,
      dim: 3,
      languages: ['en', 'de'],
      video: basis,
      audio,
    });
    expect(cellOf(perfect, 'en', 'de')).toEqual({
      a: 'en',
      b: 'de',
      sameClip: 1,
      otherClip: 0,
      gap: 1,
      clipCount: 3,
    });
  });

  it('finds no gap in embeddings that collapsed onto one point', () => {
    const two = [0, 1].map((i) => exampleClip(i, 'en', ['de']));
    const data = Float32Array.from([0.6, 0.8, 0.6, 0.8]);
    const audio = new Map(['en', 'de'].map((language) => [language, { clipIndexes: [0, 1], data }]));
    const cell = cellOf(
      measureLanguageMatrix({ clips: two, dim: 2, languages: ['en', 'de'], video: data, audio }),
      'en',
      'de',
    );
    expect(cell.gap).toBeCloseTo(0, 6);
  });
});
