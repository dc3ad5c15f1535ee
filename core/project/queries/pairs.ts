/** Pairs: pages, one with all that is known of it, and which ids a selection means. */
import { AppError } from '../../domain/errors.ts';
import { SEVERITIES } from '../../domain/finding.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { Pair, PairState, Split } from '../../domain/title.ts';
import type { PairFilter } from '../../domain/view.ts';
import type { Page, PageArguments, PairDetail, PairOrder, PairSelection } from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { type PairCursor, selectPage, selectSeqs } from '../pair-filter.ts';
import { selectPlaces } from '../pair-positions.ts';
import { pairScores } from '../pair-scores.ts';
import { PAIR_STATE_SQL } from '../pair-state.ts';
import { firstRowFrom, pairTable } from '../pair-table.ts';
import { effectiveAlignment } from './alignments.ts';
import { decisionOf } from './decisions.ts';
import { findingsOfPair } from './findings.ts';
import { checkOf } from './title-checks.ts';

const DEFAULT_LIMIT = 100;
/** As they are kept (core/evaluation/clip-measures.ts). */
const SCORE_DIGITS = 6;

const FROM = `FROM pair p JOIN title t ON t.id = p.title_id JOIN shot s ON s.id = p.shot_id
  JOIN clip c ON c.id = p.clip_id`;

const COLUMNS = `p.seq, p.id, p.clip_id, p.shot_id, p.title_id, p.language, p.verdict, p.severity, p.codes, p.suspicion,
  t.name AS title_name, t.split, t.original_language, s.name AS shot_name, c.start_sec, c.end_sec,
  ${PAIR_STATE_SQL} AS state,
  (SELECT a.offset_ms FROM alignment a WHERE a.title_id = p.title_id AND a.language = p.language
   ORDER BY a.source = 'person' DESC LIMIT 1) AS offset_ms`;

type PairRow = {
  seq: number;
  id: string;
  clip_id: string;
  shot_id: string;
  title_id: string;
  language: string;
  verdict: Pair['decision'];
  severity: number;
  codes: string;
  suspicion: number;
  title_name: string;
  split: Split;
  original_language: string;
  shot_name: string;
  start_sec: number;
  end_sec: number;
  state: PairState;
  offset_ms: number | null;
};

/** One page of pairs: behind a cursor, or from a place of the list (`from`, 0 is the first). */
export function listPairs(
  db: ProjectDatabase,
  a: PageArguments & { from?: number; filter?: PairFilter; order?: PairOrder },
): Page<Pair> {
  const limit = a.limit ?? DEFAULT_LIMIT;
  const { filter, order = 'imported' } = a;
  const from = a.from ?? (goesByPlace(order) ? placeOfCursor(a.cursor) : null);
  const page =
    from === null
      ? selectPage(db, {
          filter,
          order,
          after: a.cursor === undefined ? null : parseCursor(a.cursor),
          limit,
        })
      : selectPlaces(db, { filter, order, from, limit });
  const { seqs } = page;
  const scoreOf = scoresBySeq(db);
  const rows = db
    .prepare(`SELECT ${COLUMNS} ${FROM} WHERE p.seq IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(seqs)) as PairRow[];
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return {
    rows: seqs.map((seq) => toPair(bySeq.get(seq)!, scoreOf)),
    next: nextCursor(page.next, order, (from ?? 0) + seqs.length),
  };
}

/** Lists that go on at a place: behind the last suspicion there is nothing to find it by. */
function goesByPlace(order: PairOrder): boolean {
  return order === 'score' || order === 'listen';
}

function nextCursor(next: PairCursor | null, order: PairOrder, place: number): string | null {
  if (next === null) return null;
  return goesByPlace(order) ? `@${place}` : `${next.suspicion}:${next.seq}`;
}

function placeOfCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^@\d{1,9}$/.test(cursor)) throw wrongCursor();
  return Number(cursor.slice(1));
}

/** A pair's model score by its number; null where it has none. */
function scoresBySeq(db: ProjectDatabase): (seq: number) => number | null {
  const table = pairTable(db);
  const scores = pairScores(db, table);
  return (seq) => {
    const row = firstRowFrom(table, seq);
    const score = table.seq[row] === seq ? (scores?.byRow[row] ?? Number.NaN) : Number.NaN;
    return Number.isNaN(score) ? null : Number(score.toFixed(SCORE_DIGITS));
  };
}

/** Ids of the pairs that a selection means. @throws AppError NOT_FOUND for an id that is named and does not exist. */
export function selectPairIds(db: ProjectDatabase, selection: PairSelection): string[] {
  if ('pairIds' in selection) {
    const exists = db.prepare('SELECT 1 FROM pair WHERE id = ?').pluck();
    for (const pairId of selection.pairIds) {
      if (exists.get(pairId) === undefined) throw pairMissing(pairId);
    }
    return [...new Set(selection.pairIds)];
  }
  const seqs = JSON.stringify(selectSeqs(db, selection.filter));
  return db
    .prepare(
      `SELECT id FROM pair WHERE seq IN (SELECT value FROM json_each(?))
       AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY seq`,
    )
    .pluck()
    .all(seqs, JSON.stringify(selection.exceptIds ?? [])) as string[];
}

/** Numbers of the pairs that a selection means. @throws AppError NOT_FOUND for an id that is named and does not exist. */
export function selectPairSeqs(db: ProjectDatabase, selection: PairSelection): number[] {
  const seqOf = db.prepare('SELECT seq FROM pair WHERE id = ?').pluck();
  const seqs = (ids: readonly string[]): number[] =>
    ids.map((id) => {
      const seq = seqOf.get(id) as number | undefined;
      if (seq === undefined) throw pairMissing(id);
      return seq;
    });
  if ('pairIds' in selection) return seqs([...new Set(selection.pairIds)]);
  // One that is gone meanwhile is no reason not to go on.
  const but = new Set((selection.exceptIds ?? []).map((id) => seqOf.get(id) as number | undefined));
  return selectSeqs(db, selection.filter).filter((seq) => !but.has(seq));
}

/** One pair with findings, decision and alignment. @throws AppError NOT_FOUND. */
export function getPair(db: ProjectDatabase, pairId: string): PairDetail {
  const row = db.prepare(`SELECT ${COLUMNS} ${FROM} WHERE p.id = ?`).get(pairId) as PairRow | undefined;
  if (row === undefined) throw pairMissing(pairId);
  return {
    pair: toPair(row, scoresBySeq(db)),
    clipPairs: pairsOfClip(db, row),
    findings: findingsOfPair(db, pairId),
    decision: decisionOf(db, pairId),
    alignment: effectiveAlignment(db, row.title_id, row.language),
    check: checkOf(db, row.title_id),
  };
}

/** The pairs of some clips, by clip id, in the order of their languages; clips that are gone have none. */
export function pairsOfClips(db: ProjectDatabase, clipIds: readonly string[]): Map<string, Pair[]> {
  const rows = db
    .prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE (p.shot_id, p.clip_id) IN
       (SELECT wanted.shot_id, wanted.id FROM json_each(?) j JOIN clip wanted ON wanted.id = j.value)
       ORDER BY p.language, p.seq`,
    )
    .all(JSON.stringify(clipIds)) as PairRow[];
  const scoreOf = scoresBySeq(db);
  const found = new Map<string, Pair[]>();
  for (const row of rows) {
    const list = found.get(row.clip_id) ?? [];
    list.push(toPair(row, scoreOf));
    found.set(row.clip_id, list);
  }
  return found;
}

function pairsOfClip(db: ProjectDatabase, { shot_id, clip_id }: PairRow): Pair[] {
  const rows = db
    .prepare(`SELECT ${COLUMNS} ${FROM} WHERE p.shot_id = ? AND p.clip_id = ? ORDER BY p.language, p.seq`)
    .all(shot_id, clip_id) as PairRow[];
  const scoreOf = scoresBySeq(db);
  return rows.map((one) => toPair(one, scoreOf));
}

/** The error about an id that no pair has. */
export function pairMissing(pairId: string): AppError {
  return new AppError(
    'NOT_FOUND',
    `There is no pair ${pairId}. Nothing was changed. List them with: dubscope pairs`,
  );
}

function parseCursor(cursor: string): PairCursor {
  const match = /^(\d+(?:\.\d+)?):(\d+)$/.exec(cursor);
  if (match === null) throw wrongCursor();
  return { suspicion: Number(match[1]), seq: Number(match[2]) };
}

function wrongCursor(): AppError {
  return new AppError('ARGUMENT_INVALID', 'The cursor is not one that a list gave. Nothing was done.');
}

function toPair(row: PairRow, scoreOf: (seq: number) => number | null): Pair {
  return {
    id: row.id,
    clipId: row.clip_id,
    shotId: row.shot_id,
    titleId: row.title_id,
    titleName: row.title_name,
    shotName: row.shot_name,
    split: row.split,
    language: row.language as LanguageTag,
    originalLanguage: row.original_language as LanguageTag,
    timeWindow: { startSec: row.start_sec, endSec: row.end_sec },
    state: row.state,
    decision: row.verdict,
    worstSeverity: SEVERITIES[row.severity] ?? null,
    findingCodes: row.codes === '' ? [] : row.codes.split(' '),
    suspicion: row.suspicion,
    offsetMs: row.offset_ms,
    modelScore: scoreOf(row.seq),
  };
}
