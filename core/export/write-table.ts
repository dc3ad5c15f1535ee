/** Writes a table of any length as CSV, JSON lines or Parquet: whole or not at all, a part of it in memory. */
import { type FileHandle, open } from 'node:fs/promises';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ExportFormat } from '../domain/export.ts';
import { atomicMake } from '../files/atomic-write.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { CellValue, ExportColumn } from './columns.ts';
import { csvText } from './csv-text.ts';

/** Rows of a Parquet row group. */
const GROUP_ROWS = 50_000;

/** Rows as they come, a value for each column, and how far that is. */
export type TablePart = { rows: readonly (readonly CellValue[])[]; done: number; total: number };

/** Takes parts of a table. */
type Sink = { put(rows: TablePart['rows']): Promise<void>; end(): Promise<void>; close(): Promise<void> };

/**
 * Writes a table to `path`, replacing a file that is there. The folder must exist.
 * @returns how many rows it has
 * @throws CANCELLED when `signal` aborts, what the file system throws; what was at `path` before is then untouched.
 */
export async function writeTable(
  a: { path: string; format: ExportFormat; columns: readonly ExportColumn[]; parts: Iterable<TablePart> },
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<{ rows: number }> {
  let count = 0;
  await atomicMake(a.path, async (temporary) => {
    const sink = a.format === 'parquet' ? parquetSink(temporary, a.columns) : await textSink(temporary, a);
    try {
      for (const { rows, done, total } of a.parts) {
        signal?.throwIfAborted();
        await sink.put(rows);
        count += rows.length;
        onProgress({ step: 'writing', done, total, unit: 'pairs' });
        // The host answers others between two parts.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await sink.end();
    } finally {
      await sink.close();
    }
  });
  return { rows: count };
}

async function textSink(
  path: string,
  { format, columns }: { format: ExportFormat; columns: readonly ExportColumn[] },
): Promise<Sink> {
  const handle: FileHandle = await open(path, 'wx');
  const text = format === 'csv' ? csvText : jsonTextOf(columns);
  if (format === 'csv') await handle.appendFile(`${columns.map(({ name }) => name).join(',')}\r\n`);
  return {
    put: (rows) => handle.appendFile(text(rows)),
    end: async () => {},
    close: () => handle.close(),
  };
}

function jsonTextOf(columns: readonly ExportColumn[]): (rows: TablePart['rows']) => string {
  const names = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (rows) => {
    let text = '';
    for (const row of rows) {
      for (let i = 0; i < names.length; i += 1) text += names[i]! + JSON.stringify(row[i] ?? null);
      text += '}\n';
    }
    return text;
  };
}

function parquetSink(path: string, columns: readonly ExportColumn[]): Sink {
  const file = fileWriter(path);
  const writer = new ParquetWriter({
    writer: file,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaOf)],
    createdBy: 'dubscope',
  });
  let waiting: (readonly CellValue[])[] = [];
  const flush = async (): Promise<void> => {
    const columnData = columns.map(({ name }, i) => ({ name, data: waiting.map((row) => row[i] ?? null) }));
    waiting = [];
    await writer.write({ columnData, rowGroupSize: GROUP_ROWS });
  };
  return {
    put: async (rows) => {
      waiting.push(...rows);
      if (waiting.length >= GROUP_ROWS) await flush();
    },
    end: async () => {
      if (waiting.length > 0) await flush();
      await writer.finish();
    },
    close: async () => {},
  };
}

function schemaOf({ name, type }: ExportColumn): SchemaElement {
  if (type === 'number') return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' };
  if (type === 'integer') return { name, type: 'INT32', repetition_type: 'OPTIONAL' };
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
}
