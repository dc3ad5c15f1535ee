/** Findings: what the checks said, kept until they say it again. */
import {
  type Alignment,
  type Finding,
  type FindingCode,
  type FindingDraft,
  SEVERITIES,
} from '../../domain/finding.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { Page, PageArguments } from '../../rpc/contract.ts';
import { stableId } from '../../stable-id.ts';
import type { ProjectDatabase } from '../database.ts';
import { refreshFindings } from '../pair-state.ts';
import { putMeasuredAlignment } from './alignments.ts';

type FindingRow = {
  id: string;
  title_id: string;
  shot_id: string | null;
  track_id: string | null;
  language: string;
  code: string;
  severity: number;
  sentence: string;
  numbers: string;
};

/** Replaces all that the checks said of some titles. Decisions and offsets set by a person stay. */
export function storeCheckResult(
  db: ProjectDatabase,
  titleIds: readonly string[],
  result: { alignments: readonly Alignment[]; findings: readonly FindingDraft[] },
): void {
  const insert = db.prepare('INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (const titleId of titleIds) {
      db.prepare('DELETE FROM finding WHERE title_id = ?').run(titleId);
      db.prepare("DELETE FROM alignment WHERE title_id = ? AND source = 'measured'").run(titleId);
    }
    for (const alignment of result.alignments) putMeasuredAlignment(db, alignment);
    for (const draft of result.findings) {
      insert.run(
        stableId('f', draft.titleId, draft.shotId, draft.trackId, draft.language, draft.code),
        draft.titleId,
        draft.shotId,
        draft.trackId,
        draft.language,
        draft.code,
        SEVERITIES.indexOf(draft.severity),
        draft.sentence,
        JSON.stringify(draft.numbers),
      );
    }
    for (const titleId of titleIds) refreshFindings(db, titleId);
  })();
}

/** One page of findings, of one title or of all. */
export function listFindings(db: ProjectDatabase, a: PageArguments & { titleId?: string }): Page<Finding> {
  const limit = a.limit ?? 100;
  const rows = db
    .prepare(
      `SELECT rowid AS seq, * FROM finding WHERE rowid > ? AND (? IS NULL OR title_id = ?) ORDER BY rowid LIMIT ?`,
    )
    .all(Number(a.cursor ?? 0), a.titleId ?? null, a.titleId ?? null, limit + 1) as (FindingRow & {
    seq: number;
  })[];
  const shown = rows.slice(0, limit);
  return { rows: shown.map(toFinding), next: rows.length > limit ? String(shown.at(-1)?.seq) : null };
}

/** Findings about a pair: those of its track in its shot and those of its language in the whole title, worst first. */
export function findingsOfPair(db: ProjectDatabase, pairId: string): Finding[] {
  const rows = db
    .prepare(
      `SELECT f.* FROM finding f JOIN pair p ON f.title_id = p.title_id AND ((f.shot_id IS NULL AND f.language = p.language)
       OR (f.shot_id = p.shot_id AND f.track_id = p.track_id)) WHERE p.id = ? ORDER BY f.severity DESC, f.code`,
    )
    .all(pairId) as FindingRow[];
  return rows.map(toFinding);
}

/** What a check said of a track; null where it said nothing. */
export function findingOfTrack(db: ProjectDatabase, trackId: string, code: FindingCode): Finding | null {
  const row = db.prepare('SELECT * FROM finding WHERE track_id = ? AND code = ?').get(trackId, code);
  return row === undefined ? null : toFinding(row as FindingRow);
}

function toFinding(row: FindingRow): Finding {
  return {
    id: row.id,
    titleId: row.title_id,
    shotId: row.shot_id,
    trackId: row.track_id,
    language: row.language as LanguageTag,
    code: row.code as FindingCode,
    severity: SEVERITIES[row.severity] ?? 'info',
    sentence: row.sentence,
    numbers: JSON.parse(row.numbers) as Finding['numbers'],
  };
}
