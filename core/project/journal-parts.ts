/** The changes of a journal entry, in packed parts: an import of a million pairs is an entry like any other. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '../domain/errors.ts';
import type { ProjectDatabase } from './database.ts';
import type { RowChange } from './journal.ts';

/** Changes in one part: some hundred kilobytes before packing. */
export const CHANGES_IN_PART = 2000;

/** Adds a part to an entry. */
export function writePart(
  db: ProjectDatabase,
  seq: number,
  part: number,
  changes: readonly RowChange[],
): void {
  const packed = deflateRawSync(JSON.stringify(changes), { level: 1 });
  db.prepare('INSERT OR REPLACE INTO journal_part VALUES (?, ?, ?)').run(seq, part, packed);
}

/** An entry's parts in order, or in reverse order. @throws AppError PROJECT_DAMAGED. */
export function* readParts(
  db: ProjectDatabase,
  seq: number,
  order: 'forward' | 'reverse',
): Generator<RowChange[]> {
  const parts = db
    .prepare('SELECT part FROM journal_part WHERE journal_seq = ? ORDER BY part')
    .pluck()
    .all(seq) as number[];
  const read = db.prepare('SELECT changes FROM journal_part WHERE journal_seq = ? AND part = ?').pluck();
  for (const part of order === 'forward' ? parts : parts.reverse()) {
    yield unpack(read.get(seq, part) as Buffer, seq);
  }
}

/** A forged part could unpack to anything; ours stay far below. */
const LARGEST_PART_BYTES = 64 * 2 ** 20;

function unpack(packed: Buffer, seq: number): RowChange[] {
  try {
    const text = inflateRawSync(packed, { maxOutputLength: LARGEST_PART_BYTES }).toString('utf8');
    return JSON.parse(text) as RowChange[];
  } catch (cause) {
    throw new AppError(
      'PROJECT_DAMAGED',
      `Journal entry ${seq} cannot be read. Nothing was changed. Restore the newest file of the backups folder.`,
      { cause },
    );
  }
}
