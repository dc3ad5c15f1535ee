/**
 * The expensive part of the checks in pieces that do not need each other, so that they can be done side by side in
 * threads (hearing-pool.ts). A piece names its tracks; whoever does it opens them. The answer does not depend on where
 * or in which order pieces are done.
 */
import type { PairPeaks, ShotCurve } from '../align/evidence-pool.ts';
import { findMap } from '../align/find-map.ts';
import type { Fingerprint } from '../align/fingerprint.ts';
import type { SoundComparison } from '../align/same-sound.ts';
import type { TimeMap } from '../align/time-map.ts';
import { printOf } from '../align/track-print.ts';
import type { AudioSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import { initFft } from '../dsp/fft.ts';
import type { VoiceStretch } from '../speech/voice-activity.ts';
import type { CheckTrack, OpenTrack } from './check-input.ts';
import { hearStretch } from './hear-long-shot.ts';
import { compareTracks, type ShotTrack, type UnclearDub } from './hear-shot.ts';
import { hearSpeech } from './hear-speech.ts';
import type { HeardSpeech, HeardTrack } from './heard.ts';
import { measureTrack } from './measure-track.ts';
import { LONGEST_WHOLE_SEC, openAhead } from './open-tracks.ts';

/** A track, and its part in the title. */
export type VoiceOfShot = { track: CheckTrack; voice: string };

/** A track with its fingerprint. */
export type PrintedSource = { source: AudioSource; print: Fingerprint };

/** Where a track was listened to for voices, and how likely they are there. */
export type HeardVoice = { timeWindows: TimeWindow[]; stretches: VoiceStretch[] };

/** One piece of work. */
export type HearingTask =
  /** All tracks of a short shot, measured and compared. */
  | { kind: 'shot'; voices: VoiceOfShot[]; maxLag: number }
  /** The fingerprint of a long track. */
  | { kind: 'print'; source: AudioSource }
  /** Where a long original is in a long dub. */
  | { kind: 'map'; original: PrintedSource; dub: PrintedSource; farSec: number }
  /** One stretch of a long shot, each track from `atSec` on, the original first. */
  | {
      kind: 'stretch';
      tracks: { voice: string; source: AudioSource; atSec: number }[];
      lengthSec: number;
      maxLag: number;
    }
  /** Who speaks in a track; `timeWindows` null: where the plan says. `original`: what a dub is compared with. */
  | {
      kind: 'speech';
      source: AudioSource;
      durationSec: number;
      timeWindows: TimeWindow[] | null;
      original: { source: AudioSource; voice: HeardVoice; withLeft: boolean } | null;
    };

/** What each kind of work ends in. */
export type HearingResults = {
  /** Null: one of the tracks is too long to be heard whole, and nothing was done. */
  shot: ShotHearing | null;
  print: Fingerprint;
  map: TimeMap | null;
  stretch: StretchHearing;
  speech: { voice: HeardVoice; speech: HeardSpeech };
};

/** A short shot; `unclear` names tracks of `tracks`. */
export type ShotHearing = {
  tracks: HeardTrack[];
  curves: ShotCurve[];
  pairs: PairPeaks[];
  leftOut: Set<string>;
  unclear: UnclearDub[];
};

/** A stretch of a long shot; `comparisons` of each voice against the first, null where they do not fit clearly. */
export type StretchHearing = {
  curves: ShotCurve[];
  comparisons: { voice: string; comparison: SoundComparison | null }[];
};

/** Does one piece of work. @throws what opening a track throws; the signal's reason when it aborts. */
export type Hear = <T extends HearingTask>(task: T) => Promise<HearingResults[T['kind']]>;

/** Does pieces of work in this thread. */
export function hearHere(openTrack: OpenTrack, signal?: AbortSignal | undefined): Hear {
  return async <T extends HearingTask>(task: T): Promise<HearingResults[T['kind']]> => {
    signal?.throwIfAborted();
    await initFft();
    return (await hearTask(task, openTrack, signal)) as HearingResults[T['kind']];
  };
}

/** The tracks that a piece of work opens. */
export function sourcesOf(task: HearingTask): AudioSource[] {
  if (task.kind === 'shot') return task.voices.map(({ track }) => track.source);
  if (task.kind === 'stretch') return task.tracks.map(({ source }) => source);
  if (task.kind === 'map') return [task.original.source, task.dub.source];
  if (task.kind === 'speech' && task.original !== null) return [task.original.source, task.source];
  return [task.source];
}

async function hearTask(
  task: HearingTask,
  openTrack: OpenTrack,
  signal: AbortSignal | undefined,
): Promise<HearingResults[HearingTask['kind']]> {
  const soundOf = async (source: AudioSource) => (await openTrack(source)).sound;
  switch (task.kind) {
    case 'shot':
      return hearShortShot(task.voices, task.maxLag, openTrack, signal);
    case 'print':
      return printOf(await soundOf(task.source), { signal });
    case 'map': {
      const [original, dub] = [await soundOf(task.original.source), await soundOf(task.dub.source)];
      return findMap(
        { sound: original, print: task.original.print },
        { sound: dub, print: task.dub.print },
        { farSec: task.farSec, signal },
      );
    }
    case 'stretch': {
      const tracks: { voice: string; sound: ShotTrack['sound']; atSec: number }[] = [];
      for (const { voice, source, atSec } of task.tracks) {
        tracks.push({ voice, sound: await soundOf(source), atSec });
      }
      return hearStretch(tracks, task.lengthSec, task.maxLag, signal);
    }
    case 'speech': {
      const original = task.original;
      return hearSpeech(
        await soundOf(task.source),
        task.timeWindows,
        original === null ? null : { ...original, sound: await soundOf(original.source) },
        signal,
      );
    }
  }
}

async function hearShortShot(
  voices: readonly VoiceOfShot[],
  maxLag: number,
  openTrack: OpenTrack,
  signal: AbortSignal | undefined,
): Promise<ShotHearing | null> {
  const tracks: ShotTrack[] = [];
  const opened = openAhead(
    voices.map(({ track }) => track.source),
    openTrack,
  );
  try {
    for (const { track, voice } of voices) {
      signal?.throwIfAborted();
      const { sound, measures } = (await opened.next()).value!;
      if (sound.durationSec > LONGEST_WHOLE_SEC) return null;
      const samples = await sound.read(0, sound.durationSec);
      tracks.push({ ...measureTrack(track, voice, measures, samples), sound });
    }
  } finally {
    await opened.return(undefined);
  }
  const evidence = await compareTracks(tracks, maxLag, signal);
  return { tracks: tracks.map(({ heard }) => heard), ...evidence };
}
