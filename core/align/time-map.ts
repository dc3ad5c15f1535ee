/**
 * Where each part of an original is in a dub: one place for all of it, or several with jumps where one of the two was
 * cut. The places that were found are compared spot by spot over the whole length, and the likeliest course through
 * them is taken (Viterbi); a jump must pay for itself.
 */
import { FINGERPRINT_RATE_HZ, type Fingerprint } from './fingerprint.ts';
import type { LagHit, LagTrack } from './lag-track.ts';
import { signsOf } from './sign-search.ts';

/** Places nearer than this are one: mixes hold parts up to 45 ms apart, signs (60 ms). */
const SAME_PLACE = 0.06 * FINGERPRINT_RATE_HZ;
/** Smaller jumps are not told: a mix may have them, ms. */
export const LEAST_JUMP_MS = 100;
/** A spot of a quarter of a second, signs. */
const SPOT = FINGERPRINT_RATE_HZ / 4;
const MOST_PLACES = 10;
/** A fit of this size in every spot is what is expected of the right place, standard deviations. */
const EXPECTED_FIT = 1.2;
/** Evidence that a jump must bring, nats. */
const JUMP_COST = 16;
/** A part counts when it fits this well by itself, and this much better than where its neighbours are, sd. */
const PART_FIT = 6;
const PART_ADVANTAGE = 5;

/** A part of the original, in signs; the dub sounds `lag` later there. */
export type MapPart = {
  start: number;
  end: number;
  /** Lag at the middle of the part. */
  lag: number;
  /** The hits it rests on. */
  hits: LagHit[];
  /** Evidence over the whole part, standard deviations. */
  fit: number;
  /** How exactly its start is known, signs; 0 for the first part. */
  startWidth: number;
};

type Place = { hits: LagHit[] };

/** The parts of the original in order; empty where nothing was found. */
export function mapParts(a: Fingerprint, b: Fingerprint, track: LagTrack): MapPart[] {
  const places = placesOf(track.hits);
  if (places.length === 0) return [];
  const polarity = polarityOf(track.hits);
  const fits = places.map((place) => fitsOf(a, b, place, polarity));
  let course = bestCourse(fits);
  for (let weak = weakestPart(course, fits); weak !== null; weak = weakestPart(course, fits)) {
    course = withoutPart(course, weak, fits);
  }
  return locate(a, b, runsOf(course), places, fits, polarity);
}

/** Which way up most of the evidence is. */
export function polarityOf(hits: readonly LagHit[]): 1 | -1 {
  return hits.reduce((sum, { height, polarity }) => sum + height * polarity, 0) < 0 ? -1 : 1;
}

function placesOf(hits: readonly LagHit[]): Place[] {
  const places: Place[] = [];
  for (const hit of hits) {
    const near = places.find((place) => Math.abs(place.hits.at(-1)!.lag - hit.lag) <= SAME_PLACE);
    if (near === undefined) places.push({ hits: [hit] });
    else near.hits.push(hit);
  }
  const weight = (place: Place): number => place.hits.reduce((sum, { height }) => sum + height, 0);
  return places.sort((x, y) => weight(y) - weight(x)).slice(0, MOST_PLACES);
}

function lagAt(place: Place, at: number): number {
  let best = place.hits[0]!;
  for (const hit of place.hits) {
    if (Math.abs(middle(hit) - at) < Math.abs(middle(best) - at)) best = hit;
  }
  return best.lag;
}

function middle(hit: { start: number; end: number }): number {
  return (hit.start + hit.end) / 2;
}

/** Fit of each spot at a place, in standard deviations. */
function fitsOf(a: Fingerprint, b: Fingerprint, place: Place, polarity: number): Float32Array {
  const count = Math.ceil(a.length / SPOT);
  return Float32Array.from({ length: count }, (_, i) => {
    const start = i * SPOT;
    const lag = lagAt(place, start + SPOT / 2);
    const x = signsOf(a, start, start + SPOT);
    const y = signsOf(b, start + lag, start + lag + SPOT);
    let sum = 0;
    for (let k = 0; k < SPOT; k += 1) sum += x[k]! * y[k]!;
    return (polarity * sum) / Math.sqrt(SPOT);
  });
}

function gain(fit: number): number {
  return EXPECTED_FIT * fit - EXPECTED_FIT ** 2 / 2;
}

/** For each spot the place that the likeliest course has there. */
function bestCourse(fits: readonly Float32Array[]): Uint8Array {
  const count = fits[0]!.length;
  const from = fits.map(() => new Uint8Array(count));
  let score = fits.map((fit) => gain(fit[0]!));
  for (let i = 1; i < count; i += 1) {
    const top = indexOfMax(score);
    score = fits.map((fit, k) => {
      const jumps = score[top]! - JUMP_COST > score[k]!;
      from[k]![i] = jumps ? top : k;
      return (jumps ? score[top]! - JUMP_COST : score[k]!) + gain(fit[i]!);
    });
  }
  const course = new Uint8Array(count);
  let at = indexOfMax(score);
  for (let i = count - 1; i >= 0; i -= 1) {
    course[i] = at;
    at = from[at]![i]!;
  }
  return course;
}

type Run = { place: number; start: number; end: number };

function runsOf(course: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (const [i, place] of course.entries()) {
    const last = runs.at(-1);
    if (last?.place === place) last.end = i + 1;
    else runs.push({ place, start: i, end: i + 1 });
  }
  return runs;
}

function sumOf(fit: Float32Array, { start, end }: Run): number {
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += fit[i]!;
  return sum;
}

/** The least of the parts that do not stand by themselves, if there is more than one part. */
function weakestPart(course: Uint8Array, fits: readonly Float32Array[]): Run | null {
  const runs = runsOf(course);
  if (runs.length < 2) return null;
  let weakest: Run | null = null;
  let least = 1;
  for (const [i, run] of runs.entries()) {
    const own = sumOf(fits[run.place]!, run);
    const length = Math.sqrt(run.end - run.start);
    const neighbours = [runs[i - 1], runs[i + 1]].flatMap((other) => other?.place ?? []);
    const other = Math.max(...neighbours.map((place) => sumOf(fits[place]!, run)));
    const strength = Math.min(own / length / PART_FIT, (own - other) / length / Math.SQRT2 / PART_ADVANTAGE);
    if (strength < least) [least, weakest] = [strength, run];
  }
  return weakest;
}

function withoutPart(course: Uint8Array, run: Run, fits: readonly Float32Array[]): Uint8Array {
  const neighbours = [course[run.start - 1], course[run.end]].filter((place) => place !== undefined);
  const better = neighbours.sort((x, y) => sumOf(fits[y]!, run) - sumOf(fits[x]!, run))[0]!;
  return course.slice().fill(better, run.start, run.end);
}

/** From spots to exact places: jumps are moved to where the evidence changes sides. */
function locate(
  a: Fingerprint,
  b: Fingerprint,
  runs: readonly Run[],
  places: readonly Place[],
  fits: readonly Float32Array[],
  polarity: number,
): MapPart[] {
  const parts = runs.map((run): MapPart => {
    const [start, end] = [run.start * SPOT, Math.min(a.length, run.end * SPOT)];
    const place = places[run.place]!;
    const hits = place.hits.filter((hit) => middle(hit) >= start && middle(hit) < end);
    const lag = lagAt(place, (start + end) / 2);
    const fit = sumOf(fits[run.place]!, run) / Math.sqrt(run.end - run.start);
    return { start, end, lag, hits, fit, startWidth: 0 };
  });
  for (let i = 1; i < parts.length; i += 1) {
    const [before, after] = [parts[i - 1]!, parts[i]!];
    const lags: [number, number] = [
      lagAt(places[runs[i - 1]!.place]!, before.end),
      lagAt(places[runs[i]!.place]!, after.start),
    ];
    const jump = findJump(a, b, { at: after.start, low: before.start, high: after.end, lags, polarity });
    before.end = jump.end;
    after.start = jump.start;
    after.startWidth = jump.width;
  }
  return parts.map((part) => ({
    ...part,
    start: Math.max(part.start, -part.lag),
    end: Math.min(part.end, b.length - part.lag),
  }));
}

/**
 * The place that splits the evidence best: what is before fits the first lag, what is after the second. Where the dub
 * lacks something (the lag falls), as much of the original belongs to neither.
 */
function findJump(
  a: Fingerprint,
  b: Fingerprint,
  {
    at,
    low,
    high,
    lags,
    polarity,
  }: { at: number; low: number; high: number; lags: [number, number]; polarity: number },
): { start: number; end: number; width: number } {
  const gap = Math.max(0, lags[0] - lags[1]);
  const from = Math.max(low, at - gap - 3 * SPOT);
  const to = Math.min(high, at + gap + 3 * SPOT);
  const [first, second] = lags.map((lag) => runningFit(a, b, from, to, lag, polarity)) as [
    Float64Array,
    Float64Array,
  ];
  const length = to - from;
  const last = Math.max(0, length - gap);
  const scoreAt = (t: number): number => first[t]! + second[length]! - second[t + gap]!;
  let best = 0;
  for (let t = 1; t <= last; t += 1) if (scoreAt(t) > scoreAt(best)) best = t;
  // In signs that agree; the noise of a sum of n signs is the root of n.
  const near = scoreAt(best) - 3 * Math.sqrt(SPOT / 4);
  let [left, right] = [best, best];
  for (let t = 0; t <= last; t += 1) {
    if (scoreAt(t) < near) continue;
    left = Math.min(left, t);
    right = Math.max(right, t);
  }
  return { end: from + best, start: from + best + gap, width: right - left };
}

function runningFit(
  a: Fingerprint,
  b: Fingerprint,
  from: number,
  to: number,
  lag: number,
  polarity: number,
): Float64Array {
  const x = signsOf(a, from, to);
  const y = signsOf(b, from + lag, to + lag);
  const sums = new Float64Array(to - from + 1);
  for (let i = 0; i < x.length; i += 1) sums[i + 1] = sums[i]! + polarity * x[i]! * y[i]!;
  return sums;
}

function indexOfMax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
