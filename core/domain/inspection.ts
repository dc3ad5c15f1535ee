/** A shot as a person looks at it: its picture, every track that can be heard with it, its borders. */
import type { Alignment } from './finding.ts';
import type { LanguageTag } from './language-tag.ts';
import type { TrackRole } from './media.ts';
import type { TimeWindow } from './time.ts';

/** One sound of a shot. Times of a track count from its file's first instant, as the picture's do. */
export type InspectedTrack = {
  id: string;
  language: LanguageTag;
  role: TrackRole;
  fileName: string;
  channels: number;
  sampleRateHz: number;
  durationSec: number;
  /** How much later it sounds than the original, ms: a person's number, else the measured one; null: not known. */
  offsetMs: number | null;
  /** How that is known; null for the original and before the checks ran. */
  alignment: Alignment | null;
  /** Integrated loudness (EBU R 128), LUFS; null where it is not defined. */
  loudnessLufs: number | null;
  /** What brings it to the original's loudness, dB, -24 to 24; 0 where either is not known. */
  matchGainDb: number;
};

/** A shot with all that the inspector draws. */
export type ShotInspection = {
  shotId: string;
  titleId: string;
  titleName: string;
  shotName: string;
  durationSec: number;
  /** What a browser is given to play: the file itself, the small copy, or nothing. */
  picture: 'original' | 'proxy' | 'none';
  frameRateHz: number | null;
  /** The original first, then dubs by language, then the rest. */
  tracks: InspectedTrack[];
  /** Where one camera shot goes over into the next, s. */
  cutsSec: number[];
  /** Its clips in order. */
  clips: { id: string; timeWindow: TimeWindow }[];
};

/** The outline of a sound: lowest and highest value in each column, -127..127, 127 is full scale. */
export type TrackPeaks = { lows: number[]; highs: number[] };
