/** The unchanging list of clips and sounds that one run or one evaluation works on. */
import type { AudioSource, VideoSource } from './media.ts';
import type { TimeWindow } from './time.ts';
import type { Split } from './title.ts';

/** One language of a clip. */
export type DatasetAudio = {
  language: string;
  source: AudioSource;
  /** The window is read this much later in the track, ms (Alignment.offsetMs; 0 for the original or if unknown). */
  offsetMs: number;
  /** How far off that may be, ms; missing where nothing says. */
  uncertaintyMs?: number;
  /** Null for the original. */
  pairId: string | null;
};

/** One clip with its original and its accepted dubs. */
export type DatasetClip = {
  clipId: string;
  titleId: string;
  titleName: string;
  shotName: string;
  split: Split;
  timeWindow: TimeWindow;
  video: VideoSource;
  original: DatasetAudio;
  dubs: DatasetAudio[];
  /** The shot's track of music and effects without speech; missing or null where there is none. */
  musicAndEffects?: DatasetAudio | null;
};

/** Clips in a fixed order; a run keeps a copy in its folder. */
export type Dataset = { version: 1; clips: DatasetClip[] };

/** A decoded window of a clip's picture: `frames` of them, rgb24 // [frames, height, width, 3] */
export type DecodedFrames = { data: Uint8Array; frames: number; height: number; width: number };
