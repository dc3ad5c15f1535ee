/** What the checks listen to: every title with its shots and their tracks, the original first. */
import type { CheckInput } from '../../checks/check-input.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { TrackRole } from '../../domain/media.ts';
import type { ProjectDatabase } from '../database.ts';

type Row = {
  title_id: string;
  title_name: string;
  original_language: string;
  shot_id: string;
  shot_name: string;
  duration_sec: number;
  track_id: string;
  language: string;
  role: TrackRole;
  stream_index: number;
  path: string;
  sha256: string;
};

/** Titles by name, shots by name, tracks with the original first; all titles when `titleIds` is null. */
export function checkInputOf(db: ProjectDatabase, titleIds: readonly string[] | null): CheckInput {
  const rows = db
    .prepare(
      `SELECT t.id AS title_id, t.name AS title_name, t.original_language, s.id AS shot_id, s.name AS shot_name,
         s.duration_sec, k.id AS track_id, k.language, k.role, k.stream_index, i.path, i.sha256
       FROM title t JOIN shot s ON s.title_id = t.id JOIN track k ON k.shot_id = s.id JOIN item i ON i.id = k.item_id
       WHERE (? IS NULL OR t.id IN (SELECT value FROM json_each(?)))
         AND EXISTS (SELECT 1 FROM track d WHERE d.shot_id = s.id AND d.role IN ('dub', 'synthetic'))
       ORDER BY t.name, s.name, k.role <> 'original', k.language, k.id`,
    )
    .all(titleIds === null ? null : 1, JSON.stringify(titleIds ?? [])) as Row[];
  const titles = new Map<string, CheckInput['titles'][number]>();
  for (const row of rows) {
    let title = titles.get(row.title_id);
    if (title === undefined) {
      const originalLanguage = row.original_language as LanguageTag;
      title = { titleId: row.title_id, name: row.title_name, originalLanguage, shots: [] };
      titles.set(row.title_id, title);
    }
    let shot = title.shots.at(-1);
    if (shot?.shotId !== row.shot_id) {
      shot = { shotId: row.shot_id, name: row.shot_name, durationSec: row.duration_sec, tracks: [] };
      title.shots.push(shot);
    }
    shot.tracks.push({
      trackId: row.track_id,
      language: row.language as LanguageTag,
      role: row.role,
      source: { path: row.path, streamIndex: row.stream_index, sha256: row.sha256 },
    });
  }
  return { titles: [...titles.values()] };
}
