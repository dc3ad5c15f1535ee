/**
 * Model scores of pairs: how alike the model of the newest evaluation finds a clip's picture and its dub (cosine, -1..1;
 * clips.json, `similarity`). Only pairs that were evaluated have one. Kept beside the columns of the pairs.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ClipMeasures, decodeClipMeasures } from '../evaluation/clip-measures.ts';
import type { ProjectDatabase } from './database.ts';
import { firstRowFrom, type PairTable } from './pair-table.ts';

/** Scores of one evaluation. */
export type PairScores = {
  evaluationId: string;
  /** By row of the columns; NaN where a pair has none. */
  byRow: Float32Array;
  /** How many pairs have one. */
  count: number;
};

/** `newest`: the newest evaluation when they were read; others may have come since. */
type Known = { newest: string | null; scores: PairScores | null };
const known = new WeakMap<PairTable, Known>();

/** Scores of the newest evaluation that has any; null where there is none. */
export function pairScores(db: ProjectDatabase, table: PairTable): PairScores | null {
  const ids = db
    .prepare('SELECT id FROM evaluation ORDER BY created_ms DESC, id DESC')
    .pluck()
    .all() as string[];
  const newest = ids[0] ?? null;
  const last = known.get(table);
  if (last !== undefined && last.newest === newest) return last.scores;
  const scores = readNewest(db, table, ids);
  known.set(table, { newest, scores });
  return scores;
}

function readNewest(db: ProjectDatabase, table: PairTable, ids: readonly string[]): PairScores | null {
  for (const evaluationId of ids) {
    const measures = readMeasures(db, evaluationId);
    if (measures === null || !measures.clips.some(({ ranks }) => ranks.some(hasScore))) continue;
    return { evaluationId, ...scoreRows(db, table, measures) };
  }
  return null;
}

const hasScore = ({ similarity }: { similarity?: number }): boolean => typeof similarity === 'number';

/** An evaluation that is not finished, or whose measures are damaged, gives no scores and takes none away. */
function readMeasures(db: ProjectDatabase, evaluationId: string): ClipMeasures | null {
  try {
    return decodeClipMeasures(
      readFileSync(join(dirname(db.name), 'evaluations', evaluationId, 'clips.json'), 'utf8'),
    );
  } catch {
    return null;
  }
}

function scoreRows(
  db: ProjectDatabase,
  table: PairTable,
  { clips }: ClipMeasures,
): Pick<PairScores, 'byRow' | 'count'> {
  const byRow = new Float32Array(table.count).fill(Number.NaN);
  const scoreOf = new Map(
    clips.map(({ clipId, ranks }) => [clipId, new Map(ranks.map((one) => [one.language, one.similarity]))]),
  );
  const rows = db
    .prepare(
      `SELECT p.seq, p.clip_id, p.language FROM json_each(?) j JOIN clip c ON c.id = j.value
       JOIN pair p ON p.shot_id = c.shot_id AND p.clip_id = c.id`,
    )
    .raw()
    .all(JSON.stringify([...scoreOf.keys()])) as [number, string, string][];
  let count = 0;
  for (const [seq, clipId, language] of rows) {
    const score = scoreOf.get(clipId)?.get(language);
    const row = firstRowFrom(table, seq);
    if (typeof score !== 'number' || table.seq[row] !== seq) continue;
    byRow[row] = score;
    count += 1;
  }
  return { byRow, count };
}

/** All rows: those with a score first, the least alike first of them, then the others in `rest`'s order. */
export function rowsByScore({ byRow }: PairScores, rest: Int32Array): Int32Array {
  const scored = rest.filter((row) => !Number.isNaN(byRow[row]!));
  scored.sort((a, b) => byRow[a]! - byRow[b]! || a - b);
  const rows = new Int32Array(rest.length);
  rows.set(scored);
  let at = scored.length;
  for (const row of rest) {
    if (!Number.isNaN(byRow[row]!)) continue;
    rows[at] = row;
    at += 1;
  }
  return rows;
}
