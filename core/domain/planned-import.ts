/** What an import would make, before anything is decoded or stored. */
import type { ErrorCode } from './errors.ts';
import type { LanguageTag } from './language-tag.ts';
import type { TrackRole } from './media.ts';
import type { Split } from './title.ts';

/** A sound that would belong to a shot. */
export type PlannedTrack = {
  path: string;
  streamIndex: number;
  language: LanguageTag;
  role: TrackRole;
  /** What a person said of it before and the import keeps, whatever the file says; absent: nothing. */
  kept?: ('language' | 'role')[];
};

/** A shot that would be made. Lengths are what headers promise. */
export type PlannedShot = {
  name: string;
  durationSec: number;
  /** Path of the file with its picture; null for a sound of a list. */
  picture: string | null;
  clips: number;
  pairs: number;
  /** The original first. */
  tracks: PlannedTrack[];
};

/** A title that would be made, or added to. */
export type PlannedTitle = {
  name: string;
  originalLanguage: LanguageTag;
  /** What a list said; null: by a hash of its name. */
  split: Split | null;
  labels: readonly string[];
  shots: PlannedShot[];
};

/** A whole import as it would be. */
export type PlannedImport = {
  files: number;
  titles: PlannedTitle[];
  leftovers: { path: string; reason: string }[];
  refused: { path: string; code: string; message: string }[];
  warnings: { path: string; code: string; message: string }[];
};

/** What a person says of one sound of a file, over all that names and containers say. */
export type TrackWish = { path: string; streamIndex: number; language?: string; role?: TrackRole };

/** The same, in one shot of one title only: what was said of a project's track before. */
export type PlacedWish = TrackWish & { within?: { title: string; shot: string } };

/** A way of naming that is met often. */
export type NamingPreset = { name: string; about: string; patterns: readonly string[] };

/** What the naming says of one file; `pattern` is null where none fits, or where files' own names are read. */
export type NamedFile = {
  path: string;
  /** From the given folder on. */
  name: string;
  fits: boolean;
  pattern: string | null;
  title: string | null;
  shot: string | null;
  language: LanguageTag | null;
  role: string | null;
};

/** What patterns make of the files' names, at once. `rows`: some of the files, those that fit nothing first. */
export type NamePreview = { files: number; fitting: number; rows: NamedFile[] };

/** What an import said of files: refused ones, left-over ones, and remarks. */
export type ImportReport = Pick<PlannedImport, 'refused' | 'leftovers'> & {
  warnings: { path: string; code: string; severity: 'info' | 'warning'; message: string }[];
};

/** An import that began and did not end: stopped, or its process ended. */
export type UnfinishedImport = { startedMs: number; paths: string[] };

/** How far a file of a running import is. `sec`: how much of it has been decoded, where that was told. */
export type ImportedFile = {
  path: string;
  state: 'reading' | 'done' | 'refused';
  sec: number | null;
  code?: ErrorCode;
};
