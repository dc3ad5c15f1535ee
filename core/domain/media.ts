/** Files and the streams in them, as the probe found them. */
import type { LanguageTag } from './language-tag.ts';

/** Every role of a track. */
export const TRACK_ROLES = [
  'original',
  'dub',
  'music-and-effects',
  'commentary',
  'audio-description',
  'synthetic',
] as const;

/** What a track is for. `dub` differs from `original` in speech only; `synthetic` is a made dub. */
export type TrackRole = (typeof TRACK_ROLES)[number];

/** One file. */
export type MediaItem = {
  id: string;
  /** Absolute path. */
  path: string;
  /** File name for people. */
  name: string;
  sizeBytes: number;
  modifiedMs: number;
  /** SHA-256 of the whole file, hex. */
  sha256: string;
  /** Measured by decoding, not read from the header, seconds. */
  durationSec: number;
};

/** Where a picture is decoded from. */
export type VideoSource = {
  path: string;
  /** Index of the stream in the file, as ffprobe counts. */
  streamIndex: number;
  /** Content key of the file (SHA-256), for caches. */
  sha256: string;
};

/** Where a sound is decoded from. */
export type AudioSource = VideoSource;

/** One audio stream of a shot in one language. */
export type MediaTrack = {
  id: string;
  itemId: string;
  shotId: string;
  streamIndex: number;
  language: LanguageTag;
  role: TrackRole;
  /** Sample rate in the file, Hz. */
  sampleRateHz: number;
  channels: number;
  durationSec: number;
};
