/** Listens to one long shot in parts: the memory it takes does not grow with its length, but for its fingerprints. */
import { bedSignalOfCopy } from '../align/bed-signal.ts';
import {
  compareShot,
  peaksOfShot,
  type ShotCurve,
  sumCurves,
  type VoiceBeds,
} from '../align/evidence-pool.ts';
import { findMap, isOneParallelPart, type TimeMap } from '../align/find-map.ts';
import { findPeaks } from '../align/lag-curve.ts';
import { compareSounds, joinComparisons, type SoundComparison } from '../align/same-sound.ts';
import {
  addMapPeak,
  CLEAR_HEIGHT,
  copiesOf,
  isDub,
  printed,
  type ShotEvidence,
  type ShotTrack,
  soundingTracks,
} from './hear-shot.ts';

/** How far away a dub is looked for, s. */
export const FAR_SEC = 60;
/** What is compared to the sample: this many stretches of this length, evenly spread, s. */
const STRETCHES = 12;
const STRETCH_SEC = 20;
/** A dub farther off than this is moved near before it is compared to the sample, ms. */
const NEAR_MS = 1000;

/** Compares the tracks of a long shot, `basesMs` (by voice, filled in here) apart. */
export async function compareLongTracks(
  tracks: readonly ShotTrack[],
  basesMs: Map<string, number>,
  maxLag: number,
  signal: AbortSignal | undefined,
): Promise<ShotEvidence> {
  const sounding = soundingTracks(tracks);
  const original = sounding.find(({ heard }) => heard.role === 'original');
  const leftOut = new Set<string>();
  if (original !== undefined) {
    for (const track of sounding) {
      if (track === original) continue;
      track.heard.timeMap = await findMap(printed(original), printed(track), { farSec: FAR_SEC, signal });
      if (!isOneParallelPart(track.heard.timeMap)) leftOut.add(track.heard.voice);
      else if (!basesMs.has(track.heard.voice)) basesMs.set(track.heard.voice, baseOf(track.heard.timeMap));
    }
  }
  const compared = sounding.filter(({ heard }) => !leftOut.has(heard.voice));
  const { curves, comparisons } = await compareStretches(compared, basesMs, maxLag, signal);
  for (const track of compared) {
    if (isDub(track)) track.heard.againstOriginal = comparisons.get(track.heard.voice) ?? null;
  }
  const pairs = peaksOfShot(curves).map((pair) => {
    const movedMs = (basesMs.get(pair.second) ?? 0) - (basesMs.get(pair.first) ?? 0);
    return { ...pair, peaks: pair.peaks.map((peak) => ({ ...peak, lagMs: peak.lagMs + movedMs })) };
  });
  for (const dub of sounding.filter(({ heard }) => leftOut.has(heard.voice))) {
    pairs.push({ first: original!.heard.voice, second: dub.heard.voice, peaks: [] });
    addMapPeak(pairs, original!, dub);
  }
  for (const voice of copiesOf(compared)) leftOut.add(voice);
  return { curves, pairs, leftOut };
}

function baseOf(map: TimeMap | null): number {
  const longest = [...(map?.parts ?? [])].sort((a, b) => b.endSec - b.startSec - (a.endSec - a.startSec))[0];
  return longest === undefined || Math.abs(longest.offsetMs) < NEAR_MS ? 0 : longest.offsetMs;
}

async function compareStretches(
  tracks: readonly ShotTrack[],
  basesMs: ReadonlyMap<string, number>,
  maxLag: number,
  signal: AbortSignal | undefined,
): Promise<{ curves: ShotCurve[]; comparisons: Map<string, SoundComparison> }> {
  const durationSec = Math.max(0, ...tracks.map(({ sound }) => sound.durationSec));
  const found = new Map<string, (SoundComparison | null)[]>();
  let curves: ShotCurve[] = [];
  for (const startSec of stretchStarts(durationSec)) {
    signal?.throwIfAborted();
    const beds: VoiceBeds = new Map();
    for (const { heard, sound } of tracks) {
      const at = startSec + (basesMs.get(heard.voice) ?? 0) / 1000;
      const lengthSec = Math.min(STRETCH_SEC, durationSec - startSec);
      beds.set(heard.voice, bedSignalOfCopy(await sound.read(at, at + lengthSec)));
    }
    const stretch = compareShot(beds, maxLag);
    for (const { first, second, curve } of stretch.filter(({ loudCurve }) => loudCurve !== null)) {
      const [best] = findPeaks(curve, 1);
      const isClear = best !== undefined && best.height >= CLEAR_HEIGHT;
      const comparison = isClear
        ? compareSounds(beds.get(first)!.plain, beds.get(second)!.plain, best.lagMs)
        : null;
      found.set(second, [...(found.get(second) ?? []), comparison]);
    }
    curves = sumCurves(curves, stretch);
  }
  const comparisons = new Map<string, SoundComparison>();
  for (const [voice, all] of found) {
    const joined = joinComparisons(all, Math.min(STRETCH_SEC, durationSec));
    if (joined !== null) comparisons.set(voice, joined);
  }
  return { curves, comparisons };
}

function stretchStarts(durationSec: number): number[] {
  const count = Math.min(STRETCHES, Math.max(1, Math.round(durationSec / STRETCH_SEC)));
  const room = Math.max(0, durationSec - STRETCH_SEC);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : (i * room) / (count - 1)));
}
