import { describe, expect, it } from 'vitest';
import { PICTURE } from '../../../core/domain/evaluation.ts';
import { measureEmbeddings } from '../../../core/evaluation/evaluate.ts';
import { clipPicture, titlesPicture } from '../../../core/evaluation/heatmap-titles.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

/** Three titles of 12, 11 and 2 clips; Japanese only in the last. */
function threeTitles() {
  return Array.from({ length: 25 }, (_, i) => {
    const title = i < 12 ? 'b' : i < 23 ? 'a' : 'c';
    const clip = exampleClip(i, 'en', title === 'c' ? ['de', 'ja'] : ['de']);
    return { ...clip, titleId: `t-${title}`, titleName: title };
  });
}

describe('titlesPicture', async () => {
  const embeddings = exampleEmbeddings(threeTitles(), { dim: 12, pull: 1.5 });
  const { result, titles } = await measureEmbeddings(embeddings, { runId: 'run-1', checkpoint: 'ck' });
  const at = (picture: ReturnType<typeof titlesPicture>, row: number, language: string) =>
    picture.cells[row * picture.columns.length + picture.columns.findIndex(({ key }) => key === language)]!;

  it('has a row a title, by name, with the means that a naive sum gives', () => {
    const picture = titlesPicture(result, titles, 'sameClip');
    expect(picture.rows.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    const cosine = (clip: number): number => {
      const of = (language: string): number[] => {
        const { clipIndexes, data } = embeddings.audio.get(language)!;
        const row = clipIndexes.indexOf(clip);
        return [...data.subarray(row * 12, row * 12 + 12)];
      };
      const [en, de] = [of('en'), of('de')];
      return en.reduce((sum, value, d) => sum + value * de[d]!, 0);
    };
    const mean = (from: number, to: number): number => {
      let sum = 0;
      for (let clip = from; clip < to; clip += 1) sum += cosine(clip);
      return sum / (to - from);
    };
    expect(at(picture, 0, 'de').value).toBeCloseTo(mean(12, 23), 5);
    expect(at(picture, 1, 'de').value).toBeCloseTo(mean(0, 12), 5);
    expect(at(picture, 0, 'de')).toMatchObject({ count: 11, isFew: false });
  });

  it('tells few clips, no dub and no sound at all apart', () => {
    const picture = titlesPicture(result, titles, 'gap');
    expect(at(picture, 2, 'de')).toMatchObject({ count: 2, isFew: true });
    expect(at(picture, 0, 'en').lines).toContain('the original');
    expect(at(picture, 0, 'ja').lines).toEqual(['a, Japanese (ja)', 'no clips']);
    expect(picture.notes.join(' ')).toContain('Hatched: fewer than 10 clips');
  });

  it('puts the lowest first on demand, and shows a part of many', () => {
    const lowest = titlesPicture(result, titles, 'picture', { order: 'lowest' });
    const means = lowest.rows.map(({ key }) => {
      const { cells } = titles.find(({ titleId }) => titleId === key)!;
      return cells.reduce((sum, { picture }) => sum + picture!, 0) / cells.length;
    });
    expect(means).toEqual([...means].sort((a, b) => a - b));
    const part = titlesPicture(result, titles, 'recallAt1', { from: 2 });
    expect(part).toMatchObject({ isShare: true, rowCount: 3 });
    expect(part.rows.map(({ name }) => name)).toEqual(['c']);
    expect(part.notes[0]).toBe('Titles 3 to 3 of 3.');
  });
});

describe('clipPicture', () => {
  it('holds picture and sounds against each other, the diagonal without a colour', () => {
    const vectors = [
      { key: PICTURE, vector: Float64Array.of(1, 0) },
      { key: 'en', vector: Float64Array.of(0.6, 0.8) },
      { key: 'de', vector: Float64Array.of(0, 1) },
    ];
    const { rows, cells } = clipPicture(exampleClip(1, 'en', ['de']), vectors);
    expect(rows.map(({ name }) => name)).toEqual(['Picture', 'English', 'German']);
    expect(cells.map(({ value }) => Number(value!.toFixed(3)))).toEqual([1, 0.6, 0, 0.6, 1, 0.8, 0, 0.8, 1]);
    expect(cells.map(({ isFixed }) => isFixed)).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(cells[2]!.lines[0]).toBe('the picture and German (de)');
    expect(cells[6]!.lines[0]).toBe('the picture and German (de)');
  });
});
