/** Offsets of languages: what was measured, and what a person set, which wins. */
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { Alignment } from '../../domain/finding.ts';
import { type LanguageTag, languageName } from '../../domain/language-tag.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row } from '../journal.ts';

type AlignmentRow = {
  title_id: string;
  language: string;
  source: 'measured' | 'person';
  offset_ms: number | null;
  confidence: number;
  shot_count: number;
  peak_ratio: number;
  candidates_ms: string;
  uncertainty_ms: number | null;
};

/** All alignments that hold, one a title and language. */
export function listAlignments(db: ProjectDatabase): Alignment[] {
  const rows = db
    .prepare(
      `SELECT a.* FROM alignment a JOIN title t ON t.id = a.title_id WHERE a.source = 'person' OR NOT EXISTS
       (SELECT 1 FROM alignment b WHERE b.title_id = a.title_id AND b.language = a.language AND b.source = 'person')
       ORDER BY t.name, a.language`,
    )
    .all() as AlignmentRow[];
  return rows.map(toAlignment);
}

/** The alignment that holds for a language of a title; null when nothing was measured or set. */
export function effectiveAlignment(db: ProjectDatabase, titleId: string, language: string): Alignment | null {
  const row = db
    .prepare(
      "SELECT * FROM alignment WHERE title_id = ? AND language = ? ORDER BY source = 'person' DESC LIMIT 1",
    )
    .get(titleId, language) as AlignmentRow | undefined;
  return row === undefined ? null : toAlignment(row);
}

/** Writes what the checks measured. */
export function putMeasuredAlignment(db: ProjectDatabase, alignment: Alignment): void {
  db.prepare(
    "INSERT OR REPLACE INTO alignment (title_id, language, source, offset_ms, confidence, shot_count, peak_ratio, candidates_ms, uncertainty_ms, parts) VALUES (?, ?, 'measured', ?, ?, ?, ?, ?, ?, ?)",
  ).run(
    alignment.titleId,
    alignment.language,
    alignment.offsetMs,
    alignment.confidence,
    alignment.shotCount,
    alignment.peakRatio,
    JSON.stringify(alignment.candidatesMs),
    alignment.uncertaintyMs ?? null,
    null,
  );
}

/** Sets a language's offset by hand; null goes back to what was measured. @throws AppError NOT_FOUND. */
export function setAlignment(
  db: ProjectDatabase,
  clock: Clock,
  a: { titleId: string; language: string; offsetMs: number | null; by?: string },
): { changed: number } {
  const known = db
    .prepare('SELECT 1 FROM pair WHERE title_id = ? AND language = ?')
    .get(a.titleId, a.language);
  if (known === undefined) {
    throw new AppError('NOT_FOUND', `Title ${a.titleId} has no dub in "${a.language}". Nothing was changed.`);
  }
  const before = saidOffset(db, a.titleId, a.language);
  const after: Row | null = a.offsetMs === null ? null : offsetBySaying(a.titleId, a.language, a.offsetMs);
  if (before === null && after === null) return { changed: 0 };
  const name = languageName(a.language);
  const label =
    after === null ? `Use the measured offset of ${name}` : `Set the offset of ${name} to ${a.offsetMs} ms`;
  const entry = { label, by: a.by ?? 'person' };
  return {
    changed: applyJournaled(db, clock, entry, [{ table: 'alignment', before: before, after }]),
  };
}

/** What a person said of a language's offset; null where nobody has. */
export function saidOffset(db: ProjectDatabase, titleId: string, language: string): Row | null {
  const row = db
    .prepare("SELECT * FROM alignment WHERE title_id = ? AND language = ? AND source = 'person'")
    .get(titleId, language) as Row | undefined;
  return row ?? null;
}

/** The row of an offset that a person sets. */
export function offsetBySaying(titleId: string, language: string, offsetMs: number): Row {
  return {
    title_id: titleId,
    language,
    source: 'person',
    offset_ms: offsetMs,
    confidence: 1,
    shot_count: 0,
    peak_ratio: 0,
    candidates_ms: '[]',
  };
}

function toAlignment(row: AlignmentRow): Alignment {
  return {
    titleId: row.title_id,
    language: row.language as LanguageTag,
    offsetMs: row.offset_ms,
    confidence: row.confidence,
    source: row.source,
    shotCount: row.shot_count,
    peakRatio: row.peak_ratio,
    candidatesMs: JSON.parse(row.candidates_ms) as number[],
    uncertaintyMs: row.uncertainty_ms,
  };
}
