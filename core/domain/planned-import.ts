/** What an import would make, before anything is decoded or stored. */
import type { LanguageTag } from './language-tag.ts';
import type { TrackRole } from './media.ts';
import type { Split } from './title.ts';

/** A sound that would belong to a shot. */
export type PlannedTrack = { path: string; streamIndex: number; language: LanguageTag; role: TrackRole };

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
