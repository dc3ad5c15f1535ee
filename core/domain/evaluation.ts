/** One measurement of a checkpoint on a view of the pairs. */

/** Retrieval of one thing by another among `candidates` clips. */
export type RetrievalRow = {
  language: string;
  direction: 'video-to-audio' | 'audio-to-video';
  candidates: number;
  /** Share of queries whose match is among the first 1, 5, 10; 0..1. */
  recallAt1: number;
  recallAt5: number;
  recallAt10: number;
  /** 1 is best. */
  medianRank: number;
  /** What guessing would reach. */
  chanceAt1: number;
  chanceAt5: number;
  chanceAt10: number;
  chanceMedianRank: number;
};

/** Similarity of language `a` with language `b`. */
export type LanguageCell = {
  a: string;
  b: string;
  /** Mean cosine of the same clip in both languages; null without a common clip; 1 by definition where a is b. */
  sameClip: number | null;
  /** Mean cosine over different clips, of those that exist in both; null with fewer than 2. */
  otherClip: number | null;
  /** sameClip - otherClip. */
  gap: number | null;
  /** Clips that exist in both. */
  clipCount: number;
};

/** What an evaluation found. */
export type EvaluationResult = {
  version: 1;
  runId: string | null;
  checkpoint: string;
  clipCount: number;
  /** Originals first, then the languages that are only dubs; each part sorted by tag. */
  languages: string[];
  /** Those that are the original of a clip. */
  originalLanguages: string[];
  retrieval: RetrievalRow[];
  /** Row by row, languages.length squared. */
  matrix: LanguageCell[];
};

/** An evaluation as lists show it. */
export type EvaluationSummary = {
  id: string;
  runId: string;
  createdMs: number;
  clipCount: number;
  step: number;
};
