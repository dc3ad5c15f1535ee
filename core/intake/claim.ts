/** What is said of files before they are opened: by their names, by a manifest, or by a data set's list. */
import type { ErrorCode } from '../domain/errors.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TrackRole } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import type { Split } from '../domain/title.ts';

/** What is said of one file, or of one of its streams. */
export type Claim = {
  /** Absolute path. */
  path: string;
  /** The stream that is meant, as ffprobe counts; `first`: the first sound; null: whatever the file holds. */
  streamIndex: number | 'first' | null;
  title: string;
  shot: string;
  /** Null: the container says it, or nobody. */
  language: LanguageTag | null;
  /** `video`: the picture only, its sound is not meant. Null: the container says it, or nobody. */
  role: TrackRole | 'video' | null;
  /** SHA-256 that the file must have, hex; null: any. */
  sha256: string | null;
};

/** A window that somebody listed: it becomes a clip as it is. */
export type WindowClaim = {
  timeWindow: TimeWindow;
  /** Dubs that make pairs here; null: every dub of the shot. */
  languages: readonly LanguageTag[] | null;
};

/** What is said of a shot. */
export type ShotClaim = {
  /** Empty: clips are cut as for any shot. */
  windows: readonly WindowClaim[];
  /** E.g. `class:PlayingGuitar`; sorted, without repeats. */
  labels: readonly string[];
};

/** What is said of a title. */
export type TitleClaim = {
  originalLanguage: LanguageTag | null;
  /** Null: by a hash of its name. */
  split: Split | null;
  labels: readonly string[];
  /** A list's titles need no dub: they make clips but no pairs. */
  needsDub: boolean;
};

/** A row that says something impossible; it costs itself and nothing else. */
export type ClaimProblem = { path: string; row: number | null; code: ErrorCode; message: string };

/** Everything a manifest or a list says. Titles and shots that are not named here follow the files' own names. */
export type Claims = {
  files: Claim[];
  /** By `shotKey`. */
  shots: Map<string, ShotClaim>;
  /** By title. */
  titles: Map<string, TitleClaim>;
  problems: ClaimProblem[];
};

/** Key of a shot in `Claims.shots`. */
export function shotKey(title: string, shot: string): string {
  return JSON.stringify([title, shot]);
}

/** Nothing is said. */
export function noClaims(): Claims {
  return { files: [], shots: new Map(), titles: new Map(), problems: [] };
}
