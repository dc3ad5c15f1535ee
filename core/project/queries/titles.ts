/** Titles, and which part of an experiment each belongs to. */
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { Split, Title } from '../../domain/title.ts';
import type { Page, PageArguments } from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row, type RowChange } from '../journal.ts';

/** One page of titles by name; of those whose name holds `text`, any case. */
export function listTitles(db: ProjectDatabase, a: PageArguments & { text?: string }): Page<Title> {
  const limit = a.limit ?? 100;
  const rows = db
    .prepare(
      `SELECT t.*, (SELECT count(*) FROM shot s WHERE s.title_id = t.id) AS shots,
       (SELECT group_concat(DISTINCT p.language) FROM pair p WHERE p.title_id = t.id) AS languages
       FROM title t WHERE t.name > ? AND instr(lower(t.name), lower(?)) > 0 ORDER BY t.name LIMIT ?`,
    )
    .all(a.cursor ?? '', a.text ?? '', limit + 1) as {
    id: string;
    name: string;
    original_language: string;
    split: Split;
    shots: number;
    languages: string | null;
  }[];
  const shown = rows.slice(0, limit);
  return {
    rows: shown.map((row) => ({
      id: row.id,
      name: row.name,
      originalLanguage: row.original_language as LanguageTag,
      split: row.split,
      shotCount: row.shots,
      dubLanguages: (row.languages?.split(',') ?? []).sort() as LanguageTag[],
    })),
    next: rows.length > limit ? (shown.at(-1)?.name ?? null) : null,
  };
}

/** Moves titles, and all of their families, into a split. @throws AppError NOT_FOUND. */
export function setSplit(
  db: ProjectDatabase,
  clock: Clock,
  a: { titleIds: string[]; split: Split; by?: string },
): { changed: number } {
  const changes: RowChange[] = [];
  const read = db.prepare(
    'SELECT id FROM title WHERE id = @id OR family = (SELECT family FROM title WHERE id = @id) ORDER BY id',
  );
  const meant = new Set(a.titleIds.flatMap((id) => [id, ...(read.pluck().all({ id }) as string[])]));
  for (const titleId of meant) {
    const before = db.prepare('SELECT * FROM title WHERE id = ?').get(titleId) as Row | undefined;
    if (before === undefined)
      throw new AppError('NOT_FOUND', `There is no title ${titleId}. Nothing was changed.`);
    if (before.split !== a.split)
      changes.push({ table: 'title', before, after: { ...before, split: a.split } });
  }
  const label = `Move ${changes.length} titles to ${a.split}`;
  return { changed: applyJournaled(db, clock, { label, by: a.by ?? 'person' }, changes) };
}
