/** What the media are about: titles, their shots, the clips cut from them, and the pairs. */
import type { DecisionVerdict } from './decision.ts';
import type { FindingSeverity } from './finding.ts';
import type { LanguageTag } from './language-tag.ts';
import type { TimeWindow } from './time.ts';

/** Which part of an experiment a title belongs to. Titles are never divided: scenes of one film look alike. */
export type Split = 'train' | 'heldout';

/** Length of a clip, seconds (paper-facts 1.1). */
export const CLIP_SEC = 3;

/** Less holds too little to compare, s (our choice). */
export const SHORTEST_CLIP_SEC = 1;

/** One film, episode or scene that exists in several languages. */
export type Title = {
  id: string;
  name: string;
  originalLanguage: LanguageTag;
  split: Split;
  shotCount: number;
  /** Languages of its dubs, sorted. */
  dubLanguages: LanguageTag[];
};

/** What lies between two cuts; one file, or one file a language. */
export type Shot = { id: string; titleId: string; name: string; durationSec: number };

/** One window of a shot. */
export type Clip = { id: string; shotId: string; timeWindow: TimeWindow };

/**
 * What stands of a pair when findings and decisions are put together: a decision wins; without one, a fault
 * makes it `suspect`, anything else leaves it `open`.
 */
export type PairState = 'accepted' | 'rejected' | 'needs-work' | 'suspect' | 'open';

/** One clip with one dub. */
export type Pair = {
  id: string;
  clipId: string;
  shotId: string;
  titleId: string;
  titleName: string;
  shotName: string;
  split: Split;
  language: LanguageTag;
  originalLanguage: LanguageTag;
  timeWindow: TimeWindow;
  state: PairState;
  decision: DecisionVerdict | null;
  /** Worst severity among the pair's findings; null without findings. */
  worstSeverity: FindingSeverity | null;
  /** Codes of its findings, worst first. */
  findingCodes: string[];
  /** 0..100: how much the checks would have a person listen to it first (core/checks/suspicion.ts). */
  suspicion: number;
  /** How much later the dub sounds than the original, ms; null when not known. */
  offsetMs: number | null;
  /**
   * How alike the model of the newest evaluation finds the clip's picture and this dub: cosine, -1..1; null where the pair
   * was not evaluated.
   */
  modelScore: number | null;
};
