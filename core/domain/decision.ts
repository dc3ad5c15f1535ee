/** What a person (or a command a person typed) says of a pair. Never lost: each is in the journal. */

/** The verdict on a pair. */
export type DecisionVerdict = 'accept' | 'reject' | 'needs-work';

/** One verdict. */
export type Decision = {
  pairId: string;
  verdict: DecisionVerdict;
  /** Why, in the person's words; may be empty. */
  reason: string;
  /** Who or what decided, e.g. `person`, `suggested`. */
  by: string;
  atMs: number;
};
