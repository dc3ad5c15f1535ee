/** One line of JSON as a row: an object of plain values, each key once. */
import type { ErrorCode } from '../domain/errors.ts';
import type { Cell } from './manifest-rows.ts';

const DEEPEST = 64;

/** Reads a line; what is wrong with it is told, never thrown. */
export function readJsonRow(
  line: string,
  row: number,
): { values: Record<string, Cell> } | { code: ErrorCode; message: string } {
  const wrong = (code: ErrorCode, what: string): { code: ErrorCode; message: string } => ({
    code,
    message: `Row ${row} ${what}. It was passed over; mend the row.`,
  });
  const { depth, twice } = shapeOf(line);
  if (depth > DEEPEST) return wrong('MANIFEST_TOO_DEEP', `is nested more than ${DEEPEST} deep`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return wrong('MANIFEST_SYNTAX', `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('MANIFEST_SYNTAX', 'is no object such as {"title": "..."}');
  }
  if (twice !== null) return wrong('MANIFEST_DUPLICATE_KEY', `has the key "${twice}" twice`);
  const values: Record<string, Cell> = Object.create(null);
  for (const [key, cell] of Object.entries(value)) {
    if (typeof cell === 'object' && cell !== null) {
      return wrong(
        'MANIFEST_SYNTAX',
        `has a list or an object as "${key}", where a text or a number is expected`,
      );
    }
    values[key.toLowerCase()] = cell as Cell;
  }
  return { values };
}

/** How deep a text is nested, and the first key of the outermost object that stands in it twice. */
function shapeOf(line: string): { depth: number; twice: string | null } {
  const keys = new Set<string>();
  let twice: string | null = null;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at];
    if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth);
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === '"') {
      const end = endOfText(line, at);
      if (depth === 1 && /^\s*:/.test(line.slice(end + 1, end + 20))) {
        const key = unescaped(line.slice(at, end + 1)).toLowerCase();
        if (keys.has(key)) twice ??= key;
        keys.add(key);
      }
      at = end;
    }
  }
  return { depth: deepest, twice };
}

function endOfText(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at;
  }
  return line.length;
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
