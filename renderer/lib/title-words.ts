/** The titles' page's texts that hold numbers, in one place. */
import type { Alignment, FindingSeverity } from '../../core/domain/finding.ts';
import type { PairState } from '../../core/domain/title.ts';
import { percentText, plural, STATE_WORDS, STATES } from './words.ts';

/** How sure an offset is, in words: "sure (98 %)", "likely (71 %)", "set by hand", "can't tell". */
export function confidenceText(alignment: Alignment | null): string {
  if (alignment === null) return 'not measured';
  if (alignment.source === 'person') return 'set by hand';
  const { confidence, offsetMs } = alignment;
  if (offsetMs === null) return "can't tell";
  const word = confidence >= 0.9 ? 'sure' : confidence >= 0.6 ? 'likely' : 'doubtful';
  return `${word} (${percentText(confidence)} within 5 ms)`;
}

/** Findings as "1 fault, 2 warnings"; notes are left out. */
export function findingsText(counts: Record<FindingSeverity, number>): string {
  const parts = [
    counts.fault === 0 ? '' : plural(counts.fault, 'fault'),
    counts.warning === 0 ? '' : plural(counts.warning, 'warning'),
  ].filter((part) => part !== '');
  return parts.join(', ') || 'none';
}

/** Pairs as "2 suspect, 10 open"; states without any are left out. */
export function statesText(counts: Record<PairState, number>): string {
  const parts = STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state].toLocaleString('en')} ${STATE_WORDS[state]}`,
  );
  return parts.join(', ') || 'none';
}

/** A speed as "4.1 % faster". */
export function speedText(ratio: number): string {
  const share = Math.abs(ratio - 1) * 100;
  return `${share >= 1 ? share.toFixed(1) : share.toPrecision(2)} % ${ratio > 1 ? 'faster' : 'slower'}`;
}
