/** Reads the lists that data sets come with, row by row. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { type Options, parse } from 'csv-parse';
import { AppError } from '../../domain/errors.ts';

/** Rows of a table without a header. @throws AppError MANIFEST_SYNTAX. */
export async function* tableRows(path: string, options: Options = {}): AsyncGenerator<string[]> {
  const parser = parse({
    relax_column_count: true,
    skip_empty_lines: true,
    bom: true,
    trim: true,
    relax_quotes: true,
    ...options,
  });
  pipeline(createReadStream(path), parser, () => {});
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row;
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^CSV_/.test(String(error.code))) {
      throw new AppError(
        'MANIFEST_SYNTAX',
        `${basename(path)} is no list of its data set: ${error.message}. Nothing was imported. Get it again.`,
      );
    }
    throw error;
  }
}

/** Rows of a table as objects by its header. @throws AppError MANIFEST_SYNTAX. */
export async function* namedRows(path: string): AsyncGenerator<Partial<Record<string, string>>> {
  let header: string[] | null = null;
  for await (const cells of tableRows(path)) {
    if (header === null) header = cells.map((name) => name.toLowerCase());
    else yield Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']));
  }
}

/** A number of seconds as a file's name has it, e.g. `000030`. */
export function sixDigits(sec: number): string {
  return String(Math.floor(sec)).padStart(6, '0');
}
