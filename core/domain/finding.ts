/** What a check says, always with its evidence. */
import type { LanguageTag } from './language-tag.ts';

/** `fault`: do not train on it; `warning`: listen first; `info`: good to know. */
export type FindingSeverity = 'info' | 'warning' | 'fault';

/** Severities, mildest first. */
export const SEVERITIES: readonly FindingSeverity[] = ['info', 'warning', 'fault'];

/** Every finding there is, with the words that lists and filters use for it. */
const WORDS = {
  offset: 'offset',
  'offset-shot': 'shot sits elsewhere',
  'offset-unknown': "offset can't be told",
  drift: 'other speed',
  'different-cut': 'other cut',
  silent: 'silent',
  dropout: 'sound drops out',
  clipped: 'clipped',
  'level-difference': 'other level',
  'loudness-range': 'other loudness range',
  channels: 'channel fault',
  'low-bandwidth': 'high frequencies lost',
  truncated: 'ends early',
  'same-as-original': 'same as original',
  'duplicate-track': 'same as another dub',
  'shares-nothing': 'shares nothing',
  commentary: 'talks over the original',
  'language-mismatch': 'other language than tagged',
  'no-speech': 'no speech',
  'original-speech': 'original speech left over',
  'mouth-activity': 'mouth and speech',
  'outside-window': 'edge silence',
} as const;

/** The closed union of finding codes; stable across releases. */
export type FindingCode = keyof typeof WORDS;

/** Every code, in the order of the documentation. */
export const FINDING_CODES = Object.keys(WORDS) as FindingCode[];

/** A finding's words; the code itself where a newer project holds one that is not known here. */
export function findingWord(code: string): string {
  return Object.hasOwn(WORDS, code) ? WORDS[code as FindingCode] : code;
}

/** One statement about one dub of one shot, or about a language of a title when `shotId` is null. */
export type Finding = {
  id: string;
  titleId: string;
  shotId: string | null;
  trackId: string | null;
  language: LanguageTag;
  code: FindingCode;
  severity: FindingSeverity;
  /** A sentence for a person, with the numbers in it. */
  sentence: string;
  /** The numbers behind the sentence; names carry their units. */
  numbers: Record<string, number | string | null>;
};

/** A finding before it has an id. */
export type FindingDraft = Omit<Finding, 'id'>;

/** Part of a curve of fit: `heights[i]` is the best fit from `fromMs + i * stepMs` on, in standard deviations of chance. */
export type LagEvidenceLine = { fromMs: number; stepMs: number; heights: number[] };

/** How well a dub fits its original at each shift, as the checks heard it. Positive: the dub sounds later. */
export type LagEvidence = {
  /** All shifts that were tried, and those around the one that was found. */
  all: LagEvidenceLine;
  near: LagEvidenceLine;
  /** Null: the sound cannot tell. */
  offsetMs: number | null;
  candidatesMs: number[];
  shotCount: number;
};

/**
 * How a language of a title sits in time against the original. Positive `offsetMs`: the dub sounds later than the
 * original and is moved earlier when decoded.
 */
export type Alignment = {
  titleId: string;
  language: LanguageTag;
  /** Null: the sound cannot tell. */
  offsetMs: number | null;
  /**
   * 0..1: how sure the measurement is that it is within 5 ms. Without an offset: how sure it would be of its best guess,
   * the first of the candidates.
   */
  confidence: number;
  source: 'measured' | 'person';
  /** Shots whose sound took part. */
  shotCount: number;
  /** Height of the pooled peak over the next one; near 1 means nothing was found. */
  peakRatio: number;
  /** Other lags the sound would also allow, best first. */
  candidatesMs: number[];
  /** Half the width of the places that would fit nearly as well, ms; null or absent: not known. */
  uncertaintyMs?: number | null;
};
