import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURE } from '../../../core/domain/evaluation.ts';
import { measureCell, measureTitleCell } from '../../../core/evaluation/cell-clips.ts';
import {
  type EmbeddingFile,
  encodeEmbeddings,
  openEmbeddingFile,
} from '../../../core/evaluation/embedding-file.ts';
import { atomicWrite } from '../../../core/files/atomic-write.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

const DIM = 6;
const clips = Array.from({ length: 14 }, (_, i) => ({
  ...exampleClip(i, i < 10 ? 'en' : 'fr', i % 3 === 0 ? ['de'] : ['de', 'es']),
  titleId: `t${i % 2}`,
}));
const embeddings = exampleEmbeddings(clips, { dim: DIM, pull: 1 });

/** Number `clip` of a language, or the picture, straight from the arrays. */
function vector(key: string, clip: number): number[] | null {
  if (key === PICTURE) return [...embeddings.video.subarray(clip * DIM, (clip + 1) * DIM)];
  const { clipIndexes, data } = embeddings.audio.get(key)!;
  const row = clipIndexes.indexOf(clip);
  return row < 0 ? null : [...data.subarray(row * DIM, (row + 1) * DIM)];
}
const cosine = (a: number[], b: number[]): number => a.reduce((sum, value, d) => sum + value * b[d]!, 0);

describe('the clips behind a cell', () => {
  let folder: string;
  let file: EmbeddingFile;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-cell-'));
    await atomicWrite(join(folder, 'e.safetensors'), encodeEmbeddings(embeddings));
    file = await openEmbeddingFile(join(folder, 'e.safetensors'));
  });
  afterAll(async () => {
    await file.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['en', 'es'],
    [PICTURE, 'de'],
  ])('are those that have %s and %s, with what a naive sum gives', async (a, b) => {
    const found = await measureCell(file, a, b);
    const common = clips.flatMap((_, i) => (vector(a, i) !== null && vector(b, i) !== null ? [i] : []));
    expect(found.map(({ clipIndex }) => clipIndex)).toEqual(common);
    for (const { clipIndex, similarity, otherClip } of found) {
      expect(similarity).toBeCloseTo(cosine(vector(a, clipIndex)!, vector(b, clipIndex)!), 6);
      const others = common.filter((one) => one !== clipIndex);
      const sum = others.reduce(
        (total, other) =>
          total +
          cosine(vector(a, clipIndex)!, vector(b, other)!) +
          cosine(vector(a, other)!, vector(b, clipIndex)!),
        0,
      );
      expect(otherClip).toBeCloseTo(sum / (2 * others.length), 6);
    }
  });

  it('of a title are its own dubs, each with the original of its clip', async () => {
    const found = await measureTitleCell(
      file,
      clips.map(({ titleId, original }) => ({ titleId, originalLanguage: original.language })),
      't1',
      'es',
    );
    const wanted = clips.flatMap(({ titleId, dubs }, i) =>
      titleId === 't1' && dubs.some(({ language }) => language === 'es') ? [i] : [],
    );
    expect(found.map(({ clipIndex }) => clipIndex)).toEqual(wanted);
    for (const { clipIndex, similarity } of found) {
      const original = clips[clipIndex]!.original.language;
      expect(similarity).toBeCloseTo(cosine(vector(original, clipIndex)!, vector('es', clipIndex)!), 6);
    }
  });
});
