/** What the checks listen to. */
import type { SoundReader } from '../align/sound-reader.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { AudioSource, TrackRole } from '../domain/media.ts';
import type { TrackMeasures } from '../dsp/track-measures.ts';

/** A track as the one pass over its file left it: its listening copy, read in parts, and what was measured. */
export type HeardSource = { sound: SoundReader; measures: TrackMeasures };

/** Opens a track's sound; called for two tracks at a time at most in each thread. */
export type OpenTrack = (source: AudioSource) => Promise<HeardSource>;

/** One audio track of a shot. */
export type CheckTrack = {
  trackId: string;
  language: LanguageTag;
  role: TrackRole;
  source: AudioSource;
};

/** One shot; `tracks` has the original first. */
export type CheckShot = { shotId: string; name: string; durationSec: number; tracks: CheckTrack[] };

/** One title with its shots. */
export type CheckTitle = {
  titleId: string;
  name: string;
  originalLanguage: LanguageTag;
  shots: CheckShot[];
};

/** The titles to be checked. */
export type CheckInput = { titles: CheckTitle[] };
