/** Listens to one short shot: all its tracks at once. */
import type { BedSignal } from '../align/bed-signal.ts';
import { compareShot, type PairPeaks, peaksOfShot, type ShotCurve } from '../align/evidence-pool.ts';
import { findMap } from '../align/find-map.ts';
import type { LagPeak } from '../align/lag-curve.ts';
import type { OnsetPair } from '../align/onset-speed.ts';
import { compareSounds } from '../align/same-sound.ts';
import type { SoundReader } from '../align/sound-reader.ts';
import { shortPair } from '../align/tempo-map.ts';
import { isOneParallelPart, jumpsOf, type TimeMap } from '../align/time-map.ts';
import type { TrackRole } from '../domain/media.ts';
import { compareDubs } from './compare-dubs.ts';
import type { HeardTrack } from './heard.ts';
import type { MeasuredTrack } from './measure-track.ts';
import { isSameSound, isWordless } from './same-as-original.ts';

/** A clear fit between a dub and its original, standard deviations: the shift at which they are subtracted. */
export const CLEAR_HEIGHT = 10;
/** A dub that fits less well than this, or at two places, is looked at for cuts and speed. */
const PLAIN_HEIGHT = 20;
const SECOND_AWAY_MS = 12;
const SECOND_HEIGHT = 7;
const SECOND_SHARE = 0.2;
/** Parts of a mix are less far apart, ms. */
const LARGEST_WANDER_MS = 60;
/** A dub that runs along with its original is found nearly everywhere. */
const WELL_FOUND = 0.9;
const DUB_ROLES: readonly TrackRole[] = ['dub', 'synthetic'];

/** A track of a shot with the sound it was measured from. */
export type ShotTrack = MeasuredTrack & { sound: SoundReader };

/** What a shot says: its curves for the pool, and the voices that must not take part in it. */
export type ShotEvidence = {
  curves: ShotCurve[];
  pairs: PairPeaks[];
  leftOut: Set<string>;
  /**
   * Dubs that were not found, or in pieces (a stretched sound moves in steps): perhaps all the shots of a title together
   * show their speed.
   */
  unclear: UnclearDub[];
};

/** A dub that was not found as a whole in its short shot. */
export type UnclearDub = { dub: HeardTrack; pair: OnsetPair };

/** Whether a track is one that pairs are made of. */
export function isDub({ heard }: MeasuredTrack): boolean {
  return DUB_ROLES.includes(heard.role);
}

/** The tracks that sound, the original first. */
export function soundingTracks<T extends MeasuredTrack>(tracks: readonly T[]): T[] {
  const isOriginal = (track: T): number => Number(track.heard.role === 'original');
  return tracks.filter(({ isSilent }) => !isSilent).sort((a, b) => isOriginal(b) - isOriginal(a));
}

/** Compares the tracks of a shot; what is heard of each dub against the original is written into its `heard`. */
export async function compareTracks(
  tracks: readonly ShotTrack[],
  maxLag: number,
  signal: AbortSignal | undefined,
): Promise<ShotEvidence> {
  const sounding = soundingTracks(tracks);
  const beds = new Map<string, BedSignal>(sounding.map(({ heard, bed }) => [heard.voice, bed]));
  const curves = compareShot(beds, maxLag);
  const pairs = peaksOfShot(curves);
  const original = sounding.find(({ heard }) => heard.role === 'original');
  const leftOut = new Set<string>();
  const unclear: UnclearDub[] = [];
  if (original !== undefined) {
    for (const dub of tracks.filter(isDub)) {
      const peaks = peaksAgainst(pairs, original, dub);
      dub.heard.againstOriginal = subtract(original, dub, peaks);
      if (dub.isSilent || isPlain(peaks)) continue;
      dub.heard.timeMap = await findMap(printed(original), printed(dub), { farSec: 0, signal });
      if (!isWhole(dub.heard.timeMap)) {
        unclear.push({ dub: dub.heard, pair: await shortPair(original.sound, dub.sound) });
      }
      if (isOneParallelPart(dub.heard.timeMap)) continue;
      leftOut.add(dub.heard.voice);
      addMapPeak(pairs, original, dub);
    }
  }
  compareDubs(tracks.filter(isDub), pairs);
  for (const voice of copiesOf(tracks)) leftOut.add(voice);
  return { curves, pairs, leftOut, unclear };
}

/** Voices of dubs that are the original again, unless all are: nobody speaks then. */
export function copiesOf(tracks: readonly MeasuredTrack[]): string[] {
  const dubs = tracks.filter(isDub).map(({ heard }) => heard);
  if (isWordless(dubs)) return [];
  return dubs.filter(({ againstOriginal }) => isSameSound(againstOriginal ?? null)).map(({ voice }) => voice);
}

function printed({ heard, sound }: ShotTrack): {
  sound: SoundReader;
  print: typeof heard.fingerprint;
} {
  return { sound, print: heard.fingerprint };
}

/** A dub that was found at another speed or in parts does share sound: its map is its peak. */
export function addMapPeak(pairs: PairPeaks[], original: MeasuredTrack, dub: MeasuredTrack): void {
  const best = [...(dub.heard.timeMap?.parts ?? [])].sort((a, b) => b.fit - a.fit)[0];
  const pair = pairs.find(
    ({ first, second }) => first === original.heard.voice && second === dub.heard.voice,
  );
  if (best === undefined || pair === undefined) return;
  const peak: LagPeak = { lagMs: best.offsetMs, height: best.fit };
  if ((pair.peaks[0]?.height ?? 0) < peak.height) pair.peaks = [peak, ...pair.peaks];
}

/** Whether a dub was found in one piece. */
function isWhole(map: TimeMap | null): boolean {
  if (map === null || map.found < WELL_FOUND * map.stretches) return false;
  return jumpsOf(map).length === 0 && map.wanderMs < LARGEST_WANDER_MS;
}

function peaksAgainst(pairs: readonly PairPeaks[], original: MeasuredTrack, dub: MeasuredTrack): LagPeak[] {
  const pair = pairs.find(
    ({ first, second }) => first === original.heard.voice && second === dub.heard.voice,
  );
  return pair?.peaks ?? [];
}

function isPlain(peaks: readonly LagPeak[]): boolean {
  const [best] = peaks;
  if (best === undefined || best.height < PLAIN_HEIGHT) return false;
  const far = peaks.find(({ lagMs }) => Math.abs(lagMs - best.lagMs) >= SECOND_AWAY_MS);
  return (far?.height ?? 0) < Math.max(SECOND_HEIGHT, SECOND_SHARE * best.height);
}

function subtract(original: MeasuredTrack, dub: MeasuredTrack, [best]: readonly LagPeak[]) {
  if (best === undefined || best.height < CLEAR_HEIGHT) return null;
  return compareSounds(original.bed.plain, dub.bed.plain, best.lagMs);
}
