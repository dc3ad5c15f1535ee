/** What a check says, always with its evidence. */
import type { LanguageTag } from './language-tag.ts';

/** `fault`: do not train on it; `warning`: listen first; `info`: good to know. */
export type FindingSeverity = 'info' | 'warning' | 'fault';

/** Severities, mildest first. */
export const SEVERITIES: readonly FindingSeverity[] = ['info', 'warning', 'fault'];

/** Every finding there is; the part before the first dash is not the check's name, the whole is the code. */
export type FindingCode =
  | 'offset'
  | 'offset-unknown'
  | 'silent'
  | 'clipped'
  | 'level-difference'
  | 'same-as-original'
  | 'shares-nothing'
  | 'outside-window';

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

/**
 * How a language of a title sits in time against the original. Positive `offsetMs`: the dub sounds later than the
 * original and is moved earlier when decoded.
 */
export type Alignment = {
  titleId: string;
  language: LanguageTag;
  /** Null: the sound cannot tell. */
  offsetMs: number | null;
  /** 0..1: how sure the measurement is that it is within 5 ms; 0 when it cannot tell. */
  confidence: number;
  source: 'measured' | 'person';
  /** Shots whose sound took part. */
  shotCount: number;
  /** Height of the pooled peak over the next one; near 1 means nothing was found. */
  peakRatio: number;
  /** Other lags the sound would also allow, best first. */
  candidatesMs: number[];
};
