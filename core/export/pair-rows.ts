/** Rows of pairs for export, some thousands at a time, so that a million of them need no more memory than a few. */
import { SEVERITIES } from '../domain/finding.ts';
import type { PairFilter } from '../domain/view.ts';
import type { ProjectDatabase } from '../project/database.ts';
import { selectSeqs } from '../project/pair-filter.ts';
import { PAIR_STATE_SQL } from '../project/pair-state.ts';
import { type CellValue, pairKey } from './columns.ts';

const ROWS_AT_ONCE = 2500;

/** Where each column comes from; `key` and `worst_severity` are worked out of what stands here. */
const SOURCES = {
  key: 'NULL',
  title: 't.name',
  shot: 's.name',
  language: 'p.language',
  original_language: 't.original_language',
  start_sec: 'c.start_sec',
  end_sec: 'c.end_sec',
  video_sha256: 'vi.sha256',
  video_stream: 's.video_stream_index',
  dub_sha256: 'di.sha256',
  dub_stream: 'd.stream_index',
  original_sha256: 'oi.sha256',
  original_stream: 'o.stream_index',
  video_path: 'vi.path',
  dub_path: 'di.path',
  original_path: 'oi.path',
  pair_id: 'p.id',
  clip_id: 'p.clip_id',
  split: 't.split',
  state: PAIR_STATE_SQL,
  worst_severity: 'p.severity',
  findings: 'p.codes',
  suspicion: 'p.suspicion',
  offset_ms: 'a.offset_ms',
  offset_confidence: 'a.confidence',
  offset_uncertainty_ms: 'a.uncertainty_ms',
  offset_source: 'a.source',
  verdict: 'e.verdict',
  reason: 'e.reason',
  decided_by: 'e.by',
  decided_at_ms: 'e.at_ms',
} as const satisfies Record<string, string>;

/** Name of a column. */
export type PairColumn = keyof typeof SOURCES;

/** What a pair's key is made of. */
const IDENTITY = [
  'video_sha256',
  'video_stream',
  'dub_sha256',
  'dub_stream',
  'language',
  'start_sec',
  'end_sec',
] as const satisfies PairColumn[];

/** SQLite leaves out what no column needs of the last three. */
const TABLES = `pair p JOIN title t ON t.id = p.title_id JOIN shot s ON s.id = p.shot_id JOIN clip c ON c.id = p.clip_id
    JOIN item vi ON vi.id = s.video_item_id JOIN track d ON d.id = p.track_id JOIN item di ON di.id = d.item_id
    LEFT JOIN track o ON o.id = (SELECT id FROM track WHERE shot_id = s.id AND role = 'original' ORDER BY id LIMIT 1)
    LEFT JOIN item oi ON oi.id = o.item_id
    LEFT JOIN alignment a ON a.title_id = p.title_id AND a.language = p.language AND a.source = (
      SELECT b.source FROM alignment b WHERE b.title_id = p.title_id AND b.language = p.language
      ORDER BY b.source = 'person' DESC LIMIT 1)`;

/** Rows of a part, a value for each column that was asked for, in that order. */
export type PairRows = { rows: CellValue[][]; done: number; total: number };

/** Some columns of all pairs of a filter, in import order, in parts. `decidedOnly`: only those with a decision. */
export function* pairRows(
  db: ProjectDatabase,
  a: { filter: PairFilter | undefined; decidedOnly: boolean; columns: readonly PairColumn[] },
): Generator<PairRows> {
  const seqs = selectSeqs(db, a.filter);
  const read = [...new Set<PairColumn>([...a.columns, ...(a.columns.includes('key') ? IDENTITY : [])])];
  const finish = finisherOf(a.columns, read);
  const select = db
    .prepare(
      `SELECT ${read.map((name) => SOURCES[name]).join(', ')} FROM ${TABLES}
       ${a.decidedOnly ? 'JOIN' : 'LEFT JOIN'} decision e ON e.pair_id = p.id
       WHERE p.seq IN (SELECT value FROM json_each(?)) ORDER BY p.seq`,
    )
    .raw();
  for (let from = 0; from < seqs.length; from += ROWS_AT_ONCE) {
    const some = seqs.slice(from, from + ROWS_AT_ONCE);
    const rows = select.all(JSON.stringify(some)) as CellValue[][];
    for (const row of rows) finish(row);
    yield { rows, done: from + some.length, total: seqs.length };
  }
}

/** @returns what fills in the columns that are worked out, and takes away those that only they needed. */
function finisherOf(columns: readonly PairColumn[], read: readonly PairColumn[]): (row: CellValue[]) => void {
  const keyAt = read.indexOf('key');
  const severityAt = read.indexOf('worst_severity');
  const [video, videoStream, dub, dubStream, language, start, end] = IDENTITY.map((name) =>
    read.indexOf(name),
  ) as [number, number, number, number, number, number, number];
  return (row) => {
    if (keyAt >= 0) {
      row[keyAt] = pairKey({
        videoSha256: String(row[video]),
        videoStream: Number(row[videoStream]),
        dubSha256: String(row[dub]),
        dubStream: Number(row[dubStream]),
        language: String(row[language]),
        startSec: Number(row[start]),
        endSec: Number(row[end]),
      });
    }
    if (severityAt >= 0) row[severityAt] = SEVERITIES[Number(row[severityAt])] ?? null;
    row.length = columns.length;
  };
}
