/** Numbers and names as the findings' sentences say them. */
import { languageName } from '../domain/language-tag.ts';
import type { HeardShot, HeardTrack } from './heard.ts';

/** "23.4 ms", "600 ms", "0.4 ms": three digits at most, no sign. */
export function milliseconds(ms: number): string {
  const size = Math.abs(ms);
  return `${size < 99.95 ? Number(size.toFixed(1)) : Math.round(size)} ms`;
}

/** "23.4 ms early", "120 ms late". */
export function earlyOrLate(offsetMs: number): string {
  return `${milliseconds(offsetMs)} ${offsetMs < 0 ? 'early' : 'late'}`;
}

/** "sure to 99 %": rounded down, since it is a promise. */
export function sureTo(confidence: number): string {
  return `sure to ${Math.floor(confidence * 1000) / 10} %`;
}

/** "1 shot", "12 shots". */
export function shots(count: number): string {
  return count === 1 ? '1 shot' : `${count} shots`;
}

/** "French in shot 03"; the role is said where it is not an ordinary dub. */
export function trackInShot(track: HeardTrack, shot: HeardShot): string {
  const role = track.role === 'dub' || track.role === 'original' ? '' : ` (${track.role})`;
  return `${languageName(track.language)}${role} in shot ${shot.name}`;
}

/** "12.3 %", "0.05 %". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`;
}

/** Rounds a number for storage: evidence is not more exact than this. */
export function rounded(value: number, digits = 3): number {
  // Adding 0 makes -0 a plain 0.
  return Number(value.toFixed(digits)) + 0;
}
