/** What was heard, as numbers: all that the checks judge by. Small enough to keep for a whole project. */
import type { PairPeaks } from '../align/evidence-pool.ts';
import type { TimeMap } from '../align/find-map.ts';
import type { Fingerprint } from '../align/fingerprint.ts';
import type { SoundComparison } from '../align/same-sound.ts';
import type { VoiceOffset } from '../align/solve-offsets.ts';
import type { FindingDraft } from '../domain/finding.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TrackRole } from '../domain/media.ts';
import type { Clipping, Level } from '../dsp/level.ts';
import type { TrackMeasures } from '../dsp/track-measures.ts';
import type { OriginalInDub } from '../speech/original-left.ts';
import type { SpeechSounds } from '../speech/speech-sounds.ts';

/** A track whose loudest 100 ms stay below this is silent, dBFS. */
export const SILENT_BELOW_DB = -60;

/** One track. */
export type HeardTrack = {
  trackId: string;
  language: LanguageTag;
  role: TrackRole;
  /** Names the same part in every shot of the title: a language in a role. */
  voice: string;
  durationSec: number;
  level: Level;
  clipping: Clipping;
  /** LUFS; null where nothing is loud or long enough. */
  loudnessLufs: number | null;
  fingerprint: Fingerprint;
  /** Against the original of the shot at the shift where they fit best; null without a clear fit. */
  againstOriginal: SoundComparison | null;
  /** Where the parts of the original are in this track; null or absent: nothing was found, or not looked for. */
  timeMap?: TimeMap | null;
  /** All that one pass over the track measured. */
  measures: TrackMeasures;
  /** Who speaks, and what of it is the original's (core/checks/hear-speech.ts); null or absent: not listened for. */
  speech?: HeardSpeech | null;
};

/** What was heard of a track's speech, in the parts that were listened to. */
export type HeardSpeech = {
  /** Sound that was listened to, s. */
  listenedSec: number;
  /** ... of it with speech, s. */
  speechSec: number;
  /** Highest probability of voice, 0..1. */
  surest: number;
  /** Moments of it, for telling languages apart. */
  sounds: SpeechSounds;
  /** Dubs only: against the original of the shot; null where there is none or it is not known how they lie in time. */
  againstOriginal: SpeechComparison | null;
};

/** A dub's speech against its original's. */
export type SpeechComparison = {
  /** Speech of the original, s. */
  originalSpeechSec: number;
  /** Speech of the dub where nobody speaks in the original, s. */
  onlyDubSec: number;
  /** The original's speech that is in the dub; null where the original says too little to tell. */
  left: OriginalInDub | null;
};

/** One shot; `original` is null where the shot has none. */
export type HeardShot = {
  shotId: string;
  name: string;
  durationSec: number;
  original: HeardTrack | null;
  /** Dubs and synthetic dubs: what pairs are made of. */
  dubs: HeardTrack[];
  /** The lag curves of each two tracks, their highest places. */
  pairs: PairPeaks[];
};

/** One title. */
export type HeardTitle = {
  titleId: string;
  name: string;
  originalLanguage: LanguageTag;
  shots: HeardShot[];
  /** The shift of each language that is dubbed, with the shots that took part. */
  offsets: HeardOffset[];
};

/** The shift of one language of a title. */
export type HeardOffset = VoiceOffset & { language: LanguageTag; shotCount: number };

/** A check: from what was heard of one title to findings. */
export type TitleCheck = (title: HeardTitle) => FindingDraft[];

/** Whether a track holds no sound. */
export function isSilent(track: HeardTrack): boolean {
  return track.level.loudestDb < SILENT_BELOW_DB;
}

/** The highest places of the lag curve of two voices of a shot, lags as seen from `from`; empty where not compared. */
export function peaksBetween(shot: HeardShot, from: string, to: string): { lagMs: number; height: number }[] {
  for (const { first, second, peaks } of shot.pairs) {
    if (first === from && second === to) return peaks;
    if (first === to && second === from) return peaks.map(({ lagMs, height }) => ({ lagMs: -lagMs, height }));
  }
  return [];
}

/** A finding about one track of a shot. */
export function trackFinding(
  title: HeardTitle,
  shot: HeardShot,
  track: HeardTrack,
  finding: Pick<FindingDraft, 'code' | 'severity' | 'sentence' | 'numbers'>,
): FindingDraft {
  const { trackId, language } = track;
  return { titleId: title.titleId, shotId: shot.shotId, trackId, language, ...finding };
}
