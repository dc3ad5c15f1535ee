/** The cells of a manifest's row as what they mean. Each of these throws `RowProblem`. */
import type { ErrorCode } from '../domain/errors.ts';
import type { Split } from '../domain/title.ts';
import type { Cell } from './manifest-rows.ts';
import { type NamedRole, roleNamed } from './role-name.ts';

/** Columns of every manifest. */
const COMMON = ['title', 'shot', 'id', 'language', 'role', 'stream', 'sha256', 'original_language'] as const;
/** Columns that may stand beside them. */
const MORE = ['split', 'labels', 'start', 'end', 'schema'] as const;
/** Columns of rows about one file, and of rows about one pair. */
const FILE_COLUMNS = ['path'] as const;
const PAIR_COLUMNS = ['video', 'original', 'original_stream', 'dub'] as const;
/** Every column that is known. */
export const COLUMNS: readonly string[] = [...COMMON, ...MORE, ...FILE_COLUMNS, ...PAIR_COLUMNS];
/** Name of a column. */
export type Column = (typeof COMMON | typeof MORE | typeof FILE_COLUMNS | typeof PAIR_COLUMNS)[number];

const SPLITS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  heldout: 'heldout',
  'held-out': 'heldout',
  test: 'heldout',
  val: 'heldout',
  validation: 'heldout',
};

/** Why a row cannot be used; turned into a problem of the list. */
export class RowProblem extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A text; '' where there is none. Numbers are no ids: 9007199254740993 would become another. */
export function rawTextIn(values: Record<string, Cell>, column: Column): string {
  const value = values[column];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new RowProblem('PATH_NUL', `"${column}" has a NUL character`);
    return value;
  }
  throw new RowProblem('MANIFEST_ID_TYPE', `"${column}" is ${String(value)}; ids and names must be text`);
}

/** A text in one normal form, so that the same words are the same title. */
export function textIn(values: Record<string, Cell>, column: Column): string {
  return rawTextIn(values, column).normalize('NFC');
}

/** A number; null where the cell is empty. */
function numberIn(values: Record<string, Cell>, column: Column): number | null {
  const value = values[column];
  if (value === undefined || value === null || value === '') return null;
  const isText = typeof value === 'string' && value.trim() !== '';
  const number =
    typeof value === 'number' || typeof value === 'bigint' || isText ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new RowProblem('MANIFEST_NUMBER', `"${column}" is "${cut(String(value))}", not a finite number`);
}

/** The index of a track; null where the cell is empty. */
export function streamIn(values: Record<string, Cell>, column: Column): number | null {
  const stream = numberIn(values, column);
  if (stream === null || (Number.isInteger(stream) && stream >= 0)) return stream;
  throw new RowProblem('MANIFEST_NUMBER', `"${column}" is ${stream}; tracks are counted from 0`);
}

/** The window of a row; null where it names none. */
export function windowIn(values: Record<string, Cell>): { startSec: number; endSec: number } | null {
  const [startSec, endSec] = [numberIn(values, 'start'), numberIn(values, 'end')];
  if (startSec === null && endSec === null) return null;
  if (startSec !== null && endSec !== null && startSec >= 0 && endSec > startSec) return { startSec, endSec };
  throw new RowProblem(
    'TIME_RANGE',
    `"start" is ${startSec ?? 'empty'} and "end" is ${endSec ?? 'empty'}; both are seconds, and the end comes after the start`,
  );
}

/** The role of a row; null where it names none. */
export function roleIn(values: Record<string, Cell>): NamedRole | null {
  const text = textIn(values, 'role');
  const role = text === '' ? null : roleNamed(text);
  if (text === '' || role !== null) return role;
  throw new RowProblem('MANIFEST_CONFLICT', `"role" is "${cut(text)}"; see docs/import.md for what there is`);
}

/** SHA-256, hex; null where the cell is empty. */
export function hashIn(values: Record<string, Cell>): string | null {
  const text = textIn(values, 'sha256').trim().toLowerCase();
  if (text === '' || /^[0-9a-f]{64}$/.test(text)) return text === '' ? null : text;
  throw new RowProblem('MANIFEST_CONFLICT', '"sha256" is not 64 hexadecimal digits');
}

/** The labels of a row. */
export function labelsIn(values: Record<string, Cell>): string[] {
  const text = textIn(values, 'labels');
  return text === ''
    ? []
    : text
        .split(/[;|]/)
        .map((label) => label.trim())
        .filter((label) => label !== '');
}

/** A text short enough to be told. */
export function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** The split of a row; null where it names none. */
export function splitIn(values: Record<string, Cell>): Split | null {
  const text = textIn(values, 'split').toLowerCase();
  if (text === '') return null;
  const split = Object.hasOwn(SPLITS, text) ? SPLITS[text] : undefined;
  if (split !== undefined) return split;
  throw new RowProblem('MANIFEST_CONFLICT', `"split" is "${cut(text)}"; it may be train or heldout`);
}
