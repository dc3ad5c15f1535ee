/** What the checks listen to. */
import type { LanguageTag } from '../domain/language-tag.ts';
import type { AudioSource, TrackRole } from '../domain/media.ts';

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
