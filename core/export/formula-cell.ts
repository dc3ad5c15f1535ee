/**
 * Cells of CSV that a spreadsheet would take for a formula get an apostrophe in front (CWE-1236): names of media and
 * reasons are text of strangers. The apostrophe is taken off again at import, so nothing is lost on the way.
 */
const RISKY = /^['=+\-@\t\r\n]/;
const MARKED = /^'['=+\-@\t\r\n]/;

/** A text as it stands in a CSV file, before quoting. */
export function markFormula(text: string): string {
  return RISKY.test(text) ? `'${text}` : text;
}

/** The text that `markFormula` was given. */
export function unmarkFormula(cell: string): string {
  return MARKED.test(cell) ? cell.slice(1) : cell;
}
