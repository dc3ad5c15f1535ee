/** A title as its page shows it: languages with all that is known of their time, shots with their tracks. */
import type { Alignment, FindingSeverity } from './finding.ts';
import type { LanguageTag } from './language-tag.ts';
import type { TrackRole } from './media.ts';
import type { PairState, Title } from './title.ts';

/** A stretch of the original and how much later the dub sounds in it. `rate`: how fast the dub runs. */
export type MapPart = { startSec: number; endSec: number; offsetMs: number; rate: number };

/** What a check said of a dub's time that one offset cannot put right. `shotName` null: of the whole title. */
export type TimeTrouble = {
  kind: 'drift' | 'different-cut';
  shotName: string | null;
  sentence: string;
  /** The speed against the original, 1 is the same; null where it is not known. */
  speedRatio: number | null;
  /** Where the parts of another cut lie; empty for drift. */
  parts: MapPart[];
};

/** One language in one role. */
export type TitleLanguage = {
  language: LanguageTag;
  role: TrackRole;
  /** Shots that have it. */
  shotCount: number;
  /** Null for the original, and where nothing was measured. */
  alignment: Alignment | null;
  troubles: TimeTrouble[];
  findings: Record<FindingSeverity, number>;
  pairsByState: Record<PairState, number>;
};

/** One shot with the files of its tracks. */
export type TitleShot = {
  id: string;
  name: string;
  durationSec: number;
  clipCount: number;
  tracks: { id: string; language: LanguageTag; role: TrackRole; fileName: string; streamIndex: number }[];
};

/** `isStale`: tracks, their languages or roles, or offsets set by hand changed after it. */
export type TitleCheck = { atMs: number; isStale: boolean };

/** The whole title. */
export type TitleDetail = {
  title: Title;
  labels: string[];
  /** Other titles that hold the same pictures or sounds, and so are in the same split. */
  familyNames: string[];
  /** The original first, then dubs by language, then the rest. */
  languages: TitleLanguage[];
  /** The first of them, by name; `title.shotCount` says how many there are. */
  shots: TitleShot[];
  pairCount: number;
  /** The last check; null where none is known. */
  check: TitleCheck | null;
  pairsByState: Record<PairState, number>;
};
