/** Every file of the project with the places it fills, for an import that looks for what moved or came twice. */
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { TrackRole } from '../../domain/media.ts';
import type { KnownItem } from '../../intake/known-items.ts';
import type { ProjectDatabase } from '../database.ts';

type Row = {
  item_id: string;
  path: string;
  sha256: string;
  title_id: string;
  title: string;
  shot: string;
  language: string | null;
  role: TrackRole | 'video';
  stream_index: number | null;
};

/** Files by id. */
export function knownItems(db: ProjectDatabase): KnownItem[] {
  const rows = db
    .prepare(
      `SELECT i.id AS item_id, i.path, i.sha256, t.id AS title_id, t.name AS title, s.name AS shot, k.language, k.role,
         k.stream_index
       FROM track k JOIN item i ON i.id = k.item_id JOIN shot s ON s.id = k.shot_id JOIN title t ON t.id = s.title_id
       UNION ALL
       SELECT i.id, i.path, i.sha256, t.id, t.name, s.name, NULL, 'video', NULL
       FROM shot s JOIN item i ON i.id = s.video_item_id JOIN title t ON t.id = s.title_id
       WHERE NOT EXISTS (SELECT 1 FROM track k WHERE k.shot_id = s.id AND k.item_id = i.id)
       ORDER BY 1, 5, 6, 9`,
    )
    .iterate() as IterableIterator<Row>;
  const items = new Map<string, KnownItem>();
  for (const row of rows) {
    const item = items.get(row.item_id) ?? {
      itemId: row.item_id,
      path: row.path,
      sha256: row.sha256,
      places: [],
    };
    items.set(row.item_id, item);
    item.places.push({
      titleId: row.title_id,
      title: row.title,
      shot: row.shot,
      language: row.language as LanguageTag | null,
      role: row.role,
      streamIndex: row.stream_index,
      sha256: null,
    });
  }
  return [...items.values()];
}
