/** Reads a manifest row by row, whatever its form: CSV, TSV, JSON lines or Parquet. Nothing is held but the row at hand. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { readJsonRow } from './json-row.ts';

/** A value of a row. Text forms give text only; an empty cell is `''`. */
export type Cell = string | number | boolean | bigint | null;

/** A row, or why it cannot be read. `row` counts from 1, without the header. */
export type ManifestRow =
  | { row: number; values: Record<string, Cell> }
  | { row: number; code: ErrorCode; message: string };

const LONGEST_ROW = 1_000_000;
const PARQUET_ROWS_AT_ONCE = 10_000;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Goes through a manifest row by row.
 * @throws AppError MANIFEST_FORMAT, MANIFEST_SYNTAX, MANIFEST_ENCODING, PATH_NOT_FOUND where it cannot be read at all.
 */
export async function* manifestRows(path: string, signal?: AbortSignal): AsyncGenerator<ManifestRow> {
  for await (const rows of manifestParts(path, signal)) yield* rows;
}

/** The same, some hundreds or thousands of rows at a time: a wait for each row takes longer than reading it. */
export async function* manifestParts(path: string, signal?: AbortSignal): AsyncGenerator<ManifestRow[]> {
  const kind = extname(path).toLowerCase();
  if (kind === '.csv' || kind === '.tsv' || kind === '.txt') yield* tableRows(path, signal);
  else if (kind === '.jsonl' || kind === '.ndjson') yield* jsonRows(path, signal);
  else if (kind === '.parquet') yield* parquetRows(path, signal);
  else {
    throw new AppError(
      'MANIFEST_FORMAT',
      `${basename(path)} is no manifest: its name ends in "${kind}". Nothing was imported. Give a .csv, .tsv, .jsonl or .parquet file.`,
    );
  }
}

async function* tableRows(path: string, signal?: AbortSignal): AsyncGenerator<ManifestRow[]> {
  const text = textOf(path, signal);
  const first = await text.next();
  const head = first.done ? '' : first.value;
  let header: string[] | null = null;
  let row = 0;
  let rows: ManifestRow[] = [];
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    trim: false,
    // Taken here and not out of the stream, which would wait for each.
    on_record: (cells: string[]) => {
      if (header === null) header = headerOf(path, cells);
      else {
        row += 1;
        rows.push(tableRow(row, header, cells));
      }
      return null;
    },
  });
  const ended = finished(parser.resume());
  ended.catch(() => {});
  try {
    for await (const part of joined(head, text)) {
      await new Promise<void>((resolve, reject) =>
        parser.write(part, (error) => (error ? reject(error) : resolve())),
      );
      if (rows.length > 0) yield rows;
      rows = [];
    }
    parser.end();
    await ended;
    if (rows.length > 0) yield rows;
  } catch (error) {
    throw inWords(path, error);
  } finally {
    parser.destroy();
  }
}

function tableRow(row: number, header: readonly string[], cells: readonly string[]): ManifestRow {
  if (cells.length !== header.length) {
    const message = `Row ${row} has ${cells.length} cells, the header has ${header.length}. It was passed over; mend the row.`;
    return { row, code: 'MANIFEST_SYNTAX', message };
  }
  // Where a column is called so, assigning would set something else.
  if (header.includes('__proto__')) {
    return { row, values: Object.fromEntries(header.map((name, i) => [name, cells[i]!])) };
  }
  const values: Record<string, Cell> = {};
  for (let i = 0; i < header.length; i += 1) values[header[i]!] = cells[i]!;
  return { row, values };
}

async function* joined(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

function headerOf(path: string, cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new AppError(
    'MANIFEST_DUPLICATE_KEY',
    `${basename(path)} has the column "${twice}" twice. Nothing was imported. Remove one.`,
  );
}

/** The sign that the header line has most of. */
function delimiterOf(head: string): string {
  const line = head.split(/\r?\n/, 1)[0] ?? '';
  const count = (sign: string): number => line.split(sign).length;
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) >= count(best) ? sign : best), ',');
}

async function* jsonRows(path: string, signal?: AbortSignal): AsyncGenerator<ManifestRow[]> {
  let rest = '';
  let row = 0;
  for await (const chunk of textOf(path, signal)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_ROW) throw tooLong(path, row + 1);
    const rows: ManifestRow[] = [];
    for (const line of lines) {
      if (line.trim() === '') continue;
      row += 1;
      rows.push({ row, ...readJsonRow(line, row) });
    }
    yield rows;
  }
  if (rest.trim() !== '') yield [{ row: row + 1, ...readJsonRow(rest, row + 1) }];
}

async function* parquetRows(path: string, signal?: AbortSignal): AsyncGenerator<ManifestRow[]> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const rowCount = Number(metadata.num_rows);
    let row = 0;
    for (let rowStart = 0; rowStart < rowCount; rowStart += PARQUET_ROWS_AT_ONCE) {
      signal?.throwIfAborted();
      const rowEnd = Math.min(rowCount, rowStart + PARQUET_ROWS_AT_ONCE);
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd });
      yield rows.map((values) => {
        row += 1;
        return { row, values: lowerKeys(values) };
      });
    }
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw inWords(path, error);
  }
}

function lowerKeys(values: Record<string, unknown>): Record<string, Cell> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key.toLowerCase(), cellOf(value)]));
}

/** What Parquet gives that a cell cannot hold becomes text, and is then judged as such. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? value : String(value);
}

/** A file's text in parts: UTF-8 with or without a mark, or UTF-16 with one. @throws AppError MANIFEST_ENCODING. */
async function* textOf(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder(await encodingOf(path), { fatal: true });
  let at = 0;
  let isFirst = true;
  for await (const chunk of createReadStream(path, { signal })) {
    const bytes = chunk as Buffer;
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      throw notText(path, at + firstInvalid(bytes));
    }
    at += bytes.length;
    yield isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    isFirst = false;
  }
  try {
    yield decoder.decode();
  } catch {
    throw notText(path, at);
  }
}

async function encodingOf(path: string): Promise<'utf-8' | 'utf-16le' | 'utf-16be'> {
  const handle = await open(path).catch((error: unknown) => {
    throw inWords(path, error);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
    return buffer[0] === 0xfe && buffer[1] === 0xff ? 'utf-16be' : 'utf-8';
  } finally {
    await handle.close();
  }
}

/** Where bytes stop being UTF-8; by halving. */
function firstInvalid(bytes: Buffer): number {
  // A character cut in half at the end is no error: up to three bytes may be missing.
  const wholeBefore = (end: number): number | undefined =>
    [0, 1, 2, 3].map((less) => Math.max(0, end - less)).find((n) => isUtf8(bytes.subarray(0, n)));
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (wholeBefore(middle) === undefined) bad = middle;
    else good = middle;
  }
  return wholeBefore(good) ?? 0;
}

function notText(path: string, byte: number): AppError {
  return new AppError(
    'MANIFEST_ENCODING',
    `${basename(path)} is not UTF-8 at byte ${byte}. Nothing was imported. Save it as UTF-8.`,
  );
}

function tooLong(path: string, row: number): AppError {
  return new AppError(
    'MANIFEST_SYNTAX',
    `${basename(path)}: row ${row} is longer than ${LONGEST_ROW} characters. Nothing was imported. Check that each row is one line.`,
  );
}

function inWords(path: string, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || error.name === 'AbortError') return error;
  if ('code' in error && error.code === 'ENOENT') {
    return new AppError('PATH_NOT_FOUND', `There is no file ${path}. Nothing was imported. Check the path.`);
  }
  return new AppError(
    'MANIFEST_SYNTAX',
    `${basename(path)} cannot be read as what its name says: ${error.message}. Nothing was imported. Mend it there.`,
    { cause: error },
  );
}
