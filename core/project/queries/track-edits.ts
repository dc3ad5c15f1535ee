/** What a person puts right about tracks: their language, their role; each a step that can be undone. */
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import { type LanguageTag, languageName } from '../../domain/language-tag.ts';
import type { TrackRole } from '../../domain/media.ts';
import type { TrackScope } from '../../domain/track-edit.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row } from '../journal.ts';
import {
  movedAlignments,
  pairNumbers,
  relabelled,
  requireLanguage,
  tracksOf,
  withRole,
} from './track-rows.ts';

/**
 * Says that a track, or that part in all shots of its title, is in another language. Pairs and their decisions stay;
 * an offset of the whole title goes along, and later imports keep what was said. Findings are those of the last check until the title is checked again.
 * @param a.swap whether the tracks that are in that language already get the language of these; without it such a
 *   relabelling is refused
 * @throws AppError NOT_FOUND, LANG_INVALID, ARGUMENT_INVALID
 */
export function relabelTracks(
  db: ProjectDatabase,
  clock: Clock,
  a: { trackId: string; language: string; scope: TrackScope; swap?: boolean; by?: string },
): { changed: number } {
  const to = requireLanguage(a.language);
  const { track, titleId } = requireTrack(db, a.trackId);
  const from = String(track.language);
  if (to === from) return { changed: 0 };
  const meant = tracksLike(db, titleId, track, a.scope);
  const shots = new Set(meant.map(({ shot_id }) => shot_id));
  const others = tracksOf(db, titleId).filter(
    (other) => other.language === to && other.role === track.role && shots.has(other.shot_id!),
  );
  if (others.length > 0 && a.swap !== true) throw alreadyThere(to, others.length);
  const changes = [
    ...meant.flatMap((one) => relabelled(db, one, to)),
    ...others.flatMap((one) => relabelled(db, one, from)),
    ...(a.scope === 'title' ? movedAlignments(db, titleId, from, to, others.length > 0) : []),
  ];
  const verb =
    others.length > 0
      ? `Swap ${languageName(from)} and ${languageName(to)}`
      : `Relabel ${languageName(from)} as ${languageName(to)}`;
  const label = `${verb} ${a.scope === 'title' ? 'in a title' : 'in a shot'}`;
  applyJournaled(db, clock, { label, by: a.by ?? 'person' }, changes);
  return { changed: meant.length + others.length };
}

/**
 * Says what a track, or that part in all shots of its title, is for. A track that is no dub any more loses its pairs,
 * one that becomes a dub gets some; decisions on pairs that come back hold again.
 * @throws AppError NOT_FOUND, ARGUMENT_INVALID for an original, or to become one.
 */
export function setTrackRole(
  db: ProjectDatabase,
  clock: Clock,
  a: { trackId: string; role: TrackRole; scope: TrackScope; by?: string },
): { changed: number } {
  const { track, titleId } = requireTrack(db, a.trackId);
  if (track.role === a.role) return { changed: 0 };
  if (track.role === 'original' || a.role === 'original') {
    throw new AppError(
      'ARGUMENT_INVALID',
      'Which track is the original is said at import. Nothing was changed. Import again with --original.',
    );
  }
  const meant = tracksLike(db, titleId, track, a.scope);
  const nextSeq = pairNumbers(db);
  const changes = meant.flatMap((one) => withRole(db, one, { role: a.role, titleId, nextSeq }));
  const what = a.role.replaceAll('-', ' ');
  const label = `Make ${languageName(String(track.language))} ${what} ${a.scope === 'title' ? 'in a title' : 'in a shot'}`;
  applyJournaled(db, clock, { label, by: a.by ?? 'person' }, changes);
  return { changed: meant.length };
}

function requireTrack(db: ProjectDatabase, trackId: string): { track: Row; titleId: string } {
  const track = db.prepare('SELECT * FROM track WHERE id = ?').get(trackId) as Row | undefined;
  if (track === undefined)
    throw new AppError('NOT_FOUND', `There is no track ${trackId}. Nothing was changed. Reload the list.`);
  const titleId = db.prepare('SELECT title_id FROM shot WHERE id = ?').pluck().get(track.shot_id) as string;
  return { track, titleId };
}

/** The track itself, or all of its title with the same language and role. */
function tracksLike(db: ProjectDatabase, titleId: string, track: Row, scope: TrackScope): Row[] {
  if (scope === 'track') return [track];
  return tracksOf(db, titleId).filter(
    ({ language, role }) => language === track.language && role === track.role,
  );
}

function alreadyThere(to: LanguageTag, count: number): AppError {
  const name = languageName(to);
  return new AppError(
    'ARGUMENT_INVALID',
    `${count === 1 ? 'A track' : `${count} tracks`} in ${name} are there already. Nothing was changed. Swap the two, or relabel ${name} first.`,
  );
}
