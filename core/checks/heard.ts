/** What was heard, as numbers: all that the checks judge by. Small enough to keep for a whole project. */
import type { PairPeaks } from '../align/evidence-pool.ts';
import type { Fingerprint } from '../align/fingerprint.ts';
import type { SoundComparison } from '../align/same-sound.ts';
import type { VoiceOffset } from '../align/solve-offsets.ts';
import type { TimeMap } from '../align/time-map.ts';
import type { FindingDraft } from '../domain/finding.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TrackRole } from '../domain/media.ts';
import type { Clipping, Level } from '../dsp/level.ts';

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
