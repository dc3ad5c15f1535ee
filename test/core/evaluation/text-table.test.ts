import { describe, expect, it } from 'vitest';
import { textColumns } from '../../../core/evaluation/text-columns.ts';
import { formatMatrix, formatRetrieval } from '../../../core/evaluation/text-table.ts';
import { exampleResult } from './examples.ts';

describe('textColumns', () => {
  it('lines columns up, also with wide letters and short rows', () => {
    expect(textColumns([['name', 'n'], ['日本', '12'], ['a']], ['left'])).toEqual([
      'name   n',
      '日本  12',
      'a',
    ]);
  });
});

describe('formatRetrieval', () => {
  it('has a line a language and direction, with times chance', () => {
    const lines = formatRetrieval(exampleResult(['en', 'de', 'ja'])).split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[2]).toContain('en English (original)');
    // 0.25 among 28 is seven times chance.
    expect(lines[2]).toMatch(/25\.0 % +\(7\.0x\)/);
    expect(lines[2]).toContain('2.5 (chance 14.5)');
    // Among 6 the match is among the first 10 in any case.
    expect(lines[6]).toMatch(/90\.0 % +2\.5 \(chance 3\.5\) +6\*$/);
    expect(lines[8]).toContain('too few for a claim');
  });

  it('lines its columns up', () => {
    const lines = formatRetrieval(exampleResult()).split('\n').slice(2, -1);
    const places = (pattern: RegExp): string[] =>
      lines.map((line) => [...line.matchAll(pattern)].map((match) => match.index).join());
    expect(new Set(places(/%/g)).size).toBe(1);
    expect(new Set(places(/\)(?= +\d+\*?$)/g)).size).toBe(1);
  });

  it('says so when there is nothing', () => {
    expect(formatRetrieval({ retrieval: [], originalLanguages: [] })).toContain('no language');
  });
});

describe('formatMatrix', () => {
  it('shows the gap, marks what says little, and gives the means over pairs', () => {
    const lines = formatMatrix(exampleResult(['en', 'de', 'ja'])).split('\n');
    expect(lines[2]).toMatch(/^en +\(0\.900\) +0\.650 +0\.600 \*$/);
    expect(lines[4]).toMatch(/^ja +0\.600 \* +0\.630 \* +\(0\.860\)\*$/);
    expect(lines[5]).toBe('mean of 3 pairs of languages: same clip 0.747, other clips 0.120, gap 0.627');
    expect(lines[6]).toContain('fewer than 10');
  });

  it('keeps the points of a column below each other', () => {
    const lines = formatMatrix(exampleResult()).split('\n').slice(2, 7);
    const points = lines.map((line) => [...line.matchAll(/\./g)].map((match) => match.index).join());
    expect(new Set(points).size).toBe(1);
  });

  it('draws unknown cells as a dash and leaves them out of the means', () => {
    const result = exampleResult(['en', 'de']);
    const matrix = result.matrix.map((cell) => ({
      ...cell,
      sameClip: null,
      otherClip: null,
      gap: null,
      clipCount: 0,
    }));
    const text = formatMatrix({ ...result, matrix });
    expect(text).toMatch(/en +- +-/);
    expect(text).not.toContain('mean of');
  });
});
