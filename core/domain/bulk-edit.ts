/** What can be said of many dubs at once, and what comes of it. */
import type { TrackRole } from './media.ts';

/**
 * `language`: their tracks are in this language; `swap`: a track of the shot that is in it already gets theirs.
 * `role`: their tracks are that. `shift`: their titles' languages are heard so much later (below 0: earlier) than now.
 * `offset`: they are heard at this offset. `measured`: at the offset that was measured.
 */
export type BulkEdit =
  | { kind: 'language'; language: string; swap?: boolean }
  | { kind: 'role'; role: TrackRole }
  | { kind: 'shift'; byMs: number }
  | { kind: 'offset'; offsetMs: number }
  | { kind: 'measured' };

/** Offsets beyond an hour either way are taken for mistakes, ms. */
export const FARTHEST_OFFSET_MS = 3_600_000;

/**
 * Why something that was chosen stays as it is. `same`: it is so already. `taken`: the shot has another track in that
 * language. `unknown-offset`: there is none to shift. `too-far`: it would be beyond `FARTHEST_OFFSET_MS`.
 */
export const BULK_LEFT = ['same', 'taken', 'unknown-offset', 'too-far'] as const;
/** One of `BULK_LEFT`. */
export type BulkLeft = (typeof BULK_LEFT)[number];

/** What a bulk edit changes, or would. Tracks for languages and roles; for offsets a title's dub in one language. */
export type BulkResult = {
  /** Pairs that were chosen, and of how many titles. */
  pairs: number;
  titles: number;
  /** What changes: tracks, or dubs of titles. */
  unit: 'track' | 'dub';
  changed: number;
  /** From what to what (tags, roles, or ms as text), the most frequent first; `MOST_STEPS` at most. */
  steps: { from: string; to: string; count: number }[];
  /** How many different steps there are. */
  stepCount: number;
  /** What is left as it is, and why, by the same unit. */
  left: { why: BulkLeft; count: number }[];
  /** Pairs that change with what was chosen though they were not: a track is heard in other clips, an offset holds for a title. */
  otherPairs: number;
  /** Pairs that go, since their track is no dub any more. */
  pairsGone: number;
};

/** Steps that are named singly. */
export const MOST_STEPS = 8;
