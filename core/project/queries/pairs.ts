/** Pairs: pages, counts, one with all that is known of it, and which ids a selection means. */
import { AppError } from '../../domain/errors.ts';
import { SEVERITIES } from '../../domain/finding.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { Pair, PairState, Split } from '../../domain/title.ts';
import type { PairFilter } from '../../domain/view.ts';
import type {
  Page,
  PageArguments,
  PairCounts,
  PairDetail,
  PairOrder,
  PairSelection,
} from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { PAIR_STATE_SQL, PAIR_STATES } from '../pair-state.ts';
import { effectiveAlignment } from './alignments.ts';
import { decisionOf } from './decisions.ts';
import { findingsOfPair } from './findings.ts';

const DEFAULT_LIMIT = 100;

const FROM = `FROM pair p JOIN title t ON t.id = p.title_id JOIN shot s ON s.id = p.shot_id
  JOIN clip c ON c.id = p.clip_id`;

const COLUMNS = `p.seq, p.id, p.clip_id, p.shot_id, p.title_id, p.language, p.verdict, p.severity, p.codes,
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
  title_name: string;
  split: Split;
  original_language: string;
  shot_name: string;
  start_sec: number;
  end_sec: number;
  state: PairState;
  offset_ms: number | null;
};

/** A filter as SQL: conditions over `p`, `t`, `s` and their values. */
export function filterSql(filter: PairFilter | undefined): { where: string; values: (string | number)[] } {
  const conditions: string[] = ['1'];
  const values: (string | number)[] = [];
  const oneOf = (expression: string, options: readonly (string | number)[] | undefined): void => {
    if (options === undefined) return;
    conditions.push(`${expression} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(options));
  };
  oneOf('p.language', filter?.languages);
  oneOf('p.title_id', filter?.titleIds);
  oneOf(PAIR_STATE_SQL, filter?.states);
  if (filter?.split !== undefined) {
    conditions.push('t.split = ?');
    values.push(filter.split);
  }
  if (filter?.minSeverity !== undefined) {
    conditions.push('p.severity >= ?');
    values.push(SEVERITIES.indexOf(filter.minSeverity));
  }
  if (filter?.findingCodes !== undefined) {
    const any = filter.findingCodes.map(() => "(' ' || p.codes || ' ') LIKE ?");
    conditions.push(`(${any.join(' OR ') || '0'})`);
    values.push(...filter.findingCodes.map((code) => `% ${code} %`));
  }
  if (filter?.text !== undefined) {
    conditions.push("(t.name || ' ' || s.name) LIKE ? ESCAPE '\\'");
    values.push(`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`);
  }
  return { where: conditions.join(' AND '), values };
}

/** One page of pairs. */
export function listPairs(
  db: ProjectDatabase,
  a: PageArguments & { filter?: PairFilter; order?: PairOrder },
): Page<Pair> {
  const limit = a.limit ?? DEFAULT_LIMIT;
  const { where, values } = filterSql(a.filter);
  const bySuspicion = a.order === 'suspicion';
  const after = a.cursor === undefined ? null : parseCursor(a.cursor);
  let paged = '';
  const pagedValues: number[] = [];
  if (after !== null) {
    paged = bySuspicion ? 'AND (p.severity < ? OR (p.severity = ? AND p.seq > ?))' : 'AND p.seq > ?';
    pagedValues.push(...(bySuspicion ? [after.severity, after.severity, after.seq] : [after.seq]));
  }
  const order = bySuspicion ? 'p.severity DESC, p.seq' : 'p.seq';
  const rows = db
    .prepare(`SELECT ${COLUMNS} ${FROM} WHERE ${where} ${paged} ORDER BY ${order} LIMIT ?`)
    .all(...values, ...pagedValues, limit + 1) as PairRow[];
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(toPair),
    next: rows.length > limit && last !== undefined ? `${last.severity}:${last.seq}` : null,
  };
}

/** How many pairs a filter takes, by each property. */
export function countPairs(db: ProjectDatabase, filter: PairFilter | undefined): PairCounts {
  const { where, values } = filterSql(filter);
  const groups = db
    .prepare(
      `SELECT ${PAIR_STATE_SQL} AS state, p.language, t.split, p.codes, count(*) AS n ${FROM}
       WHERE ${where} GROUP BY 1, 2, 3, 4`,
    )
    .all(...values) as { state: string; language: string; split: string; codes: string; n: number }[];
  const counts: PairCounts = {
    total: 0,
    byState: Object.fromEntries(PAIR_STATES.map((state) => [state, 0])),
    byLanguage: {},
    bySplit: {},
    byFinding: {},
  };
  const add = (into: Record<string, number>, key: string, n: number): void => {
    into[key] = (into[key] ?? 0) + n;
  };
  for (const group of groups) {
    counts.total += group.n;
    add(counts.byState, group.state, group.n);
    add(counts.byLanguage, group.language, group.n);
    add(counts.bySplit, group.split, group.n);
    for (const code of group.codes.split(' ').filter((text) => text !== ''))
      add(counts.byFinding, code, group.n);
  }
  return counts;
}

/** Ids of the pairs that a selection means. @throws AppError NOT_FOUND for an id that does not exist. */
export function selectPairIds(db: ProjectDatabase, selection: PairSelection): string[] {
  if ('pairIds' in selection) {
    const exists = db.prepare('SELECT 1 FROM pair WHERE id = ?').pluck();
    for (const pairId of selection.pairIds) {
      if (exists.get(pairId) === undefined) throw pairMissing(pairId);
    }
    return [...new Set(selection.pairIds)];
  }
  const { where, values } = filterSql(selection.filter);
  return db
    .prepare(`SELECT p.id ${FROM} WHERE ${where} ORDER BY p.seq`)
    .pluck()
    .all(...values) as string[];
}

/** One pair with findings, decision and alignment. @throws AppError NOT_FOUND. */
export function getPair(db: ProjectDatabase, pairId: string): PairDetail {
  const row = db.prepare(`SELECT ${COLUMNS} ${FROM} WHERE p.id = ?`).get(pairId) as PairRow | undefined;
  if (row === undefined) throw pairMissing(pairId);
  return {
    pair: toPair(row),
    findings: findingsOfPair(db, pairId),
    decision: decisionOf(db, pairId),
    alignment: effectiveAlignment(db, row.title_id, row.language),
  };
}

function pairMissing(pairId: string): AppError {
  return new AppError(
    'NOT_FOUND',
    `There is no pair ${pairId}. Nothing was changed. List them with: dubscope pairs`,
  );
}

function parseCursor(cursor: string): { severity: number; seq: number } {
  const match = /^(-?\d+):(\d+)$/.exec(cursor);
  if (match === null)
    throw new AppError('ARGUMENT_INVALID', 'The cursor is not one that a list gave. Nothing was done.');
  return { severity: Number(match[1]), seq: Number(match[2]) };
}

function toPair(row: PairRow): Pair {
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
    offsetMs: row.offset_ms,
  };
}
