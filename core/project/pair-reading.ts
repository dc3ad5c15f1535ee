/**
 * Reads the columns of the pairs part by part, so that a host which has just opened a project can get on with it between
 * requests, and whoever needs the columns reads the rest at once.
 */
import type { ProjectDatabase } from './database.ts';
import { keptColumns } from './kept-columns.ts';
import { codeBits, type Named, type PairTable, verdictNumber } from './pair-table.ts';

/** Rows in one part: 10 to 30 ms. */
const PART_ROWS = 20_000;

/** Columns that are being read. */
export type PairReading = {
  table: PairTable;
  /** Reads on. @returns whether there is nothing left. */
  step(): boolean;
};

type RawPair = [number, string, string, string | null, number, string, number];

/**
 * Begins to read; nothing of the pairs is read before the first step. Where the columns were kept when the project was
 * last closed, and nothing has changed since, there is nothing left to read.
 */
export function beginReading(db: ProjectDatabase, dataVersion: number): PairReading {
  const titles = db
    .prepare('SELECT id, lower(name) AS name, split FROM title ORDER BY rowid')
    .all() as PairTable['titles'];
  const titleAt = new Map(titles.map(({ id }, i) => [id, i]));
  const shots = (
    db.prepare('SELECT id, lower(name) AS name, title_id FROM shot ORDER BY rowid').all() as (Named & {
      title_id: string;
    })[]
  ).map(({ id, name, title_id }) => ({ id, name, title: titleAt.get(title_id) ?? -1 }));
  const shotAt = new Map(shots.map(({ id }, i) => [id, i]));
  const table = emptyTable(db, dataVersion, { titles, shots });
  const kept = keptColumns(db, { pairs: table.count, titles: titles.length, shots: shots.length });
  if (kept !== null) return { table: Object.assign(table, kept), step: () => true };
  const languageAt = new Map<string, number>();
  const bitsOf = new Map<string, number>();
  const part = db
    .prepare(
      `SELECT seq, shot_id, language, verdict, severity, codes, suspicion FROM pair
       WHERE seq > ? ORDER BY seq LIMIT ${PART_ROWS}`,
    )
    .raw();
  let row = 0;
  let last = -1;
  return {
    table,
    step: () => {
      const rows = part.all(last) as RawPair[];
      for (const [seq, shotId, language, verdict, severity, codes, suspicion] of rows) {
        const shot = shotAt.get(shotId) ?? -1;
        table.seq[row] = seq;
        table.shot[row] = shot;
        table.title[row] = shots[shot]?.title ?? -1;
        table.language[row] = numberOf(languageAt, language, table.languages);
        table.verdict[row] = verdictNumber(verdict);
        table.severity[row] = severity;
        table.codes[row] = bitsOf.get(codes) ?? rememberBits(bitsOf, codes);
        table.suspicion[row] = suspicion;
        row += 1;
        last = seq;
      }
      return rows.length < PART_ROWS;
    },
  };
}

function emptyTable(
  db: ProjectDatabase,
  dataVersion: number,
  names: Pick<PairTable, 'titles' | 'shots'>,
): PairTable {
  const count = db.prepare('SELECT count(*) FROM pair').pluck().get() as number;
  return {
    count,
    seq: new Int32Array(count),
    title: new Int32Array(count),
    shot: new Int32Array(count),
    language: new Uint16Array(count),
    verdict: new Uint8Array(count),
    severity: new Int8Array(count),
    codes: new Uint32Array(count),
    suspicion: new Float32Array(count),
    ...names,
    languages: [],
    bySuspicion: null,
    version: 0,
    dataVersion,
  };
}

function numberOf(known: Map<string, number>, value: string, list: string[]): number {
  let at = known.get(value);
  if (at === undefined) {
    at = list.push(value) - 1;
    known.set(value, at);
  }
  return at;
}

function rememberBits(known: Map<string, number>, codes: string): number {
  const bits = codeBits(codes.split(' '));
  known.set(codes, bits);
  return bits;
}
