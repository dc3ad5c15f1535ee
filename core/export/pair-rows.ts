/** Rows of pairs for export, some thousands at a time, so that a million of them need no more memory than a few. */
import { SEVERITIES } from '../domain/finding.ts';
import type { PairFilter } from '../domain/view.ts';
import type { ProjectDatabase } from '../project/database.ts';
import { selectSeqs } from '../project/pair-filter.ts';
import { PAIR_STATE_SQL } from '../project/pair-state.ts';
import { type CellValue, pairKey } from './columns.ts';

const ROWS_AT_ONCE = 5000;

/** One row, a value for each name of `PAIR_COLUMNS` and `DECISION_COLUMNS`. */
export type PairRow = Record<string, CellValue>;

const SELECT = `SELECT p.seq, p.id AS pair_id, p.clip_id, t.name AS title, s.name AS shot, p.language,
    t.original_language, c.start_sec, c.end_sec, vi.sha256 AS video_sha256, s.video_stream_index AS video_stream,
    di.sha256 AS dub_sha256, d.stream_index AS dub_stream, oi.sha256 AS original_sha256,
    o.stream_index AS original_stream, vi.path AS video_path, di.path AS dub_path, oi.path AS original_path, t.split,
    ${PAIR_STATE_SQL} AS state, p.severity, p.codes AS findings, p.suspicion,
    a.offset_ms, a.confidence AS offset_confidence, a.uncertainty_ms AS offset_uncertainty_ms,
    a.source AS offset_source, e.verdict, e.reason, e.by AS decided_by, e.at_ms AS decided_at_ms
  FROM pair p JOIN title t ON t.id = p.title_id JOIN shot s ON s.id = p.shot_id JOIN clip c ON c.id = p.clip_id
    JOIN item vi ON vi.id = s.video_item_id JOIN track d ON d.id = p.track_id JOIN item di ON di.id = d.item_id
    LEFT JOIN track o ON o.id = (SELECT id FROM track WHERE shot_id = s.id AND role = 'original' ORDER BY id LIMIT 1)
    LEFT JOIN item oi ON oi.id = o.item_id
    LEFT JOIN alignment a ON a.title_id = p.title_id AND a.language = p.language AND a.source = (
      SELECT b.source FROM alignment b WHERE b.title_id = p.title_id AND b.language = p.language
      ORDER BY b.source = 'person' DESC LIMIT 1)
    LEFT JOIN decision e ON e.pair_id = p.id
  WHERE p.seq IN (SELECT value FROM json_each(?)) ORDER BY p.seq`;

type Raw = Record<string, CellValue> & { severity: number };

/** All pairs of a filter in import order, in parts. `decidedOnly`: only those with a decision. */
export function* pairRows(
  db: ProjectDatabase,
  a: { filter: PairFilter | undefined; decidedOnly: boolean },
): Generator<{ rows: PairRow[]; done: number; total: number }> {
  const seqs = selectSeqs(db, a.filter);
  const select = db.prepare(SELECT);
  for (let from = 0; from < seqs.length; from += ROWS_AT_ONCE) {
    const some = seqs.slice(from, from + ROWS_AT_ONCE);
    const rows = (select.all(JSON.stringify(some)) as Raw[]).map(toRow);
    yield {
      rows: a.decidedOnly ? rows.filter((row) => row.verdict !== null) : rows,
      done: from + some.length,
      total: seqs.length,
    };
  }
}

function toRow(raw: Raw): PairRow {
  return {
    ...raw,
    key: pairKey({
      videoSha256: String(raw.video_sha256),
      videoStream: Number(raw.video_stream),
      dubSha256: String(raw.dub_sha256),
      dubStream: Number(raw.dub_stream),
      language: String(raw.language),
      startSec: Number(raw.start_sec),
      endSec: Number(raw.end_sec),
    }),
    worst_severity: SEVERITIES[raw.severity] ?? null,
  };
}
