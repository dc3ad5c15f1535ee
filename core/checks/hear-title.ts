/** Listens to one title: reads its tracks one after another, compares each shot's, and pools what they say. */
import type { BedSignal } from '../align/bed-signal.ts';
import {
  addToPool,
  compareShot,
  createEvidencePool,
  type EvidencePool,
  type PairPeaks,
  peaksOfShot,
} from '../align/evidence-pool.ts';
import { compareSounds } from '../align/same-sound.ts';
import { solveOffsets, type VoiceOffset } from '../align/solve-offsets.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { AudioSource, TrackRole } from '../domain/media.ts';
import type { CheckShot, CheckTitle, CheckTrack, HeardSource, OpenTrack } from './check-input.ts';
import { compareDubs } from './compare-dubs.ts';
import type { HeardOffset, HeardShot, HeardTitle } from './heard.ts';
import { type MeasuredTrack, measureTrack } from './measure-track.ts';
import { isSameSound, isWordless } from './same-as-original.ts';

const TRACKS_AHEAD = 2;
/** A clear fit between a dub and its original, standard deviations: the shift at which they are subtracted. */
const CLEAR_HEIGHT = 10;
/** Roles whose sound is the original's or speaks over it are no dubs and take no part. */
const HEARD_ROLES: readonly TrackRole[] = ['original', 'dub', 'synthetic', 'music-and-effects'];
const DUB_ROLES: readonly TrackRole[] = ['dub', 'synthetic'];

/** How a title is listened to. */
export type HearOptions = {
  /** Opens what import kept of a track. */
  openTrack: OpenTrack;
  /** Farthest shift looked for, ms. */
  maxOffsetMs: number;
  signal?: AbortSignal | undefined;
  /** Called after each track. */
  onTrack: () => void;
};

/** The tracks of a shot that are listened to, each with the voice it is in every shot. */
export function voicesOf(shot: CheckShot): { track: CheckTrack; voice: string }[] {
  const seen = new Map<string, number>();
  return shot.tracks
    .filter((track) => HEARD_ROLES.includes(track.role))
    .map((track) => {
      const name = track.role === 'original' ? 'original' : `${track.language} ${track.role}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return { track, voice: nth === 1 ? name : `${name} ${nth}` };
    });
}

/** Listens to a title. @throws what `openTrack` throws; CancelledError or the signal's reason when it aborts. */
export async function hearTitle(title: CheckTitle, options: HearOptions): Promise<HeardTitle> {
  const pool = createEvidencePool(options.maxOffsetMs);
  const shots: HeardShot[] = [];
  const plan = title.shots.map((shot) => ({ shot, voices: voicesOf(shot) }));
  const sounds = readAhead(
    plan.flatMap(({ voices }) => voices.map(({ track }) => track.source)),
    options.openTrack,
  );
  try {
    for (const { shot, voices } of plan) {
      const measured: MeasuredTrack[] = [];
      for (const { track, voice } of voices) {
        options.signal?.throwIfAborted();
        const next = await sounds.next();
        const { measures, samples } = next.value!;
        measured.push(measureTrack(track, voice, measures, samples));
        options.onTrack();
      }
      shots.push(compareTracks(shot, measured, pool));
    }
  } finally {
    await sounds.return(undefined);
  }
  const { titleId, name, originalLanguage } = title;
  return { titleId, name, originalLanguage, shots, offsets: languageOffsets(shots, pool) };
}

/** Compares the tracks of a shot and adds what they say to the pool. */
function compareTracks(shot: CheckShot, measured: readonly MeasuredTrack[], pool: EvidencePool): HeardShot {
  const sounding = [...measured].filter((track) => !track.isSilent).sort(originalFirst);
  const beds = new Map<string, BedSignal>(sounding.map(({ heard, bed }) => [heard.voice, bed]));
  const curves = compareShot(beds, pool.maxLag);
  const pairs = peaksOfShot(curves);
  const original = measured.find(({ heard }) => heard.role === 'original');
  const dubs = measured.filter(({ heard }) => DUB_ROLES.includes(heard.role));
  if (original !== undefined && !original.isSilent) {
    for (const dub of dubs) dub.heard.againstOriginal = subtract(original, dub, pairs);
  }
  compareDubs(dubs, pairs);
  const heardDubs = dubs.map(({ heard }) => heard);
  const copies = isWordless(heardDubs)
    ? []
    : heardDubs.filter(({ againstOriginal }) => isSameSound(againstOriginal)).map(({ voice }) => voice);
  addToPool(pool, curves, new Set(copies));
  const { shotId, name, durationSec } = shot;
  return { shotId, name, durationSec, original: original?.heard ?? null, dubs: heardDubs, pairs };
}

function originalFirst(a: MeasuredTrack, b: MeasuredTrack): number {
  return Number(b.heard.role === 'original') - Number(a.heard.role === 'original');
}

function subtract(original: MeasuredTrack, dub: MeasuredTrack, pairs: readonly PairPeaks[]) {
  const pair = pairs.find(
    ({ first, second }) => first === original.heard.voice && second === dub.heard.voice,
  );
  const best = pair?.peaks[0];
  if (best === undefined || best.height < CLEAR_HEIGHT) return null;
  return compareSounds(original.bed.plain, dub.bed.plain, best.lagMs);
}

/** One shift a language: that of its dub, or of its synthetic dub where it has no other. */
function languageOffsets(shots: readonly HeardShot[], pool: EvidencePool): HeardOffset[] {
  const solved = new Map(solveOffsets(pool, 'original').map((offset) => [offset.voice, offset]));
  const voices = new Map<LanguageTag, string>();
  for (const role of DUB_ROLES) {
    for (const dub of shots.flatMap((shot) => shot.dubs)) {
      if (dub.role === role && !voices.has(dub.language)) voices.set(dub.language, dub.voice);
    }
  }
  return [...voices].map(([language, voice]) => ({
    ...(solved.get(voice) ?? notHeard(voice)),
    language,
    shotCount: pool.shotCounts.get(voice) ?? 0,
  }));
}

function notHeard(voice: string): VoiceOffset {
  return { voice, offsetMs: null, confidence: 0, peakRatio: 1, peakHeight: 0, candidatesMs: [] };
}

type WholeTrack = Pick<HeardSource, 'measures'> & { samples: Float32Array };

async function readWhole(source: AudioSource, openTrack: OpenTrack): Promise<WholeTrack> {
  const { sound, measures } = await openTrack(source);
  return { measures, samples: await sound.read(0, sound.durationSec) };
}

/** Reads up to two tracks ahead of the one that is being measured, so that two processors are busy. */
async function* readAhead(
  sources: readonly AudioSource[],
  openTrack: OpenTrack,
): AsyncGenerator<WholeTrack, undefined, undefined> {
  const pending: Promise<WholeTrack>[] = [];
  let next = 0;
  const fill = (): void => {
    while (pending.length < TRACKS_AHEAD && next < sources.length) {
      const reading = readWhole(sources[next]!, openTrack);
      // It is awaited later; until then a failure must not count as unhandled.
      reading.catch(() => {});
      pending.push(reading);
      next += 1;
    }
  };
  for (fill(); pending.length > 0; ) {
    const track = await pending.shift()!;
    fill();
    yield track;
  }
  return undefined;
}
