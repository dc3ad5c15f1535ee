import { describe, expect, it } from 'vitest';
import { csvCell, csvTable, matrixCsv, retrievalCsv } from '../../../core/evaluation/csv.ts';
import { exampleResult } from './examples.ts';

/** Reads CSV as RFC 4180 says, character by character. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\r' && text[i + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      i += 1;
    } else cell += character;
  }
  return rows;
}

describe('csvCell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1'])('takes the power from %j', (text) => {
    const [[cell]] = parseCsv(csvTable([[text]])) as [[string]];
    expect(cell).toBe(`'${text}`);
  });

  it('leaves numbers numbers, also negative ones, and loses nothing of them', () => {
    expect(csvCell(-0.1)).toBe('-0.1');
    const value = Math.fround(1 / 3);
    expect(Number(csvCell(value))).toBe(value);
    expect(csvCell(null)).toBe('');
  });

  it('brings commas, quotes and line breaks through', () => {
    const cells = ['a,b', 'say "x"', 'two\r\nlines', 'plain', ''];
    expect(parseCsv(csvTable([cells, cells]))).toEqual([cells, cells]);
  });
});

describe('matrixCsv and retrievalCsv', () => {
  const result = exampleResult(['en', 'de', 'ja']);

  it('hold every cell with its numbers', () => {
    const [heading, ...rows] = parseCsv(matrixCsv(result));
    expect(heading).toHaveLength(8);
    expect(rows).toHaveLength(9);
    const cell = result.matrix[1]!;
    expect(rows[1]).toEqual([
      'en',
      'English',
      'de',
      'German',
      ...[cell.sameClip, cell.otherClip, cell.gap].map(String),
      '28',
    ]);
  });

  it('leave unknown numbers empty', () => {
    const unknown = { a: 'en', b: 'de', sameClip: null, otherClip: null, gap: null, clipCount: 0 };
    expect(parseCsv(matrixCsv({ matrix: [unknown] }))[1]).toEqual([
      'en',
      'English',
      'de',
      'German',
      '',
      '',
      '',
      '0',
    ]);
  });

  it('hold a row a language and direction', () => {
    const rows = parseCsv(retrievalCsv(result));
    expect(rows).toHaveLength(7);
    expect(rows[1]!.slice(0, 5)).toEqual(['en', 'English', 'video-to-audio', '28', '0.25']);
    expect(rows.every((row) => row.length === rows[0]!.length)).toBe(true);
  });
});
