/** What a person says of a run, and what happened to it. Nothing here changes what the run computes. */

/** Kept in `about.json` of the run's folder. */
export type RunAbout = {
  version: 1;
  /** A name besides the id; empty: none. */
  name: string;
  notes: string;
  /** In the order they were given, none twice. */
  tags: string[];
  /** Out of the usual list. */
  archived: boolean;
  /** Checkpoints that are never removed by the training itself, e.g. `ck-000000480`. */
  pinned: string[];
};

/** A change of some of it; checkpoints are pinned by a request of their own. */
export type RunDescription = Partial<Pick<RunAbout, 'name' | 'notes' | 'tags' | 'archived'>>;

/** Of a run of which nothing was said. */
export const NOTHING_SAID: RunAbout = {
  version: 1,
  name: '',
  notes: '',
  tags: [],
  archived: false,
  pinned: [],
};

/** Longest texts, characters, and most tags of a run. */
export const ABOUT_LIMITS = { name: 200, notes: 20_000, tag: 50, tags: 50 } as const;

/** Something that happened to a run: it began, ended or was started again (`state`), or a warning. */
export type RunLogLine = { atMs: number; kind: 'state' | 'warning'; text: string };

/** Name of a checkpoint's folder. */
export const CHECKPOINT_NAME = /^ck-\d{9,15}$/;

/** A checkpoint as lists show it. */
export type CheckpointInfo = {
  /** Name of its folder. */
  name: string;
  /** Finished steps. */
  step: number;
  /** The epoch that this step is in, from 1. */
  epoch: number;
  sizeBytes: number;
  modifiedMs: number;
  /** The one that the run goes on from. */
  isNewest: boolean;
  /** The best measured one, by validation. */
  isBest: boolean;
  pinned: boolean;
  /** Null where it is whole: all files there in their sizes, or also in every byte where that was asked for; else what is wrong. */
  problem: string | null;
  /** Held-out R@1 while it trained, 0..1, and the score that decides which is best; null where it was not measured. */
  recallAt1: number | null;
  score: number | null;
};

/** Forms of exported weights: our names as safetensors, or the official code's names as `.pt` or `.safetensors`. */
export const WEIGHT_FORMATS = ['safetensors', 'official'] as const;
/** One of the forms. */
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];
