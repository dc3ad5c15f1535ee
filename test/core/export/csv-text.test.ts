import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellValue } from '../../../core/export/columns.ts';
import { csvText } from '../../../core/export/csv-text.ts';
import { markFormula, unmarkFormula } from '../../../core/export/formula-cell.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('"', ',', '\r\n', '\n', '\r', "'", '=', '-', '@', '\t', ' ', 'a', 'é', '日'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);
const cell: fc.Arbitrary<CellValue> = fc.oneof(
  text,
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.constant(null),
);
const tables = fc
  .integer({ min: 2, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));

describe('CSV', () => {
  it('is what csv-stringify writes', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const marked = rows.map((row) =>
          row.map((one) => (typeof one === 'string' ? markFormula(one) : one)),
        );
        // It quotes a lone line break only where told to; RFC 4180 wants it quoted.
        const peer = stringify(marked, { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
        expect(csvText(rows)).toBe(peer);
      }),
      { numRuns: 500 },
    );
  });

  it('is read again as it was written', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const read = parse(csvText(rows), { record_delimiter: '\r\n' }) as string[][];
        const back = read.map((row, y) =>
          row.map((one, x) => (typeof rows[y]?.[x] === 'string' ? unmarkFormula(one) : one)),
        );
        expect(back).toEqual(rows.map((row) => row.map((one) => (one === null ? '' : String(one)))));
      }),
      { numRuns: 500 },
    );
  });
});
