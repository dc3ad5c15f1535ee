/** What a person said of tracks: kept by every later import, and taken back only by undo or by saying otherwise. */
import type { LanguageTag } from '../domain/language-tag.ts';
import type { MediaItem, MediaTrack, TrackRole } from '../domain/media.ts';
import type { PlacedWish, TrackWish } from '../domain/planned-import.ts';
import type { ProjectDatabase } from './database.ts';

/** A track as it is stored: 1 where a person said its language or role, 0 where files did. */
export type SaidTrack = MediaTrack & { languageSaid: 0 | 1; roleSaid: 0 | 1 };

/** What holds of a track from before. */
export type KeptWish = PlacedWish & Required<Pick<PlacedWish, 'within'>>;

type SaidRow = { language: LanguageTag; role: TrackRole; language_said: 0 | 1; role_said: 0 | 1 };

/**
 * All that a person said of tracks, by the paths of their files and their places. An original whose language is not its title's is left
 * out: which track is the original follows from the title's language.
 */
export function saidTracks(db: ProjectDatabase): KeptWish[] {
  const rows = db
    .prepare(
      `SELECT t.name AS title, s.name AS shot, i.path, k.stream_index, k.language, k.role, k.language_said, k.role_said
       FROM track k JOIN item i ON i.id = k.item_id JOIN shot s ON s.id = k.shot_id JOIN title t ON t.id = s.title_id
       WHERE (k.language_said = 1 OR k.role_said = 1) AND (k.role <> 'original' OR k.language = t.original_language)
       ORDER BY i.path, k.stream_index, k.id`,
    )
    .all() as (SaidRow & { path: string; stream_index: number; title: string; shot: string })[];
  return rows.map((row) => ({
    path: row.path,
    streamIndex: row.stream_index,
    within: { title: row.title, shot: row.shot },
    ...(row.language_said === 1 ? { language: row.language } : {}),
    ...(row.role_said === 1 ? { role: row.role } : {}),
  }));
}

/**
 * What holds of an import's tracks: what is said with it (`now`), and what a person said before and does not say
 * otherwise now, so that files' names do not take it back. `kept`: the latter alone.
 */
export function wishesWithKept(
  db: ProjectDatabase,
  now: readonly TrackWish[],
): { wishes: PlacedWish[]; kept: KeptWish[] } {
  const byKey = new Map(now.map((wish) => [keyOf(wish), wish]));
  const kept = saidTracks(db).flatMap(({ language, role, ...where }): KeptWish[] => {
    const said = byKey.get(keyOf(where));
    const rest = {
      ...(language === undefined || said?.language !== undefined ? {} : { language }),
      ...(role === undefined || said?.role !== undefined ? {} : { role }),
    };
    return Object.keys(rest).length === 0 ? [] : [{ ...where, ...rest }];
  });
  return { wishes: [...now, ...kept], kept };
}

function keyOf({ path, streamIndex }: TrackWish): string {
  return `${path} ${streamIndex}`;
}

/** Gives an import's tracks what a person said of them before; what was said with the import itself (`now`) wins. */
export function keptTracks(
  db: ProjectDatabase,
  items: readonly MediaItem[],
  now: readonly TrackWish[],
): (track: MediaTrack) => SaidTrack {
  const read = db.prepare('SELECT language, role, language_said, role_said FROM track WHERE id = ?');
  const paths = new Map(items.map(({ id, path }) => [id, path]));
  const wishes = new Map(now.map((wish) => [keyOf(wish), wish]));
  return (track) => {
    const before = read.get(track.id) as SaidRow | undefined;
    const wish = wishes.get(keyOf({ path: paths.get(track.itemId) ?? '', streamIndex: track.streamIndex }));
    const keepsLanguage = wish?.language === undefined && before?.language_said === 1;
    const keepsRole = wish?.role === undefined && before?.role_said === 1;
    return {
      ...track,
      language: keepsLanguage ? before.language : track.language,
      role: keepsRole ? before.role : track.role,
      languageSaid: keepsLanguage || wish?.language !== undefined ? 1 : 0,
      roleSaid: keepsRole || wish?.role !== undefined ? 1 : 0,
    };
  };
}
