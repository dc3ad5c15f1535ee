/** The project as a whole: what is in it, what was done to it, and what is wrong with it. */
import type { PairState } from './title.ts';

/** What a project holds. */
export type ProjectSummary = {
  folder: string;
  name: string;
  readOnly: boolean;
  formatVersion: number;
  itemCount: number;
  titleCount: number;
  shotCount: number;
  clipCount: number;
  pairCount: number;
  /** Tags of all languages, originals included, sorted. */
  languages: string[];
  pairsByState: Record<PairState, number>;
  runCount: number;
  evaluationCount: number;
  canUndo: boolean;
  canRedo: boolean;
};

/** One change of the project. */
export type JournalEntry = {
  seq: number;
  atMs: number;
  /** Who or what did it, e.g. `person`, `command line`, `suggested`. */
  by: string;
  /** What was done, for people: "Accept 12 pairs". */
  label: string;
  undone: boolean;
  canUndo: boolean;
};

/** One thing that `lint` found. */
export type LintProblem = { severity: 'warning' | 'error'; where: string; sentence: string };

/** What `lint` found in a project folder. */
export type LintReport = { checked: string[]; problems: LintProblem[] };
