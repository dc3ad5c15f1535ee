import { describe, expect, it } from 'vitest';
import { measureLanguageMatrix } from '../../../core/evaluation/language-matrix.ts';
import { rankLanguages } from '../../../core/evaluation/retrieval.ts';
import { decodeTitleRows, encodeTitleRows, measureTitles } from '../../../core/evaluation/title-rows.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

const clips = Array.from({ length: 12 }, (_, i) => ({
  ...exampleClip(i, 'en', i % 3 === 0 ? ['de'] : ['de', 'it']),
  titleId: `t_${i % 3}`,
  titleName: `Title ${i % 3}`,
}));
const embeddings = exampleEmbeddings(clips, { dim: 7, pull: 1.2 });
const ranks = await rankLanguages(embeddings);
const rows = measureTitles(embeddings, ranks);

describe('measureTitles', () => {
  it('takes the same cosines as the matrix, title by title', () => {
    const cell = measureLanguageMatrix(embeddings).find(({ a, b }) => a === 'en' && b === 'de')!;
    const german = rows.map((row) => row.cells.find(({ language }) => language === 'de')!);
    expect(rows.map(({ titleId, clipCount }) => [titleId, clipCount])).toEqual([
      ['t_0', 4],
      ['t_1', 4],
      ['t_2', 4],
    ]);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(german.map(({ sameClip }) => sameClip!))).toBeCloseTo(cell.sameClip!, 5);
    expect(mean(german.map(({ gap }) => gap!))).toBeCloseTo(cell.gap!, 5);
  });

  it('holds pictures and sounds of a title together, naively', () => {
    for (const row of rows) {
      for (const cell of row.cells) {
        const { clipIndexes, data } = embeddings.audio.get(cell.language)!;
        const own = [...clipIndexes.entries()].filter(([, clip]) => clips[clip]!.titleId === row.titleId);
        const cosines = own.map(([sound, clip]) => {
          let sum = 0;
          for (let d = 0; d < 7; d += 1) sum += embeddings.video[clip * 7 + d]! * data[sound * 7 + d]!;
          return sum;
        });
        expect(cell.soundCount).toBe(own.length);
        expect(cell.picture).toBeCloseTo(cosines.reduce((a, b) => a + b, 0) / own.length, 5);
        const { ranks: both } = ranks.find(({ language }) => language === cell.language)!;
        const firsts = own.map(
          ([sound]) => Number(both.videoToAudio[sound] === 1) + Number(both.audioToVideo[sound] === 1),
        );
        expect(cell.recallAt1).toBeCloseTo(firsts.reduce((a, b) => a + b, 0) / (2 * own.length), 5);
      }
    }
  });

  it('says nothing of a language that a title lacks, and nothing of an original as its own dub', () => {
    expect(rows[0]!.cells.map(({ language }) => language)).toEqual(['en', 'de']);
    expect(rows[0]!.cells[0]).toMatchObject({ clipCount: 0, sameClip: null, gap: null });
    expect(decodeTitleRows(encodeTitleRows(rows))).toEqual(rows);
    expect(() => decodeTitleRows('{"version":9}')).toThrow('titles.json');
  });
});
