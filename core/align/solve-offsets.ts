/**
 * From the pooled evidence of a title to the shift of each language. The languages are joined one by one, the surest
 * link first; two groups are joined by the sum of all curves between their members, so that a dub whose link to the
 * original is weak is placed by the other dubs. A link is only as sure as the calibrated confidence says.
 */
import { BED_RATE_HZ } from './bed-signal.ts';
import { offsetConfidence } from './confidence.ts';
import { type EvidencePool, pairKey } from './evidence-pool.ts';
import { exactPlace } from './exact-place.ts';
import { findPeaks, type LagCurve, type LagPeak, PEAK_WIDTH_MS, scaleToNoise } from './lag-curve.ts';
import { type LagPicture, lagPicture } from './lag-picture.ts';
import { turnReversed } from './polarity.ts';

/** Below this a language's shift is not told. */
export const LEAST_CONFIDENCE = 0.95;
/** Confidence in a guess that the original and the dub by themselves surely contradict. */
const CONTRADICTED = 0.5;
/** Links less sure than this join nothing. */
const LEAST_LINK = 0.5;
const CANDIDATES = 4;

/** The shift of one voice against the reference. */
export type VoiceOffset = {
  voice: string;
  /** Positive: later than the reference. Null: the sound cannot tell. */
  offsetMs: number | null;
  /** Probability that it is within 5 ms; 0 when it cannot tell. */
  confidence: number;
  /** Height of the peak over the next one, of the weakest link to the reference. */
  peakRatio: number;
  /** Height of the peak over the noise, standard deviations, of the weakest link. */
  peakHeight: number;
  /** Half the width of the places that would fit nearly as well, ms; null when it cannot tell. */
  uncertaintyMs: number | null;
  /** -1: its wave form is upside down against the reference's; null when it cannot tell. */
  polarity: 1 | -1 | null;
  /** Other shifts that the sound would also allow, best first. */
  candidatesMs: number[];
  /** The pooled fit of the reference and this voice; null or absent: they were not compared. */
  picture?: LagPicture | null;
};

type Group = { id: number; shifts: Map<string, number>; links: Map<string, Link> };
type Link = { confidence: number; ratio: number; height: number };
type Join = { lagMs: number; link: Link };

const SURE: Link = { confidence: 1, ratio: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/** The shifts of all voices of the pool against `reference`, in the pool's order. Turns reversed curves over. */
export function solveOffsets(pool: EvidencePool, reference: string): VoiceOffset[] {
  const reversed = turnReversed(pool, reference);
  const home = joinAll(pool, reference).find((group) => group.shifts.has(reference));
  return pool.voices
    .filter((voice) => voice !== reference)
    .map((voice) => {
      const offset = offsetOf(pool, reference, voice, home);
      const polarity = reversed.has(voice) ? -1 : 1;
      const picture = pictureOf(pool, reference, offset);
      return moved({ ...offset, picture, polarity: offset.offsetMs === null ? null : polarity }, pool);
    });
}

/** How the reference and the voice fit by themselves, around the shift that was found or is the best guess. */
function pictureOf(pool: EvidencePool, reference: string, offset: VoiceOffset): LagPicture | null {
  const { voice, offsetMs, candidatesMs } = offset;
  if (!pool.curves.has(pairKey(reference, voice)) && !pool.curves.has(pairKey(voice, reference))) return null;
  const curve = curveBetween(pool, single(reference), single(voice));
  return lagPicture(curve, offsetMs ?? candidatesMs[0] ?? 0, pool.basesMs.get(voice) ?? 0);
}

/** Told as it is in the tracks: a voice may have been moved before it was compared. */
function moved(offset: VoiceOffset, pool: EvidencePool): VoiceOffset {
  const baseMs = pool.basesMs.get(offset.voice) ?? 0;
  const offsetMs = offset.offsetMs === null ? null : offset.offsetMs + baseMs;
  return { ...offset, offsetMs, candidatesMs: offset.candidatesMs.map((ms) => ms + baseMs) };
}

function offsetOf(
  pool: EvidencePool,
  reference: string,
  voice: string,
  home: Group | undefined,
): VoiceOffset {
  const direct = findPeaks(curveBetween(pool, single(reference), single(voice)), CANDIDATES);
  const shift = home?.shifts.get(voice);
  if (home === undefined || shift === undefined) return cannotTell(voice, direct);
  const link = home.links.get(voice)!;
  const between = curveBetween(pool, single(reference), single(voice));
  const near = shift - home.shifts.get(reference)!;
  const { lagMs: offsetMs, uncertaintyMs } = exactPlace(between, pool.loudCurves.get(voice), near);
  const others = new Map([...home.shifts].filter(([name]) => name !== voice));
  const joint = findPeaks(curveBetween(pool, others, single(voice)), CANDIDATES);
  const candidates = joint.map((peak) => peak.lagMs - home.shifts.get(reference)!);
  const isContradicted = contradicts(direct, offsetMs);
  if (link.confidence < LEAST_CONFIDENCE || isContradicted) {
    // Of two sure answers that contradict each other one at most is right.
    const confidence = isContradicted ? CONTRADICTED : link.confidence;
    return { ...cannotTell(voice, direct), confidence, candidatesMs: distinct([offsetMs, ...candidates]) };
  }
  return {
    voice,
    offsetMs,
    uncertaintyMs,
    polarity: null,
    confidence: link.confidence,
    peakRatio: link.ratio,
    peakHeight: link.height,
    candidatesMs: distinct(candidates.filter((ms) => Math.abs(ms - offsetMs) > PEAK_WIDTH_MS)),
  };
}

/** Whether the original and the dub by themselves are sure of something else. */
function contradicts(direct: readonly LagPeak[], offsetMs: number): boolean {
  const [best] = direct;
  if (best === undefined || Math.abs(best.lagMs - offsetMs) <= PEAK_WIDTH_MS) return false;
  return linkOf(direct).confidence >= LEAST_CONFIDENCE;
}

/** No claim; the confidence is that of the best guess, which comes first among the candidates. */
function cannotTell(voice: string, direct: readonly LagPeak[]): VoiceOffset {
  const { ratio, height, confidence } = linkOf(direct);
  return {
    voice,
    offsetMs: null,
    uncertaintyMs: null,
    polarity: null,
    confidence: direct.length === 0 ? 0 : Math.min(confidence, LEAST_CONFIDENCE),
    peakRatio: ratio,
    peakHeight: height,
    candidatesMs: direct.map((peak) => peak.lagMs),
  };
}

/** Joins groups, surest first, until no link is left that is surer than a coin. */
function joinAll(pool: EvidencePool, reference: string): Group[] {
  const groups: Group[] = pool.voices.map((voice, id) => ({
    id,
    shifts: single(voice),
    links: new Map([[voice, SURE]]),
  }));
  const joins = new Map<string, Join | null>();
  for (let id = groups.length; ; id += 1) {
    const best = bestJoin(pool, groups, joins);
    if (best === null) return groups;
    const [b] = groups.splice(best.b, 1);
    const a = groups[best.a]!;
    // A new number, so that no join of the two parts is taken for one of the whole.
    a.id = id;
    for (const [voice, shift] of b!.shifts) a.shifts.set(voice, shift + best.lagMs);
    // What has joined the reference is known; a weaker link that comes later does not make it less so.
    for (const group of [a.links, b!.links]) {
      if (group.has(reference)) continue;
      for (const [voice, link] of group) group.set(voice, weaker(link, best.link));
    }
    for (const [voice, link] of b!.links) a.links.set(voice, link);
  }
}

function bestJoin(
  pool: EvidencePool,
  groups: readonly Group[],
  known: Map<string, Join | null>,
): (Join & { a: number; b: number }) | null {
  let best: (Join & { a: number; b: number }) | null = null;
  for (let a = 0; a < groups.length; a += 1) {
    for (let b = a + 1; b < groups.length; b += 1) {
      const key = `${groups[a]!.id} ${groups[b]!.id}`;
      if (!known.has(key)) known.set(key, joinOf(pool, groups[a]!, groups[b]!));
      const join = known.get(key);
      if (join && (best === null || isSurer(join.link, best.link))) best = { a, b, ...join };
    }
  }
  return best;
}

function joinOf(pool: EvidencePool, a: Group, b: Group): Join | null {
  const peaks = findPeaks(curveBetween(pool, a.shifts, b.shifts), 2);
  const link = linkOf(peaks);
  if (peaks[0] === undefined || link.confidence < LEAST_LINK) return null;
  return { lagMs: peaks[0].lagMs, link };
}

function isSurer(link: Link, than: Link): boolean {
  return (
    link.confidence > than.confidence || (link.confidence === than.confidence && link.height > than.height)
  );
}

function linkOf(peaks: readonly LagPeak[]): Link {
  const height = peaks[0]?.height ?? 0;
  const ratio = height / Math.max(1, peaks[1]?.height ?? 0);
  return { confidence: offsetConfidence({ peakRatio: ratio, peakHeight: height }), ratio, height };
}

function weaker(a: Link, b: Link): Link {
  return {
    confidence: Math.min(a.confidence, b.confidence),
    ratio: Math.min(a.ratio, b.ratio),
    height: Math.min(a.height, b.height),
  };
}

/** Sum of the curves between two groups, as a curve of the shift of the second group against the first. */
function curveBetween(
  pool: EvidencePool,
  from: ReadonlyMap<string, number>,
  to: ReadonlyMap<string, number>,
): LagCurve {
  const sum = new Float32Array(2 * pool.maxLag + 1);
  for (const [first, firstShift] of from) {
    for (const [second, secondShift] of to) {
      const by = Math.round(((secondShift - firstShift) * BED_RATE_HZ) / 1000);
      const forward = pool.curves.get(pairKey(first, second));
      const backward = pool.curves.get(pairKey(second, first));
      if (forward !== undefined) addShifted(sum, forward, by, 1);
      else if (backward !== undefined) addShifted(sum, backward, by, -1);
    }
  }
  return scaleToNoise(sum);
}

function addShifted(sum: LagCurve, curve: LagCurve, by: number, sign: 1 | -1): void {
  const maxLag = (sum.length - 1) / 2;
  for (let lag = -maxLag; lag <= maxLag; lag += 1) {
    const at = sign * (lag + by) + maxLag;
    if (at >= 0 && at < curve.length) sum[lag + maxLag]! += curve[at]!;
  }
}

function single(voice: string): Map<string, number> {
  return new Map([[voice, 0]]);
}

function distinct(values: readonly number[]): number[] {
  const kept: number[] = [];
  for (const value of values) {
    if (kept.every((other) => Math.abs(other - value) > PEAK_WIDTH_MS)) kept.push(value);
  }
  return kept.slice(0, CANDIDATES - 1);
}
