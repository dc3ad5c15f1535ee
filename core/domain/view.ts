/** A saved filter. The same filter feeds lists, training and evaluation. */
import type { FindingCode, FindingSeverity } from './finding.ts';
import type { PairState, Split } from './title.ts';

/** Which pairs are meant; every given field must hold, an absent field holds for all. */
export type PairFilter = {
  languages?: string[];
  states?: PairState[];
  split?: Split;
  titleIds?: string[];
  findingCodes?: FindingCode[];
  /** At least this severe. */
  minSeverity?: FindingSeverity;
  /** With a model score (cosine, -1..1) of the newest evaluation, at most this. */
  maxScore?: number;
  /** Part of a title's or shot's name, any case. */
  text?: string;
};

/** A filter with a name. */
export type View = { id: string; name: string; filter: PairFilter };

/** What training takes unless told otherwise. */
export const TRAINING_FILTER: PairFilter = { states: ['accepted'], split: 'train' };

/** What evaluation takes unless told otherwise. */
export const HELDOUT_FILTER: PairFilter = { states: ['accepted'], split: 'heldout' };
