/**
 * Sizes of model. A new one is an entry in `PRESETS` (and in `PresetName`); a new kind of tower is a member of
 * `TowerPreset`'s union and a line in `two-towers.ts`.
 */
import type { PresetName } from '../domain/run.ts';

/** Lengths along time, height and width (of a sound: 1, mel bands, frames). */
export type Extent3 = readonly [number, number, number];

/** A plain pre-norm vision transformer over non-overlapping patches (Dosovitskiy et al. 2021; sizes: our choice). */
export type PatchTransformerPreset = {
  kind: 'patch-transformer';
  /** A patch; every length of the input is a whole number of them. */
  patch: Extent3;
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

/** A multiscale vision transformer, version 2, as the paper's towers are (paper-facts 3.1, 3.4). */
export type MvitPreset = {
  kind: 'mvit';
  /** Convolution that makes the first tokens. */
  patch: { kernel: Extent3; stride: Extent3; padding: Extent3 };
  /** Features of the first tokens, and of an attention head. */
  embed: number;
  depth: number;
  /** Blocks at which width and heads double and the picture halves. */
  stages: readonly number[];
  /** Kernel of the pooling convolutions. */
  poolKernel: Extent3;
  /** How much keys and values are pooled in height and width at block 0; halves at every stage, down to 1. */
  keyStride: number;
  /** Whether positions in time have a table. */
  temporalPositions: boolean;
  /** Whether a class token is the output (video); otherwise the mean of the tokens is (audio). */
  classToken: boolean;
  /** Features of the tower's output: `embed * 2 ** stages.length`. */
  width: number;
};

/** What makes a tower. */
export type TowerPreset = PatchTransformerPreset | MvitPreset;

/** What the video tower reads. Lengths in frames and pixels. */
export type VideoPreset = {
  /** Frames a window is decoded to for measuring, evenly spread (paper-facts 4.2). */
  frameCount: number;
  /** Frames a window is decoded to for training, evenly spread: what temporal cuts choose from. */
  trainFrameCount: number;
  /** Of those, the tower sees this many. */
  frames: number;
  /** Short side of the decoded frames. */
  shortSidePx: number;
  /** Side of the square that the tower sees. */
  cropPx: number;
  tower: TowerPreset;
};

/** What the audio tower reads: the log-mel picture of a window (paper-facts 4.3). */
export type AudioPreset = {
  melBands: number;
  melFrames: number;
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

const TINY_TOWER = {
  kind: 'patch-transformer',
  width: 96,
  depth: 3,
  heads: 4,
  hidden: 192,
  activation: 'gelu',
} as const;

/** Everything about `tiny` is our choice: it has to learn in minutes on two cores. */
const TINY: ModelPreset = {
  name: 'tiny',
  video: {
    frameCount: 16,
    trainFrameCount: 16,
    frames: 8,
    shortSidePx: 72,
    cropPx: 64,
    tower: { ...TINY_TOWER, patch: [4, 16, 16] },
  },
  audio: {
    ...LOG_MEL_SHAPE,
    // Whole columns of the picture: which pitch sounds matters, and no column is like another shifted up.
    tower: { ...TINY_TOWER, patch: [1, 96, 8] },
  },
  head: { hidden: 256, embedding: 128 },
};

/** Depth and stages of an MViTv2, and the features it begins with. */
type MvitSize = Pick<MvitPreset, 'embed' | 'depth' | 'stages'>;

/** Sizes S and B: paper-facts 3.4. */
const MVIT_S: MvitSize = { embed: 96, depth: 16, stages: [1, 3, 14] };
const MVIT_B: MvitSize = { embed: 96, depth: 24, stages: [2, 5, 21] };
/** Our choice: a quarter of S's parameters a tower, for a night on one consumer GPU. */
const MVIT_SMALL: MvitSize = { embed: 64, depth: 10, stages: [1, 3, 8] };

/** Patch convolutions with and without overlap (paper-facts 3.1). */
function videoPatch(overlap: boolean): MvitPreset['patch'] {
  return overlap
    ? { kernel: [3, 7, 7], stride: [2, 4, 4], padding: [1, 3, 3] }
    : { kernel: [3, 9, 9], stride: [2, 8, 8], padding: [1, 4, 4] };
}

function audioPatch(overlap: boolean): MvitPreset['patch'] {
  return overlap
    ? { kernel: [1, 7, 7], stride: [1, 4, 4], padding: [0, 3, 3] }
    : { kernel: [1, 7, 9], stride: [1, 4, 8], padding: [0, 3, 4] };
}

/** Both towers of a size (paper-facts 3.1, 3.4). */
function mvitTowers(size: MvitSize, overlap: boolean): { video: MvitPreset; audio: MvitPreset } {
  const width = size.embed * 2 ** size.stages.length;
  return {
    video: {
      kind: 'mvit',
      ...size,
      width,
      patch: videoPatch(overlap),
      poolKernel: [3, 3, 3],
      keyStride: 8,
      temporalPositions: true,
      classToken: true,
    },
    audio: {
      kind: 'mvit',
      ...size,
      width,
      patch: audioPatch(overlap),
      poolKernel: [1, 3, 3],
      keyStride: 4,
      temporalPositions: false,
      classToken: false,
    },
  };
}

/** The paper's input (paper-facts 4.2); twice the frames for training, for two temporal cuts to choose from. */
const PAPER_INPUT = { frameCount: 16, trainFrameCount: 32, frames: 16, shortSidePx: 256, cropPx: 224 };
/** Our choice: the head of the paper is not known (paper-facts 0); depth 2 as in its relatives (1.4). */
const MVIT_HEAD = { hidden: 2048, embedding: 128 };

function mvitPreset(
  name: string,
  size: MvitSize,
  overlap: boolean,
  input: Omit<VideoPreset, 'tower'> = PAPER_INPUT,
): ModelPreset {
  const towers = mvitTowers(size, overlap);
  return {
    name,
    video: { ...input, tower: towers.video },
    audio: { ...LOG_MEL_SHAPE, tower: towers.audio },
    head: MVIT_HEAD,
  };
}

/** Our choice: a quarter of the pixels and half the frames of the paper's input. */
const SMALL_INPUT = { frameCount: 8, trainFrameCount: 16, frames: 8, shortSidePx: 128, cropPx: 112 };

/** The presets that can be asked for; `overlap` is the paper's PATCH_OVERLAP, which `tiny` does not have. */
const PRESETS: Record<PresetName, (overlap: boolean) => ModelPreset> = {
  tiny: () => TINY,
  small: (overlap) => mvitPreset('small', MVIT_SMALL, overlap, SMALL_INPUT),
  'mvitv2-s': (overlap) => mvitPreset('mvitv2-s', MVIT_S, overlap),
  'mvitv2-b': (overlap) => mvitPreset('mvitv2-b', MVIT_B, overlap),
};

/** Names of the presets that can be asked for. */
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** The model that settings ask for. */
export function modelPreset({
  preset,
  patchOverlap = false,
}: {
  preset: PresetName;
  patchOverlap?: boolean;
}): ModelPreset {
  return PRESETS[preset](patchOverlap);
}
