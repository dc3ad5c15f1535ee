/** One measurement of a checkpoint on a view of the pairs. */

/** Ends of a 95 % interval (core/evaluation/bootstrap.ts). */
export type Interval = { low: number; high: number };

/** Intervals of a cell; each null where its number is, or where there are too few units to tell. */
export type CellIntervals = {
  sameClip: Interval | null;
  otherClip: Interval | null;
  gap: Interval | null;
};

/** What was drawn anew for the intervals: titles, or the shots of too few titles; and how many there are. */
export type Resampling = { unit: 'titles' | 'shots'; count: number };

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
  /** Of the shares; missing in evaluations of earlier versions, null where there are too few units to tell. */
  intervals?: { recallAt1: Interval | null; recallAt5: Interval | null; recallAt10: Interval | null };
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
  /** Missing in evaluations of earlier versions, and on the diagonal. */
  intervals?: CellIntervals;
};

/** In place of a language tag: the picture of a clip. */
export const PICTURE = 'picture';

/** One language of a title. */
export type TitleCell = {
  language: string;
  /** Clips that are dubbed in it; 0 where it is the original's. */
  clipCount: number;
  /** Clips that have it, original or dub. */
  soundCount: number;
  /** Mean cosine of original and dub of a clip; null where it is no dub. */
  sameClip: number | null;
  /** Less that with other clips. */
  gap: number | null;
  /** Mean cosine of picture and sound. */
  picture: number | null;
  /** Both directions together, 0..1, among all clips of the language. */
  recallAt1: number | null;
};

/** One title of an evaluation. */
export type TitleRow = { titleId: string; titleName: string; clipCount: number; cells: TitleCell[] };

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
  /** The clips' pictures (`a` is PICTURE) with their sounds, a cell a language; missing in evaluations of earlier versions. */
  pictures?: LanguageCell[];
  /** Missing in evaluations of earlier versions. */
  resampling?: Resampling;
};

/** An evaluation as lists show it. */
export type EvaluationSummary = {
  id: string;
  runId: string;
  createdMs: number;
  clipCount: number;
  step: number;
};
