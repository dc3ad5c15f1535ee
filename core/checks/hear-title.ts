/** Listens to one title: opens its tracks one after another, compares each shot's, and pools what they say. */
import { addToPool, createEvidencePool, type EvidencePool, type PairPeaks } from '../align/evidence-pool.ts';
import { spread } from '../align/lag-track.ts';
import { solveOffsets, type VoiceOffset } from '../align/solve-offsets.ts';
import { shortSpeed, tempoMap } from '../align/tempo-map.ts';
import { hasOtherSpeed } from '../align/time-map.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TrackRole } from '../domain/media.ts';
import type { CheckShot, CheckTitle, OpenTrack } from './check-input.ts';
import { compareLongTracks, type LongTrack } from './hear-long-shot.ts';
import type { UnclearDub } from './hear-shot.ts';
import { type HeardOffset, type HeardShot, type HeardTitle, type HeardTrack, isSilent } from './heard.ts';
import type { Hear, ShotHearing, VoiceOfShot } from './hearing.ts';
import { measureTrack } from './measure-track.ts';
import { LONGEST_WHOLE_SEC, mapAhead, openAhead } from './open-tracks.ts';

/** Roles whose sound is the original's or speaks over it are no dubs and take no part. */
const HEARD_ROLES: readonly TrackRole[] = ['original', 'dub', 'synthetic', 'music-and-effects'];
const DUB_ROLES: readonly TrackRole[] = ['dub', 'synthetic'];

/** Shots of a dub that are looked at together for its speed. */
const MOST_PAIRS = 24;

/** How a title is listened to. */
export type HearOptions = {
  /** Opens what import kept of a track. */
  openTrack: OpenTrack;
  /** Does the pieces of work, in this thread or another. */
  hear: Hear;
  /** Pieces of work that are asked for at a time. */
  lanes: number;
  /** Farthest shift looked for, ms. */
  maxOffsetMs: number;
  signal?: AbortSignal | undefined;
  /** Called after each track. */
  onTrack: () => void;
};

/** The tracks of a shot that are listened to, each with the voice it is in every shot. */
export function voicesOf(shot: CheckShot): VoiceOfShot[] {
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

/** Listens to a title. @throws what `openTrack` and `hear` throw; CancelledError or the signal's reason when it aborts. */
export async function hearTitle(title: CheckTitle, options: HearOptions): Promise<HeardTitle> {
  const pool = createEvidencePool(options.maxOffsetMs);
  const { hear, lanes, signal } = options;
  const shots: HeardShot[] = [];
  const unclear: UnclearDub[] = [];
  const plan = title.shots.map((shot) => ({ shot, voices: voicesOf(shot) }));
  const { maxLag } = pool;
  const short = mapAhead(plan, lanes, ({ voices }) => {
    signal?.throwIfAborted();
    return hear({ kind: 'shot', voices, maxLag });
  });
  for (const { shot, voices } of plan) {
    const whole = (await short.next()).value ?? null;
    const { tracks, ...evidence } = whole ?? (await hearLongShot(voices, pool, options));
    // What was moved in a long shot is out of reach in a short one.
    if (whole !== null)
      for (const [voice, baseMs] of pool.basesMs) if (baseMs !== 0) evidence.leftOut.add(voice);
    addToPool(pool, evidence.curves, evidence.leftOut);
    shots.push(heardShot(shot, tracks, evidence.pairs));
    unclear.push(...evidence.unclear);
    for (const _ of voices) options.onTrack();
  }
  findSpeeds(shots, unclear);
  const { titleId, name, originalLanguage } = title;
  return { titleId, name, originalLanguage, shots, offsets: languageOffsets(shots, pool) };
}

function heardShot(
  { shotId, name, durationSec }: CheckShot,
  tracks: HeardTrack[],
  pairs: PairPeaks[],
): HeardShot {
  const original = tracks.find(({ role }) => role === 'original') ?? null;
  const dubs = tracks.filter(({ role }) => DUB_ROLES.includes(role));
  return { shotId, name, durationSec, original, dubs, pairs };
}

/** Listens to a shot with a track that is too long to be held. */
async function hearLongShot(
  voices: readonly VoiceOfShot[],
  pool: EvidencePool,
  { openTrack, hear, lanes, signal }: HearOptions,
): Promise<ShotHearing> {
  const tracks: LongTrack[] = [];
  const opened = openAhead(
    voices.map(({ track }) => track.source),
    openTrack,
  );
  const isLong = ({ sound }: LongTrack): boolean => sound.durationSec > LONGEST_WHOLE_SEC;
  for (const { track, voice } of voices) {
    signal?.throwIfAborted();
    const { sound, measures } = (await opened.next()).value!;
    const isWhole = sound.durationSec <= LONGEST_WHOLE_SEC;
    const samples = isWhole ? await sound.read(0, sound.durationSec) : new Float32Array(0);
    tracks.push({ ...measureTrack(track, voice, measures, samples), sound, source: track.source });
  }
  const toPrint = tracks.filter((track) => isLong(track) && !track.isSilent);
  const prints = mapAhead(toPrint, lanes, ({ source }) => hear({ kind: 'print', source }));
  for (const track of toPrint) track.heard.fingerprint = (await prints.next()).value!;
  const evidence = await compareLongTracks(tracks, pool.basesMs, {
    hear,
    lanes,
    maxLag: pool.maxLag,
    signal,
  });
  return { tracks: tracks.map(({ heard }) => heard), ...evidence };
}

/** Dubs that were found in less than half of their shots may run at another speed, with their pitch kept. */
function findSpeeds(shots: readonly HeardShot[], unclear: readonly UnclearDub[]): void {
  for (const voice of new Set(unclear.map(({ dub }) => dub.voice))) {
    const own = unclear.filter(({ dub }) => dub.voice === voice);
    const all = shots.flatMap(({ dubs }) => dubs.filter((dub) => dub.voice === voice && !isSilent(dub)));
    if (own.length < all.length / 2) continue;
    const pairs = spread(own, MOST_PAIRS).map(({ pair }) => pair);
    const found = shortSpeed(pairs, Math.max(...own.map(({ dub }) => dub.durationSec)));
    if (found === null) continue;
    for (const { dub } of own) dub.timeMap = tempoMap(found, dub.durationSec);
  }
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
    ...((isAtOtherSpeed(shots, voice) ? null : solved.get(voice)) ?? notHeard(voice)),
    language,
    shotCount: pool.shotCounts.get(voice) ?? 0,
  }));
}

/** Whether half of a voice's shots run at another speed: then no one shift is right. */
function isAtOtherSpeed(shots: readonly HeardShot[], voice: string): boolean {
  const maps = shots.flatMap(({ dubs }) =>
    dubs.filter((dub) => dub.voice === voice).map(({ timeMap }) => timeMap ?? null),
  );
  return maps.filter((map) => map !== null && hasOtherSpeed(map)).length >= Math.max(1, maps.length / 2);
}

function notHeard(voice: string): VoiceOffset {
  const unknown = { offsetMs: null, uncertaintyMs: null, polarity: null, confidence: 0 };
  return { voice, ...unknown, peakRatio: 1, peakHeight: 0, candidatesMs: [] };
}
