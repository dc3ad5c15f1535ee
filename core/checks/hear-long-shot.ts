/** Listens to one long shot in parts: the memory it takes does not grow with its length, but for its fingerprints. */
import { bedSignalOfCopy } from '../align/bed-signal.ts';
import {
  compareShot,
  peaksOfShot,
  type ShotCurve,
  sumCurves,
  type VoiceBeds,
} from '../align/evidence-pool.ts';
import { findPeaks } from '../align/lag-curve.ts';
import { compareSounds, joinComparisons, type SoundComparison } from '../align/same-sound.ts';
import type { SoundReader } from '../align/sound-reader.ts';
import { isOneParallelPart, type TimeMap } from '../align/time-map.ts';
import type { AudioSource } from '../domain/media.ts';
import {
  addMapPeak,
  CLEAR_HEIGHT,
  copiesOf,
  isDub,
  type ShotEvidence,
  type ShotTrack,
  soundingTracks,
} from './hear-shot.ts';
import type { Hear, StretchHearing } from './hearing.ts';
import { mapAhead } from './open-tracks.ts';

/** How far away a dub is looked for, s. */
export const FAR_SEC = 60;
/** What is compared to the sample: this many stretches of this length, evenly spread, s. */
const STRETCHES = 12;
const STRETCH_SEC = 20;
/** A dub farther off than this is moved near before it is compared to the sample, ms. */
const NEAR_MS = 1000;

/** A track of a long shot. */
export type LongTrack = ShotTrack & { source: AudioSource };

/** How a long shot is listened to: `lanes` pieces of work at a time. */
export type LongOptions = { hear: Hear; lanes: number; maxLag: number; signal?: AbortSignal | undefined };

/** Compares the tracks of a long shot, `basesMs` (by voice, filled in here) apart. */
export async function compareLongTracks(
  tracks: readonly LongTrack[],
  basesMs: Map<string, number>,
  options: LongOptions,
): Promise<ShotEvidence> {
  const sounding = soundingTracks(tracks);
  const original = sounding.find(({ heard }) => heard.role === 'original');
  const leftOut = new Set<string>();
  if (original !== undefined) {
    const others = sounding.filter((track) => track !== original);
    const maps = mapAhead(others, options.lanes, (track) =>
      options.hear({ kind: 'map', original: printed(original), dub: printed(track), farSec: FAR_SEC }),
    );
    for (const track of others) {
      track.heard.timeMap = (await maps.next()).value ?? null;
      if (!isOneParallelPart(track.heard.timeMap)) leftOut.add(track.heard.voice);
      else if (!basesMs.has(track.heard.voice)) basesMs.set(track.heard.voice, baseOf(track.heard.timeMap));
    }
  }
  const compared = sounding.filter(({ heard }) => !leftOut.has(heard.voice));
  const { curves, comparisons } = await compareStretches(compared, basesMs, options);
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
  return { curves, pairs, leftOut, unclear: [] };
}

function baseOf(map: TimeMap | null): number {
  const longest = [...(map?.parts ?? [])].sort((a, b) => b.endSec - b.startSec - (a.endSec - a.startSec))[0];
  return longest === undefined || Math.abs(longest.offsetMs) < NEAR_MS ? 0 : longest.offsetMs;
}

async function compareStretches(
  tracks: readonly LongTrack[],
  basesMs: ReadonlyMap<string, number>,
  { hear, lanes, maxLag, signal }: LongOptions,
): Promise<{ curves: ShotCurve[]; comparisons: Map<string, SoundComparison> }> {
  const durationSec = Math.max(0, ...tracks.map(({ sound }) => sound.durationSec));
  const found = new Map<string, (SoundComparison | null)[]>();
  let curves: ShotCurve[] = [];
  const stretches = mapAhead(stretchStarts(durationSec), lanes, (startSec) => {
    signal?.throwIfAborted();
    return hear({
      kind: 'stretch',
      tracks: tracks.map(({ heard: { voice }, source }) => {
        return { voice, source, atSec: startSec + (basesMs.get(voice) ?? 0) / 1000 };
      }),
      lengthSec: Math.min(STRETCH_SEC, durationSec - startSec),
      maxLag,
    });
  });
  for await (const stretch of stretches) {
    for (const { voice, comparison } of stretch.comparisons) {
      found.set(voice, [...(found.get(voice) ?? []), comparison]);
    }
    curves = sumCurves(curves, stretch.curves);
  }
  const comparisons = new Map<string, SoundComparison>();
  for (const [voice, all] of found) {
    const joined = joinComparisons(all, Math.min(STRETCH_SEC, durationSec));
    if (joined !== null) comparisons.set(voice, joined);
  }
  return { curves, comparisons };
}

/** Compares one stretch of a long shot: the tracks from `atSec` on, the original first. */
export async function hearStretch(
  tracks: readonly { voice: string; sound: SoundReader; atSec: number }[],
  lengthSec: number,
  maxLag: number,
  signal?: AbortSignal | undefined,
): Promise<StretchHearing> {
  const beds: VoiceBeds = new Map();
  for (const { voice, sound, atSec } of tracks) {
    signal?.throwIfAborted();
    beds.set(voice, bedSignalOfCopy(await sound.read(atSec, atSec + lengthSec)));
  }
  const curves = compareShot(beds, maxLag);
  const comparisons = curves
    .filter(({ loudCurve }) => loudCurve !== null)
    .map(({ first, second, curve }) => {
      const [best] = findPeaks(curve, 1);
      const isClear = best !== undefined && best.height >= CLEAR_HEIGHT;
      const comparison = isClear
        ? compareSounds(beds.get(first)!.plain, beds.get(second)!.plain, best.lagMs)
        : null;
      return { voice: second, comparison };
    });
  return { curves, comparisons };
}

function printed({ source, heard }: LongTrack): {
  source: AudioSource;
  print: LongTrack['heard']['fingerprint'];
} {
  return { source, print: heard.fingerprint };
}

function stretchStarts(durationSec: number): number[] {
  const count = Math.min(STRETCHES, Math.max(1, Math.round(durationSec / STRETCH_SEC)));
  const room = Math.max(0, durationSec - STRETCH_SEC);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : (i * room) / (count - 1)));
}
