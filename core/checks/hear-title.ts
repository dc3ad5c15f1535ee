/** Listens to one title: opens its tracks one after another, compares each shot's, and pools what they say. */
import { addToPool, createEvidencePool, type EvidencePool } from '../align/evidence-pool.ts';
import { solveOffsets, type VoiceOffset } from '../align/solve-offsets.ts';
import { printOf } from '../align/track-print.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TrackRole } from '../domain/media.ts';
import type { CheckShot, CheckTitle, CheckTrack, OpenTrack } from './check-input.ts';
import { compareLongTracks } from './hear-long-shot.ts';
import { compareTracks, isDub, type ShotTrack } from './hear-shot.ts';
import type { HeardOffset, HeardShot, HeardTitle } from './heard.ts';
import { measureTrack } from './measure-track.ts';
import { type OpenedTrack, openAhead } from './open-tracks.ts';

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
  const opened = openAhead(
    plan.flatMap(({ voices }) => voices.map(({ track }) => track.source)),
    options.openTrack,
  );
  try {
    for (const { shot, voices } of plan) {
      const tracks: ShotTrack[] = [];
      for (const { track, voice } of voices) {
        options.signal?.throwIfAborted();
        const next = await opened.next();
        tracks.push(await measure(track, voice, next.value!, options.signal));
        options.onTrack();
      }
      shots.push(await hearShot(shot, tracks, pool, options.signal));
    }
  } finally {
    await opened.return(undefined);
  }
  const { titleId, name, originalLanguage } = title;
  return { titleId, name, originalLanguage, shots, offsets: languageOffsets(shots, pool) };
}

type LongOrShort = ShotTrack & { isLong: boolean };

async function measure(
  track: CheckTrack,
  voice: string,
  { sound, measures, samples }: OpenedTrack,
  signal: AbortSignal | undefined,
): Promise<LongOrShort> {
  const measured = measureTrack(track, voice, measures, samples ?? new Float32Array(0));
  const isLong = samples === null;
  if (isLong && !measured.isSilent) measured.heard.fingerprint = await printOf(sound, { signal });
  return { ...measured, sound, isLong };
}

/** Compares the tracks of a shot and adds what they say to the pool. */
async function hearShot(
  shot: CheckShot,
  tracks: readonly ShotTrack[],
  pool: EvidencePool,
  signal: AbortSignal | undefined,
): Promise<HeardShot> {
  const isLong = (tracks as readonly LongOrShort[]).some((track) => track.isLong);
  const { curves, pairs, leftOut } = isLong
    ? await compareLongTracks(tracks, pool.basesMs, pool.maxLag, signal)
    : await compareTracks(tracks, pool.maxLag, signal);
  // What was moved in a long shot is out of reach in a short one.
  if (!isLong) for (const [voice, baseMs] of pool.basesMs) if (baseMs !== 0) leftOut.add(voice);
  addToPool(pool, curves, leftOut);
  const original = tracks.find(({ heard }) => heard.role === 'original')?.heard ?? null;
  const dubs = tracks.filter(isDub).map(({ heard }) => heard);
  const { shotId, name, durationSec } = shot;
  return { shotId, name, durationSec, original, dubs, pairs };
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
  const unknown = { offsetMs: null, uncertaintyMs: null, polarity: null, confidence: 0 };
  return { voice, ...unknown, peakRatio: 1, peakHeight: 0, candidatesMs: [] };
}
