/** The files of each shot, and the sounds in them with language and role. */
import type { LanguageTag } from '../domain/language-tag.ts';
import { knownLanguageOf } from '../domain/language-words.ts';
import type { TrackRole } from '../domain/media.ts';
import type { PlacedWish } from '../domain/planned-import.ts';
import { roleOf } from '../media/roles.ts';
import type { MediaScan, ScannedStream } from '../media/scan.ts';
import { type Place, type PlaceRules, placesOf } from './place.ts';

/** A file with a place in a shot, and what a person says of its tracks. */
export type PlacedScan = { scan: MediaScan; itemId: string; place: Place; wishes?: readonly PlacedWish[] };

/** What belongs to one shot. */
export type ShotFiles = { title: string; shot: string; files: PlacedScan[] };

/** A sound of a shot. */
export type Candidate = {
  file: PlacedScan;
  stream: ScannedStream;
  language: LanguageTag;
  role: TrackRole | null;
};

/** A file, or a track of one, that became no part of a title, and why. */
export type Leftover = {
  path: string;
  reason: string;
  /** Where the file itself is the reason; absent where only others are missing. */
  code?: 'CLIP_NO_VIDEO' | 'CLIP_TOO_SHORT' | 'CLIP_TOO_SMALL' | 'DUB_NO_AUDIO';
};

/** A scanned file, where it lies in what was given, and its id. */
export type LocatedScan = { scan: MediaScan; itemId: string; parts: readonly string[] };

/** Puts files into shots, by title and shot. Files without a place are left over. */
export function groupShots(
  scans: readonly LocatedScan[],
  rules: PlaceRules,
  leftovers: Leftover[],
): ShotFiles[] {
  const shots = new Map<string, ShotFiles>();
  // By path, so that the same files make the same titles however they were given.
  for (const { scan, itemId, parts } of [...scans].sort((a, b) =>
    compare(a.scan.file.path, b.scan.file.path),
  )) {
    const places = placesOf({ path: scan.file.path, parts }, rules);
    if (places.length === 0) leftovers.push({ path: scan.file.path, reason: noPlace(rules) });
    for (const place of places) {
      const key = JSON.stringify([place.title, place.shot]);
      const known = shots.get(key) ?? { title: place.title, shot: place.shot, files: [] };
      const wishes = (rules.wishes?.get(scan.file.path) ?? []).filter(
        ({ within }) => within === undefined || (within.title === place.title && within.shot === place.shot),
      );
      known.files.push({ scan, itemId, place, wishes });
      shots.set(key, known);
    }
  }
  return [...shots.values()].sort((a, b) => compare(a.title, b.title) || compare(a.shot, b.shot));
}

function noPlace({ claims }: PlaceRules): string {
  return claims.files.length > 0 ? 'the list does not name it' : 'its name fits none of the patterns';
}

/** Every sound of a shot; files by name, tracks in their order. */
export function candidatesOf({ files }: ShotFiles): Candidate[] {
  return files.flatMap((file) => {
    const { scan, place } = file;
    if (place.role === 'video') return [];
    const role = place.role;
    const sounds = scan.streams.filter(({ kind }) => kind === 'audio');
    const meant =
      place.streamIndex === 'first'
        ? sounds.slice(0, 1)
        : sounds.filter(({ index }) => place.streamIndex === null || index === place.streamIndex);
    return meant.map((stream) => {
      const wishes = (file.wishes ?? []).filter(({ streamIndex }) => streamIndex === stream.index);
      const said = wishes.find((wish) => wish.language !== undefined)?.language;
      const wished = said === undefined ? null : knownLanguageOf(said);
      return {
        file,
        stream,
        // A name that says the language was chosen by a person for this one track; a container's tag is often a default.
        language:
          wished ?? (meant.length === 1 && place.language !== null ? place.language : stream.language),
        role: wishes.find((wish) => wish.role !== undefined)?.role ?? role ?? roleOf(stream),
      };
    });
  });
}

/** Whether a file shows something. */
export function hasVideo({ streams }: MediaScan): boolean {
  return streams.some((stream) => stream.kind === 'video');
}

/** By code units, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
