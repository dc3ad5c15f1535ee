/** Numbers and codes in words, one place for the window's texts about pairs. */
import type { Decision, DecisionVerdict } from '../../core/domain/decision.ts';
import { type Alignment, type FindingSeverity, findingWord } from '../../core/domain/finding.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import type { TimeWindow } from '../../core/domain/time.ts';
import type { Pair, PairState } from '../../core/domain/title.ts';

/** States as people read them. */
export const STATE_WORDS: Record<PairState, string> = {
  accepted: 'accepted',
  rejected: 'rejected',
  'needs-work': 'needs work',
  suspect: 'suspect',
  open: 'open',
};

/** States in the order of lists and bars: what is left to do first. */
export const STATES = [
  'suspect',
  'open',
  'needs-work',
  'accepted',
  'rejected',
] as const satisfies PairState[];

/** Verdicts as people read them. */
export const VERDICT_WORDS: Record<DecisionVerdict, string> = {
  accept: 'accepted',
  reject: 'rejected',
  'needs-work': 'marked as needing work',
};

/** A decision in words: "Rejected as the checks suggest on ...". */
export function decisionSentence({ verdict, by, atMs, reason }: Decision): string {
  const who = Object.hasOwn(DECIDERS, by) ? DECIDERS[by] : `by ${by}`;
  const words = VERDICT_WORDS[verdict];
  const said = `${words.charAt(0).toUpperCase()}${words.slice(1)} ${who} on ${timeText(atMs)}`;
  return reason === '' ? `${said}.` : `${said}: ${reason}`;
}

const DECIDERS: Record<string, string> = {
  person: 'by hand',
  suggested: 'as the checks suggest',
  'command line': 'from the command line',
};

/** Severities as people read them, worst first. */
export const SEVERITY_WORDS: Record<FindingSeverity, string> = {
  fault: 'fault',
  warning: 'warning',
  info: 'note',
};

/** A severity and all that is worse. */
export function atLeast(severity: FindingSeverity): string {
  return severity === 'fault' ? SEVERITY_WORDS.fault : `${SEVERITY_WORDS[severity]} or worse`;
}

/** Below this a difference cannot be heard or measured, ms. */
const SAME_TIME_MS = 0.05;

/** An offset in words, e.g. "Spanish sounds 23.4 ms earlier than the original." Null `alignment`: not measured. */
export function offsetSentence(language: string, alignment: Alignment | null): string {
  const name = languageName(language);
  if (alignment === null) return `Not measured yet how ${name} sits against the original.`;
  const { offsetMs, source, shotCount, candidatesMs } = alignment;
  if (offsetMs === null) {
    const lags = candidatesMs.slice(0, 3).map((lag) => offsetText(lag));
    const hint = lags.length === 0 ? '' : ` It would also allow ${lags.join(', ')}.`;
    return `Can't tell how ${name} sits against the original: the two share too little sound.${hint}`;
  }
  const who = source === 'person' ? 'set by hand' : `measured over ${plural(shotCount, 'shot')}`;
  if (Math.abs(offsetMs) < SAME_TIME_MS) return `${name} sounds at the same time as the original, ${who}.`;
  const direction = offsetMs > 0 ? 'later' : 'earlier';
  return `${name} sounds ${milliseconds(offsetMs)} ${direction} than the original, ${who}. It is put right while decoding.`;
}

/** An offset in a column: "23.4 ms late", "41.8 ms early", "in time"; a dash when it is not known. */
export function offsetText(offsetMs: number | null): string {
  if (offsetMs === null) return '–';
  if (Math.abs(offsetMs) < SAME_TIME_MS) return 'in time';
  return `${milliseconds(offsetMs)} ${offsetMs > 0 ? 'late' : 'early'}`;
}

/** An offset in a narrow column: "−23.4 ms" where the dub is early; a dash when it is not known. */
export function signedOffset(offsetMs: number | null): string {
  if (offsetMs === null) return '–';
  if (Math.abs(offsetMs) < SAME_TIME_MS) return '0.0 ms';
  return `${offsetMs > 0 ? '+' : '−'}${milliseconds(offsetMs)}`;
}

function milliseconds(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  return `${size < 100 ? size.toFixed(1) : Math.round(size)} ms`;
}

/** A window as "0:03.0 – 0:06.0". */
export function windowText({ startSec, endSec }: TimeWindow): string {
  return `${clockText(startSec)} – ${clockText(endSec)}`;
}

/** Seconds as minutes and seconds, "1:02.5". */
export function clockText(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** "1 shot", "12 shots", "3,400 pairs". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share as "42 %"; small ones with a digit more. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** A duration for people: "42 s", "3 min 05 s", "2 h 10 min". */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** A size in bytes for people: "812 bytes", "1.2 MB" (10^6 bytes). */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length, Math.floor(Math.log10(Math.max(1, bytes * 1.0005)) / 3));
  const value = bytes / 1000 ** step;
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[step - 1]}`;
}

/** A point in time, local. */
export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

/** A finding's number name and value for people: `{ name: "peak", value: "-0.1 dB" }` from `peakDb`. */
export function numberText(key: string, value: number | string | null): { name: string; value: string } {
  const unit = Object.keys(UNITS).find((suffix) => key.endsWith(suffix) && key !== suffix) ?? '';
  const words = (unit === '' ? key : key.slice(0, -unit.length)).replace(/([A-Z])/g, ' $1').toLowerCase();
  if (value === null) return { name: words, value: "can't tell" };
  if (typeof value === 'string') return { name: words, value };
  if (key.endsWith('Share')) return { name: words, value: percentText(value) };
  const rounded = Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));
  return { name: words, value: `${rounded}${UNITS[unit] ?? ''}` };
}

const UNITS: Record<string, string> = {
  Ms: ' ms',
  Sec: ' s',
  Db: ' dB',
  Lu: ' LU',
  Dbfs: ' dBFS',
  Lufs: ' LUFS',
  Hz: ' Hz',
  Px: ' px',
};

/** A difference of means with its sign: "+0.12", "−0.03". */
export function differenceText(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '\u2212'}${text}`;
}

/** A pair as a screen reader says it in a list. */
export function pairText(pair: Pair | null): string {
  if (pair === null) return 'being read';
  const said = [
    pair.titleName,
    `shot ${pair.shotName}`,
    languageName(pair.language),
    STATE_WORDS[pair.state],
    pair.findingCodes.map(findingWord).join(', '),
  ];
  return said.filter((part) => part !== '').join(', ');
}

/** A model score: the cosine of a clip's picture and a dub. */
export function scoreText(score: number | null): string {
  if (score === null) return 'none';
  const text = score.toFixed(2);
  return text === '-0.00' ? '0.00' : text.replace('-', '−');
}
