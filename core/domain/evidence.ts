/** What a finding rests on, as a picture draws it. */
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
