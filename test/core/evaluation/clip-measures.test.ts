import { describe, expect, it } from 'vitest';
import {
  decodeClipMeasures,
  encodeClipMeasures,
  measureClips,
} from '../../../core/evaluation/clip-measures.ts';
import { measureEmbeddings } from '../../../core/evaluation/evaluate.ts';
import { measureLanguageMatrix } from '../../../core/evaluation/language-matrix.ts';
import { rankLanguages } from '../../../core/evaluation/retrieval.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

const clips = [
  exampleClip(0, 'en', ['de', 'fr']),
  exampleClip(1, 'en', ['de']),
  exampleClip(2, 'fr', ['en']),
  exampleClip(3, 'en', ['fr', 'de']),
  exampleClip(4, 'ja', []),
];
const embeddings = exampleEmbeddings(clips, { dim: 5, pull: 0.7 });
const measured = measureClips(embeddings, await rankLanguages(embeddings));

/** The embedding of one sound, written out. */
function sound(language: string, clip: number): number[] {
  const { clipIndexes, data } = embeddings.audio.get(language)!;
  const row = clipIndexes.indexOf(clip);
  return [...data.subarray(row * 5, row * 5 + 5)];
}
const has = (language: string, clip: number): boolean =>
  embeddings.audio.get(language)!.clipIndexes.includes(clip);
const product = (x: number[], y: number[]): number => x.reduce((sum, value, d) => sum + value * y[d]!, 0);

describe('measureClips', () => {
  it('gives each clip the means that a naive loop over its languages and the other clips gives', () => {
    for (const [c, clip] of measured.clips.entries()) {
      const same: number[] = [];
      const other: number[] = [];
      for (const [a, b] of [
        ['en', 'de'],
        ['en', 'fr'],
        ['de', 'fr'],
      ] as const) {
        const common = clips.map((_, i) => i).filter((i) => has(a, i) && has(b, i));
        if (!common.includes(c)) continue;
        same.push(product(sound(a, c), sound(b, c)));
        const others = common.filter((i) => i !== c);
        const both = others.flatMap((d) => [
          product(sound(a, c), sound(b, d)),
          product(sound(a, d), sound(b, c)),
        ]);
        if (both.length > 0) other.push(both.reduce((sum, value) => sum + value, 0) / both.length);
      }
      const mean = (values: number[]): number | null =>
        values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
      for (const [actual, naive] of [
        [clip.sameClip, mean(same)],
        [clip.otherClip, mean(other)],
      ] as const) {
        if (naive === null) expect(actual).toBeNull();
        else expect(actual).toBeCloseTo(naive, 5);
      }
    }
    expect(measured.clips[4]).toMatchObject({ sameClip: null, otherClip: null });
  });

  it('comes to the cells of the matrix where all clips have the same two languages', () => {
    const two = Array.from({ length: 7 }, (_, i) => exampleClip(i, 'en', ['de']));
    const made = exampleEmbeddings(two, { dim: 6 });
    const cell = measureLanguageMatrix(made)[1]!;
    const mean = (key: 'sameClip' | 'otherClip'): number =>
      measureClips(made, []).clips.reduce((sum, clip) => sum + clip[key]!, 0) / 7;
    expect(mean('sameClip')).toBeCloseTo(cell.sameClip!, 5);
    expect(mean('otherClip')).toBeCloseTo(cell.otherClip!, 5);
  });

  it('gives each dub how alike its picture is', () => {
    for (const [c, { ranks }] of measured.clips.entries()) {
      const picture = [...embeddings.video.subarray(c * 5, c * 5 + 5)];
      for (const { language, similarity } of ranks)
        expect(similarity).toBeCloseTo(product(picture, sound(language, c)), 5);
    }
    expect(measured.clips[0]!.ranks.map(({ language }) => language).toSorted()).toEqual(['de', 'en', 'fr']);
  });

  it('says which ranks are those of dubs, and of which shot a clip is', async () => {
    expect(measured.clips[2]!.ranks.map(({ language, isDub }) => [language, isDub])).toEqual([
      ['en', true],
      ['fr', false],
    ]);
    expect(measured.clips[0]!.shot).toBe('t0/1');
    const { result } = await measureEmbeddings(embeddings, { runId: null, checkpoint: 'ck-0' });
    const first = (language: string): number =>
      measured.clips
        .flatMap((clip) => clip.ranks)
        .filter((ranks) => ranks.language === language && ranks.videoToAudio === 1).length;
    for (const row of result.retrieval.filter(({ direction }) => direction === 'video-to-audio')) {
      expect(first(row.language) / row.candidates).toBeCloseTo(row.recallAt1, 10);
    }
  });
});

describe('clips.json', () => {
  it('reads back what was written', () => {
    expect(decodeClipMeasures(encodeClipMeasures(measured))).toEqual(measured);
  });

  it.each(['', 'null', '{"version":2,"clips":[]}', '{"version":1}'])('refuses %s by name', (text) => {
    expect(() => decodeClipMeasures(text)).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }));
  });
});
