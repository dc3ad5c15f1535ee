/**
 * Sizes of model. A new one is an entry in `MODEL_PRESETS` (and in `PresetName`); a new kind of tower is a member
 * of `TowerPreset`'s union and a line in `two-towers.ts`.
 */
import type { PresetName } from '../domain/run.ts';

/** A plain pre-norm vision transformer over non-overlapping patches (Dosovitskiy et al. 2021; sizes: our choice). */
export type PatchTransformerPreset = {
  kind: 'patch-transformer';
  /** Features of a token, and of the tower's output. */
  width: number;
  /** Blocks. */
  depth: number;
  /** Attention heads; divide `width`. */
  heads: number;
  /** Features of a block's hidden layer. */
  hidden: number;
  activation: 'gelu' | 'relu';
};

/** What makes a tower; MViTv2 joins here. */
export type TowerPreset = PatchTransformerPreset;

/** What the video tower reads. Lengths in frames and pixels; every length is a whole number of patches. */
export type VideoPreset = {
  /** Frames a window is decoded to, evenly spread (paper-facts 4.2). */
  frameCount: number;
  /** Of those, the tower sees this many: one of each run of `frameCount / frames`. */
  frames: number;
  /** Short side of the decoded frames. */
  shortSidePx: number;
  /** Side of the square that the tower sees. */
  cropPx: number;
  /** How far a training crop lies from the middle at most, in either direction. */
  cropJitterPx: number;
  patch: { frames: number; sizePx: number };
  tower: TowerPreset;
};

/** What the audio tower reads: the log-mel picture of a window (paper-facts 4.3). */
export type AudioPreset = {
  melBands: number;
  melFrames: number;
  patch: { bands: number; frames: number };
  tower: TowerPreset;
};

/** One size of model. */
export type ModelPreset = {
  name: string;
  video: VideoPreset;
  audio: AudioPreset;
  /** The projection head of each modality; not used for features. */
  head: { hidden: number; embedding: number };
};

/** Mel bands and frames of a 3 s window, as every preset reads them (paper-facts 4.3). */
export const LOG_MEL_SHAPE = { melBands: 96, melFrames: 288 } as const;

/** The presets that can be asked for. Everything about `tiny` is our choice: it has to learn in minutes on two cores. */
export const MODEL_PRESETS: Record<PresetName, ModelPreset> = {
  tiny: {
    name: 'tiny',
    video: {
      frameCount: 16,
      frames: 8,
      shortSidePx: 72,
      cropPx: 64,
      cropJitterPx: 4,
      patch: { frames: 4, sizePx: 16 },
      tower: { kind: 'patch-transformer', width: 96, depth: 3, heads: 4, hidden: 192, activation: 'gelu' },
    },
    audio: {
      ...LOG_MEL_SHAPE,
      // Whole columns of the picture: which pitch sounds matters, and no column is like another shifted up.
      patch: { bands: 96, frames: 8 },
      tower: { kind: 'patch-transformer', width: 96, depth: 3, heads: 4, hidden: 192, activation: 'gelu' },
    },
    head: { hidden: 256, embedding: 128 },
  },
};
