/**
 * Rows as CSV after RFC 4180. Our own twenty lines in place of csv-stringify, which took a third of an export's time
 * (docs/performance.md); a test holds them to what it writes.
 */
import type { CellValue } from './columns.ts';
import { markFormula } from './formula-cell.ts';

const MUST_BE_QUOTED = /[",\r\n]/;

/** Lines of a table, each ended by CRLF. Formulas are marked (formula-cell.ts), an empty cell stands for null. */
export function csvText(rows: readonly (readonly CellValue[])[]): string {
  let text = '';
  for (const row of rows) {
    for (let i = 0; i < row.length; i += 1) {
      const value = row[i]!;
      if (i > 0) text += ',';
      if (typeof value === 'string') text += textCell(value);
      else if (value !== null) text += value;
    }
    text += '\r\n';
  }
  return text;
}

function textCell(value: string): string {
  const marked = markFormula(value);
  return MUST_BE_QUOTED.test(marked) ? `"${marked.replaceAll('"', '""')}"` : marked;
}
