/** What becomes of a track, its pairs and its title's offsets when something else is said of it; nothing is written here. */
import { AppError } from '../../domain/errors.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import { languageOf } from '../../domain/language-words.ts';
import type { TrackRole } from '../../domain/media.ts';
import { stableId } from '../../stable-id.ts';
import type { ProjectDatabase } from '../database.ts';
import type { Row, RowChange } from '../journal.ts';

/** Roles whose tracks make pairs with the original. */
export const PAIRED_ROLES: readonly TrackRole[] = ['dub', 'synthetic'];

/** A language by its tag or name. @throws AppError LANG_INVALID. */
export function requireLanguage(text: string): LanguageTag {
  const tag = languageOf(text);
  if (tag !== null) return tag;
  throw new AppError(
    'LANG_INVALID',
    `"${text.slice(0, 40)}" is no language. Nothing was changed. Write a tag such as "pt-BR" or a name such as "Portuguese".`,
  );
}

/** All tracks of a title. */
export function tracksOf(db: ProjectDatabase, titleId: string): Row[] {
  return db
    .prepare('SELECT k.* FROM track k JOIN shot s ON s.id = k.shot_id WHERE s.title_id = ? ORDER BY k.id')
    .all(titleId) as Row[];
}

/** The track in another language, with its pairs. */
export function relabelled(db: ProjectDatabase, track: Row, language: string): RowChange[] {
  return [
    { table: 'track', before: track, after: { ...track, language, language_said: 1 } },
    ...pairsOf(db, track).map(
      (before): RowChange => ({ table: 'pair', before, after: { ...before, language } }),
    ),
  ];
}

function pairsOf(db: ProjectDatabase, { id, shot_id }: Row): Row[] {
  return db
    .prepare('SELECT * FROM pair WHERE shot_id = ? AND track_id = ? ORDER BY seq')
    .all(shot_id, id) as Row[];
}

function clipsOf(db: ProjectDatabase, { shot_id }: Row): string[] {
  return db
    .prepare('SELECT id FROM clip WHERE shot_id = ? ORDER BY start_sec, id')
    .pluck()
    .all(shot_id) as string[];
}

function newPair(seq: number, clipId: string, titleId: string, track: Row): Row {
  return {
    seq,
    id: stableId('p', clipId, String(track.id)),
    clip_id: clipId,
    track_id: track.id!,
    title_id: titleId,
    shot_id: track.shot_id!,
    language: track.language!,
  };
}

/** The track in another role. One that is no dub any more loses its pairs, one that becomes a dub gets some, numbered from `nextSeq` on. */
export function withRole(
  db: ProjectDatabase,
  track: Row,
  a: { role: TrackRole; titleId: string; nextSeq: () => number },
): RowChange[] {
  const isPaired = PAIRED_ROLES.includes(a.role);
  const wasPaired = PAIRED_ROLES.includes(track.role as TrackRole);
  const changes: RowChange[] = [
    { table: 'track', before: track, after: { ...track, role: a.role, role_said: 1 } },
  ];
  if (wasPaired && !isPaired)
    changes.push(...pairsOf(db, track).map((before): RowChange => ({ table: 'pair', before, after: null })));
  if (!wasPaired && isPaired) {
    for (const clipId of clipsOf(db, track))
      changes.push({ table: 'pair', before: null, after: newPair(a.nextSeq(), clipId, a.titleId, track) });
  }
  return changes;
}

/** Numbers for new pairs, above all that there are. */
export function pairNumbers(db: ProjectDatabase): () => number {
  let seq = Number(db.prepare('SELECT coalesce(max(seq), 0) FROM pair').pluck().get());
  return () => {
    seq += 1;
    return seq;
  };
}

/** A title's offsets of one language become another's; with `isSwap` also the other way round. */
export function movedAlignments(
  db: ProjectDatabase,
  titleId: string,
  from: string,
  to: string,
  isSwap: boolean,
): RowChange[] {
  const read = db.prepare('SELECT * FROM alignment WHERE title_id = ? AND language = ?');
  const [ours, theirs] = [from, to].map((language) => read.all(titleId, language) as Row[]) as [Row[], Row[]];
  const leave = (before: Row): RowChange => ({ table: 'alignment', before, after: null });
  const come = (row: Row, language: string): RowChange => ({
    table: 'alignment',
    before: null,
    after: { ...row, language },
  });
  // All that leaves goes first: what comes may bear the same name.
  return [
    ...[...ours, ...theirs].map(leave),
    ...ours.map((row) => come(row, to)),
    ...(isSwap ? theirs.map((row) => come(row, from)) : []),
  ];
}
