/** The plan of one language, or one role, for many tracks. */
import type { BulkEdit, BulkLeft } from '../../domain/bulk-edit.ts';
import { languageName } from '../../domain/language-tag.ts';
import type { TrackRole } from '../../domain/media.ts';
import type { ProjectDatabase } from '../database.ts';
import type { Row, RowChange } from '../journal.ts';
import { type BulkPlan, byTitle, type ChosenTrack } from './bulk-plan.ts';
import {
  movedAlignments,
  PAIRED_ROLES,
  pairNumbers,
  relabelled,
  requireLanguage,
  tracksOf,
  withRole,
} from './track-rows.ts';

type Relabelling = { track: Row; to: string };

/**
 * Tracks get a language. Where a shot has another track in it, that one is left alone, or with `swap` gets the language of
 * the first. Where a title's dub goes over as a whole, its offset goes along.
 */
export function planLanguage(
  db: ProjectDatabase,
  chosen: readonly ChosenTrack[],
  edit: Extract<BulkEdit, { kind: 'language' }>,
): BulkPlan {
  const to = requireLanguage(edit.language);
  const left: BulkLeft[] = [];
  const all: Relabelling[] = [];
  const moved: RowChange[] = [];
  const others = otherPairsCounter(db);
  for (const [titleId, own] of byTitle(chosen)) {
    const tracks = tracksOf(db, titleId);
    const some = relabellingsIn(tracks, own, { to, swap: edit.swap === true, left });
    all.push(...some);
    moved.push(...movedIn(db, { titleId, tracks, some, to }));
    others.add(
      titleId,
      own,
      some.map(({ track }) => String(track.id)),
    );
  }
  return {
    unit: 'track',
    steps: all.map((one) => ({ from: String(one.track.language), to: one.to })),
    left,
    otherPairs: others.count(),
    pairsGone: 0,
    label: `Relabel as ${languageName(to)}`,
    changes: function* () {
      for (const { track, to: language } of all) yield* relabelled(db, track, language);
      yield* moved;
    },
  };
}

/** Tracks get a role; those that are no dubs any more lose their pairs. */
export function planRole(db: ProjectDatabase, chosen: readonly ChosenTrack[], role: TrackRole): BulkPlan {
  const left: BulkLeft[] = [];
  const all: { track: Row; titleId: string }[] = [];
  const others = otherPairsCounter(db);
  for (const [titleId, own] of byTitle(chosen)) {
    const meant = new Set(own.map(({ trackId }) => trackId));
    const tracks = tracksOf(db, titleId).filter(({ id }) => meant.has(String(id)));
    const some = tracks.filter((track) => track.role !== role);
    for (let i = some.length; i < tracks.length; i += 1) left.push('same');
    all.push(...some.map((track) => ({ track, titleId })));
    others.add(
      titleId,
      own,
      some.map(({ id }) => String(id)),
    );
  }
  const nextSeq = pairNumbers(db);
  return {
    unit: 'track',
    steps: all.map(({ track }) => ({ from: String(track.role), to: role })),
    left,
    otherPairs: others.count(),
    pairsGone: PAIRED_ROLES.includes(role) ? 0 : others.all(),
    label: `Make ${role.replaceAll('-', ' ')}`,
    changes: function* () {
      for (const { track, titleId } of all) yield* withRole(db, track, { role, titleId, nextSeq });
    },
  };
}

function relabellingsIn(
  tracks: readonly Row[],
  own: readonly ChosenTrack[],
  { to, swap, left }: { to: string; swap: boolean; left: BulkLeft[] },
): Relabelling[] {
  const meant = new Set(own.map(({ trackId }) => trackId));
  const place = ({ shot_id, role }: Row): string => `${shot_id} ${role}`;
  const there = new Map(tracks.filter(({ language }) => language === to).map((row) => [place(row), row]));
  const taken = new Set<string>();
  const some: Relabelling[] = [];
  for (const track of tracks) {
    if (!meant.has(String(track.id))) continue;
    const other = there.get(place(track));
    if (track.language === to) left.push('same');
    else if (taken.has(place(track)) || (other !== undefined && (!swap || meant.has(String(other.id)))))
      left.push('taken');
    else {
      taken.add(place(track));
      some.push({ track, to });
      if (other !== undefined) some.push({ track: other, to: String(track.language) });
    }
  }
  return some;
}

/** A title's offsets go along where all its tracks of one language do, and where nothing else would come to lie beside them. */
function movedIn(
  db: ProjectDatabase,
  { titleId, tracks, some, to }: { titleId: string; tracks: readonly Row[]; some: Relabelling[]; to: string },
): RowChange[] {
  const leaving = some.filter((one) => one.to === to).map(({ track }) => track);
  const froms = new Set(leaving.map(({ language }) => String(language)));
  const [from] = froms;
  if (from === undefined || froms.size > 1) return [];
  const inLanguage = (language: string): number =>
    tracks.filter((track) => track.language === language && PAIRED_ROLES.includes(track.role as TrackRole))
      .length;
  const coming = some.length - leaving.length;
  if (inLanguage(from) !== leaving.length || inLanguage(to) !== coming) return [];
  return movedAlignments(db, titleId, from, to, coming > 0);
}

/** Counts the pairs of tracks that change, and how many of them nobody chose. */
function otherPairsCounter(db: ProjectDatabase): {
  add(titleId: string, own: readonly ChosenTrack[], changed: readonly string[]): void;
  count(): number;
  all(): number;
} {
  const read = db.prepare('SELECT track_id, count(*) FROM pair WHERE title_id = ? GROUP BY track_id').raw();
  let [others, every] = [0, 0];
  return {
    add: (titleId, own, changed) => {
      const counts = new Map(read.all(titleId) as [string, number][]);
      const chosen = new Map(own.map(({ trackId, pairs }) => [trackId, pairs]));
      for (const trackId of changed) {
        const pairs = counts.get(trackId) ?? 0;
        every += pairs;
        others += pairs - (chosen.get(trackId) ?? 0);
      }
    },
    count: () => others,
    all: () => every,
  };
}
