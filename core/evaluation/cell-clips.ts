/** The clips behind a cell of a heatmap, each with what it adds to the cell. */
import { PICTURE } from '../domain/evaluation.ts';
import { measureCommon, type Rows } from './cell-sums.ts';
import type { EmbeddingFile } from './embedding-file.ts';

/** One clip of a cell. */
export type CellMeasure = {
  clipIndex: number;
  /** Cosine of its two embeddings. */
  similarity: number;
  /** Mean cosine of either with the other clips; null with fewer than two clips. */
  otherClip: number | null;
};

/**
 * Measures every clip that has both.
 * @param a a language, or PICTURE
 * @param b a language
 * @returns in the order of the clips
 */
export async function measureCell(file: EmbeddingFile, a: string, b: string): Promise<CellMeasure[]> {
  const left = await rowsIn(file, a);
  const right = a === b ? left : await rowsIn(file, b);
  const clips: CellMeasure[] = [];
  measureCommon(left, right, file.dim, (clipIndex, similarity, part) => {
    clips.push({ clipIndex, similarity, otherClip: part === null ? null : part / 2 });
  });
  return clips;
}

/**
 * The clips of one title in a language, every dub with the original of its own clip.
 * @param clips those of the evaluation's dataset.json
 */
export async function measureTitleCell(
  file: EmbeddingFile,
  clips: readonly { titleId: string; originalLanguage: string }[],
  titleId: string,
  language: string,
): Promise<CellMeasure[]> {
  const originals = new Set(
    clips.flatMap((clip) => (clip.titleId === titleId ? [clip.originalLanguage] : [])),
  );
  const found: CellMeasure[] = [];
  for (const original of originals) {
    if (original === language) continue;
    const cell = await measureCell(file, original, language);
    for (const one of cell) {
      const clip = clips[one.clipIndex];
      if (clip?.titleId === titleId && clip.originalLanguage === original) found.push(one);
    }
  }
  return found.sort((a, b) => a.clipIndex - b.clipIndex);
}

async function rowsIn(file: EmbeddingFile, key: string): Promise<Rows> {
  if (key === PICTURE) {
    const data = Float64Array.from(await file.pictures());
    return { clipIndexes: Array.from({ length: file.clipCount }, (_, i) => i), data };
  }
  const { clipIndexes, data } = await file.sounds(key);
  return { clipIndexes: [...clipIndexes], data: Float64Array.from(data) };
}
