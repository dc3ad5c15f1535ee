/**
 * The columns of a large project beside its database, as they were when it was last closed, so that opening it does
 * not read a million rows and every page of the file again. Only believed while the database is that very file,
 * untouched since; else the database, which stays the truth, is looked at as a whole.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FINDING_CODES } from '../domain/finding.ts';
import { atomicWriteSync } from '../files/atomic-write.ts';
import type { ProjectDatabase } from './database.ts';
import type { PairTable } from './pair-table.ts';

/** Smaller projects are read in some milliseconds. */
const FEWEST_ROWS = 20_000;
/** A file that was found whole is looked through again after a day: discs forget. */
const BELIEVED_MS = 24 * 60 * 60 * 1000;
const MAGIC = 'DUBCOLS1';
const PREFIX_BYTES = 12;

/** The number columns and how they lie in the file, in this order. */
const COLUMNS = [
  ['seq', Int32Array],
  ['title', Int32Array],
  ['shot', Int32Array],
  ['suspicion', Float32Array],
  ['codes', Uint32Array],
  ['language', Uint16Array],
  ['verdict', Uint8Array],
  ['severity', Int8Array],
] as const;

/** The part of a table that is kept; titles and shots are read from the database. */
export type KeptColumns = Pick<PairTable, (typeof COLUMNS)[number][0] | 'count' | 'languages'>;

/** `codes`: what the bits of a pair's findings stood for. */
type Header = { stamp: string; checkedAtMs: number; codes: string; count: number; languages: string[] };

const CODES = FINDING_CODES.join(' ');

/**
 * What tells a database file from every other state of it: its size, when it was last written, which file it is.
 * @returns null while changes wait in the log beside it, as after a crash or while another program writes.
 */
export function stampOf(databasePath: string): string | null {
  const log = statSync(`${databasePath}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) return null;
  const stat = statSync(databasePath, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.size}-${stat.mtimeNs}-${stat.dev}-${stat.ino}`;
}

/** When the database was last looked through as a whole, if it is the same file since, and that is less than a day ago. */
export function foundWholeAtMs(databasePath: string, nowMs: number): number | null {
  const kept = readKept(databasePath);
  if (kept === null) return null;
  const ageMs = nowMs - kept.header.checkedAtMs;
  return ageMs >= 0 && ageMs < BELIEVED_MS ? kept.header.checkedAtMs : null;
}

/**
 * The columns as they were kept, where the database is still as it was then.
 * @param counts of pairs, titles and shots, which every number in the columns must keep to: the file may come from anyone.
 */
export function keptColumns(
  db: ProjectDatabase,
  counts: { pairs: number; titles: number; shots: number },
): KeptColumns | null {
  const kept = readKept(db.name);
  if (kept === null || kept.header.count !== counts.pairs) return null;
  const { count, languages } = kept.header;
  if (kept.body.byteLength !== bytesOf(count)) return null;
  const columns = { count, languages } as KeptColumns;
  let at = 0;
  for (const [name, type] of COLUMNS) {
    const end = at + count * type.BYTES_PER_ELEMENT;
    // A copy: in the file nothing lies on the borders that typed arrays ask for.
    const bytes = kept.body.buffer.slice(kept.body.byteOffset + at, kept.body.byteOffset + end);
    Object.assign(columns, { [name]: new type(bytes as ArrayBuffer) });
    at = end;
  }
  return isSound(columns, counts) ? columns : null;
}

/**
 * Keeps the columns of a database that has just been closed. Nothing is written where they are few, or kept already.
 * A full disc is no reason not to close: the next opening then reads the database.
 */
export function keepColumns(databasePath: string, table: PairTable, checkedAtMs: number): void {
  const stamp = stampOf(databasePath);
  if (stamp === null || table.count < FEWEST_ROWS) return;
  const kept = readKept(databasePath);
  if (kept !== null && kept.header.checkedAtMs === checkedAtMs) return;
  const { count, languages } = table;
  const header: Header = { stamp, checkedAtMs, codes: CODES, count, languages };
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(text.length, MAGIC.length);
  const columns = COLUMNS.map(([name]) => {
    const { buffer, byteOffset, byteLength } = table[name];
    return Buffer.from(buffer, byteOffset, byteLength);
  });
  const path = keptPath(databasePath);
  try {
    mkdirSync(dirname(path), { recursive: true });
    atomicWriteSync(path, Buffer.concat([prefix, text, ...columns]));
  } catch {}
}

function keptPath(databasePath: string): string {
  return join(dirname(databasePath), 'cache', 'pairs.columns');
}

/** @returns null where nothing is kept, where it is of another state of the database, or where it cannot be read. */
function readKept(databasePath: string): { header: Header; body: Buffer } | null {
  try {
    const file = readFileSync(keptPath(databasePath));
    if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    const end = PREFIX_BYTES + file.readUInt32LE(MAGIC.length);
    const header = JSON.parse(file.toString('utf8', PREFIX_BYTES, end)) as Header;
    const stamp = stampOf(databasePath);
    if (stamp === null || header.stamp !== stamp || header.codes !== CODES) return null;
    return { header, body: file.subarray(end) };
  } catch {
    return null;
  }
}

function bytesOf(count: number): number {
  return COLUMNS.reduce((bytes, [, type]) => bytes + count * type.BYTES_PER_ELEMENT, 0);
}

function isSound(
  { seq, title, shot, language, languages, suspicion }: KeptColumns,
  counts: { titles: number; shots: number },
): boolean {
  if (!Array.isArray(languages) || !languages.every((one) => typeof one === 'string')) return false;
  let last = -1;
  for (let row = 0; row < seq.length; row += 1) {
    const [number, titleAt, shotAt] = [seq[row]!, title[row]!, shot[row]!];
    if (number <= last || titleAt < -1 || titleAt >= counts.titles || shotAt < -1 || shotAt >= counts.shots)
      return false;
    if (language[row]! >= languages.length || !(suspicion[row]! >= 0 && suspicion[row]! <= 100)) return false;
    last = number;
  }
  return true;
}
