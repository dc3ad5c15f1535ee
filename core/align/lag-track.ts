/** Follows where a dub sits against its original, stretch by stretch, by the signs that are kept of both. */
import { FINGERPRINT_RATE_HZ, type Fingerprint } from './fingerprint.ts';
import { type SignPeak, searchSigns } from './sign-search.ts';

/** A stretch whose place is clear. Chance reaches 4.5 within ±2.5 s and 5.5 within ±60 s. */
const HIT_HEIGHT = 8;
const HIT_LEAD = 1.3;
/** Searched by itself around each place that is expected, s either way. */
const NEAR_SEC = 2.5;
/** Stretches that are searched for far away. */
const FAR_SEARCHES = 16;
const SHORTEST_SEC = 1.5;
const LONGEST_SEC = 6;

/** A stretch of the original that was found in the dub. Times and lags in signs (0.25 ms). */
export type LagHit = { start: number; end: number; lag: number; height: number; polarity: 1 | -1 };

/** What was followed: the hits in order of time, and how many stretches were looked at. */
export type LagTrack = { hits: LagHit[]; stretches: number };

/** Finds the stretches of `a` in `b`; `farSec`: how far away at most, 0 for no more than 2.5 s. */
export function followLag(
  a: Fingerprint,
  b: Fingerprint,
  { farSec, signal }: { farSec: number; signal?: AbortSignal | undefined },
): LagTrack {
  const stretches = cutStretches(a.length);
  const hits = new Map<number, LagHit[]>();
  const search = (at: number, centre: number, half: number): void => {
    const stretch = stretches[at]!;
    signal?.throwIfAborted();
    const peaks = searchSigns(a, b, { ...stretch, fromLag: centre - half, toLag: centre + half }, 3);
    const clear = clearPeaks(peaks).map((peak) => ({ ...stretch, ...peak }));
    const known = hits.get(at)?.[0];
    if (clear.length > 0 && (known === undefined || clear[0]!.height > known.height)) hits.set(at, clear);
  };
  const near = NEAR_SEC * FINGERPRINT_RATE_HZ;
  const open = (): number[] => [...stretches.keys()].filter((at) => !hits.has(at));
  for (const at of open()) search(at, 0, near);
  const far = Math.round(farSec * FINGERPRINT_RATE_HZ);
  if (far > near) {
    for (const at of spread(open(), FAR_SEARCHES)) search(at, 0, far);
    for (const lag of newPlaces([...hits.values()].flat(), near))
      for (const at of open()) search(at, lag, near);
  }
  return { hits: [...hits.values()].flat().sort((x, y) => x.start - y.start), stretches: stretches.length };
}

/** The best place, if it is clear; or the best two, where a stretch holds a jump and so fits at two places. */
function clearPeaks(peaks: readonly SignPeak[]): SignPeak[] {
  const [best, next, third] = peaks.map(({ height }) => height);
  if (best === undefined || best < HIT_HEIGHT) return [];
  const second = next ?? 0;
  if (second >= HIT_HEIGHT && second >= HIT_LEAD * (third ?? 0)) return peaks.slice(0, 2);
  return best >= HIT_LEAD * second ? peaks.slice(0, 1) : [];
}

function cutStretches(length: number): { start: number; end: number }[] {
  const seconds = length / FINGERPRINT_RATE_HZ;
  const stretchSec = Math.min(LONGEST_SEC, Math.max(SHORTEST_SEC, seconds / 8));
  const count = Math.max(1, Math.round(seconds / stretchSec));
  const size = Math.floor(length / count);
  // In a short track each stretch matters, so they overlap by half.
  const steps = count < 16 ? 2 : 1;
  return Array.from({ length: (count - 1) * steps + 1 }, (_, i) => {
    const start = Math.floor((i * size) / steps);
    return { start, end: start + size };
  });
}

/** Up to `count` of them, evenly spread. */
export function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, i) => values[Math.floor(((i + 0.5) * values.length) / count)]!);
}

/** Places that were found beyond what has been searched everywhere. */
function newPlaces(hits: readonly LagHit[], near: number): number[] {
  const places: number[] = [];
  for (const { lag } of [...hits].sort((x, y) => y.height - x.height)) {
    if (Math.abs(lag) <= near) continue;
    if (places.every((other) => Math.abs(other - lag) > near / 2)) places.push(lag);
  }
  return places.slice(0, 8);
}
