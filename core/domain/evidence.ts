/** What a finding rests on, as a picture draws it. */
import type { LanguageTag } from './language-tag.ts';
import type { TrackRole } from './media.ts';
import type { TimeWindow } from './time.ts';

/** Findings that levels over time show. */
export const LEVEL_CODES = ['level-difference', 'dropout', 'silent', 'clipped', 'truncated'] as const;

/** One of these findings. */
export type LevelCode = (typeof LEVEL_CODES)[number];

/** Columns of a picture of levels at most. */
export const MOST_LEVEL_COLUMNS = 1024;

/** A stretch that a finding is about, in the shot's time, with what is heard in it, dBFS; null: there is nothing. */
export type LevelSpan = TimeWindow & { trackDb: number | null; originalDb: number | null };

/**
 * What the check held the levels to. `apart`: dub and original may differ by so many dB either way. `below`: what is
 * quieter counts as gone. `sounding`: the original counts as heard above. `ceiling`: peaks are cut off there.
 */
export type LevelLimit = { kind: 'apart' | 'below' | 'sounding' | 'ceiling'; db: number };

/** The levels of a track and its original over one axis of time, the original's. */
export type LevelEvidence = {
  /** What the columns span, s of the shot; `isWhole`: that is all of it. */
  timeWindow: TimeWindow;
  isWhole: boolean;
  /** RMS level of each column, dBFS, -127 for digital silence; null: the track has nothing there. */
  trackDb: (number | null)[];
  /** Null where there is no original, or the finding is about it. */
  originalDb: (number | null)[] | null;
  /** Highest sample of each column, dBFS; null where the finding is not about peaks, or they are not kept. */
  peakDb: (number | null)[] | null;
  /** Null: the finding was made by a profile that is not known here. */
  limit: LevelLimit | null;
  /** In order, the first 200. */
  spans: LevelSpan[];
};

/** Findings that the sound which two tracks share shows. */
export const SHARED_CODES = [
  'same-as-original',
  'duplicate-track',
  'shares-nothing',
  'original-speech',
  'commentary',
] as const;

/** One of these findings. */
export type SharedCode = (typeof SHARED_CODES)[number];

/** Tracks that one finding names at most. */
export const MOST_PARTNERS = 20;

/** A track that a finding holds another one against. */
export type SharedPartner = {
  language: LanguageTag;
  role: TrackRole;
  /** Title and shot where it is another one's, null where it is this one's. */
  titleName: string | null;
  shotName: string | null;
};

/** A stretch of the shot; null: both are as good as silent. */
export type SharedValue = TimeWindow & {
  value: number | null;
  /** The same of the shot's other dubs, the middle one; null: there is none. */
  othersValue: number | null;
};

/** A stretch of the shot that is in the partner, and from where on, s of its file. */
export type SharedPlace = TimeWindow & { partnerSec: number };

/** Which stretches of two tracks are the same sound. */
export type SharedEvidence = {
  /** Whom it can be held against, and whom it is. */
  partners: SharedPartner[];
  partner: number;
  /**
   * `likeness`: 1 is the same sound but for level and tone, 0 nothing in common. `contained`: how loud the partner's
   * sound is in the track, 1 is as loud as it is by itself.
   */
  measure: 'likeness' | 'contained';
  /** All of the shot, and of the track where it is longer, s of the shot; and the length of the partner. */
  timeWindow: TimeWindow;
  partnerSec: number;
  columns: SharedValue[];
  /** From here on a column counts as the same sound; null where the measure has no such limit. */
  sameFrom: number | null;
  /** Sound in the columns, and as much of it as is the same, s. */
  activeSec: number;
  sharedSec: number;
  /** In order, the first 200. */
  places: SharedPlace[];
};
