/**
 * Every setting of a run: its default, where that comes from, and what it may be. The paper's own values for batch
 * size, rates, decay, temperature, head, augmentation and epochs are not known (paper-facts 0): what is marked "our
 * choice" was found on the demo corpus, the rest names its source.
 */
import type {
  CrossScale,
  InputNorm,
  LanguageStrategy,
  LossForm,
  LossPairing,
  PresetName,
  Recompute,
  RunConfig,
} from '../domain/run.ts';
import { PRESET_NAMES } from '../model/presets.ts';

/** The settings of a run that was told nothing. */
export const DEFAULTS: RunConfig = {
  preset: 'tiny',
  /** As the official code's default (paper-facts 3.1). */
  patchOverlap: false,
  startFrom: '',
  /** 0 is as good as any other. */
  seed: 0,
  /** Our choice. */
  epochs: 150,
  /** Our choice: as many negatives as fit a minute's patience on two cores. */
  batchSize: 48,
  chunkSize: 0,
  recompute: 'none',

  /** The paper's method; `original-only` is its baseline (paper-facts 1.1). */
  strategy: 'dub-augmented',
  /** Our choice (paper-facts 1.3: how the secondary track is drawn is not known). */
  dubProbability: 1,
  languageWeights: {},
  /** Our choice; the paper's predecessors studied more than one (paper-facts 1.5). */
  clipsPerTitle: 0,

  /** Our choice for `tiny`; SlowFast's MViTv2-S trains at 1e-4 for a batch of 16 (paper-facts 1.5). */
  learningRate: 1e-3,
  /** SlowFast's end of the cosine (paper-facts 1.5). */
  finalLearningRate: 1e-6,
  /** Our choice; SlowFast warms up for 15-25 % of the epochs (paper-facts 1.5). */
  warmupEpochs: 10,
  /** SlowFast (paper-facts 1.5). */
  weightDecay: 0.05,
  /** SlowFast (paper-facts 1.5). */
  adamBeta1: 0.9,
  /** SlowFast (paper-facts 1.5). */
  adamBeta2: 0.999,
  /** SlowFast (paper-facts 1.5). */
  adamEpsilon: 1e-8,
  /** SlowFast (paper-facts 1.5). */
  clipNorm: 1,
  dropPathVideo: 0,
  dropPathAudio: 0,
  /** As PyTorch's batch norm does in training (paper-facts 3.1). */
  inputNorm: 'batch',
  emaDecay: 0,

  /** Default of the closest known ancestor's loss (paper-facts 1.4). */
  temperature: 0.07,
  learnTemperature: false,
  /** Paper-facts 1.4; the form is our reading. */
  lossForm: 'symmetric',
  /** The paper's figure (paper-facts 1.1). */
  lossPairing: 'primary-secondary',
  /** Our choice (paper-facts 1.4). */
  crossScale: 'sum',
  /** One of the paper's published pairs: (0, 0), (0.1, 0.1), (0.2, 0.2) (paper-facts 1.2). */
  lambdaVideo: 0.2,
  /** As lambdaVideo. */
  lambdaAudio: 0.2,

  /** Our choice for `tiny`: the two cuts differ by which frame of each run they show. */
  temporalCut: 1,
  scaleJitter: 1,
  /** Our choice: what is seen where belongs to the sound in short scenes. */
  cropJitterPx: 4,
  /** Our choice for `tiny`: left and right may belong to the sound. */
  flipProbability: 0,
  /** Our choice. */
  colourProbability: 1,
  colourStrength: 0.1,
  hueStrength: 0,
  greyProbability: 0,
  blurProbability: 0,
  blurSigmaPx: 2,
  /** Our choice: dubs differ by up to 8 dB in level (paper-facts 1.3). */
  gainDb: 6,
  /** Our choice. */
  shiftMs: 80,
  offsetJitter: true,
  /** SpecAugment (Park et al. 2019); widths are our choice. */
  maskBands: 12,
  maskFrames: 32,

  validateEveryEpochs: 0,
  validationClips: 512,
  earlyStopAfter: 0,

  /** Our choice: well under a minute of work to lose. */
  checkpointEverySteps: 50,
  /** Our choice: the newest and two to fall back on (reliability.md 3.5). */
  keepCheckpoints: 3,
  decodeAhead: 2,
};

/**
 * What a preset changes. The MViT towers take SlowFast's published recipe for MViTv2-S where it has one, and the
 * augmentation that the paper's code and figure name (paper-facts 1.5 and 2); the rest is our choice.
 */
const MVIT_DEFAULTS: Partial<RunConfig> = {
  epochs: 200,
  batchSize: 16,
  chunkSize: 2,
  learningRate: 1e-4,
  warmupEpochs: 30,
  dropPathVideo: 0.2,
  dropPathAudio: 0.1,
  temporalCut: 0.75,
  scaleJitter: 1.25,
  cropJitterPx: 4096,
  flipProbability: 0.5,
  colourProbability: 0.8,
  colourStrength: 0.4,
  hueStrength: 0.1,
  greyProbability: 0.2,
  blurProbability: 0.5,
  gainDb: 6,
  maskBands: 12,
  maskFrames: 32,
  validateEveryEpochs: 1,
};

/** What each preset's defaults change against `DEFAULTS`. */
export const PRESET_DEFAULTS: Record<PresetName, Partial<RunConfig>> = {
  tiny: {},
  small: { ...MVIT_DEFAULTS, batchSize: 64, chunkSize: 16, learningRate: 4e-4 },
  'mvitv2-s': MVIT_DEFAULTS,
  'mvitv2-b': { ...MVIT_DEFAULTS, dropPathVideo: 0.3 },
};

/** What a `--quick` run changes: a loss curve to look at, not a model to use. */
export const QUICK: Partial<RunConfig> = {
  epochs: 12,
  batchSize: 32,
  warmupEpochs: 2,
  checkpointEverySteps: 10,
};

type FieldOf<T> = { [K in keyof RunConfig]: RunConfig[K] extends T ? K : never }[keyof RunConfig];
/** Settings that are numbers. */
export type NumberField = FieldOf<number>;
/** Settings that are yes or no. */
export type FlagField = FieldOf<boolean>;

/** What a number may be. */
export type Range = { least: number; most: number; whole?: true };

const SHARE: Range = { least: 0, most: 1 };

/** What each number may be. */
export const RANGES: Record<NumberField, Range> = {
  seed: { least: 0, most: 2 ** 32 - 1, whole: true },
  epochs: { least: 1, most: 100_000, whole: true },
  batchSize: { least: 2, most: 65_536, whole: true },
  chunkSize: { least: 0, most: 65_536, whole: true },
  dubProbability: SHARE,
  clipsPerTitle: { least: 0, most: 1024, whole: true },
  learningRate: { least: 1e-12, most: 10 },
  finalLearningRate: { least: 0, most: 10 },
  warmupEpochs: { least: 0, most: 100_000 },
  weightDecay: { least: 0, most: 10 },
  adamBeta1: { least: 0, most: 0.999999 },
  adamBeta2: { least: 0, most: 0.999999999 },
  adamEpsilon: { least: 1e-30, most: 1 },
  clipNorm: { least: 0, most: 1e6 },
  dropPathVideo: { least: 0, most: 0.95 },
  dropPathAudio: { least: 0, most: 0.95 },
  emaDecay: { least: 0, most: 0.999999 },
  temperature: { least: 0.001, most: 10 },
  lambdaVideo: { least: 0, most: 10 },
  lambdaAudio: { least: 0, most: 10 },
  temporalCut: { least: 0.1, most: 1 },
  scaleJitter: { least: 1, most: 4 },
  cropJitterPx: { least: 0, most: 4096, whole: true },
  flipProbability: SHARE,
  colourProbability: SHARE,
  colourStrength: { least: 0, most: 0.95 },
  hueStrength: { least: 0, most: 0.5 },
  greyProbability: SHARE,
  blurProbability: SHARE,
  blurSigmaPx: { least: 0.1, most: 32 },
  gainDb: { least: 0, most: 60 },
  shiftMs: { least: 0, most: 1500 },
  maskBands: { least: 0, most: 96, whole: true },
  maskFrames: { least: 0, most: 288, whole: true },
  validateEveryEpochs: { least: 0, most: 100_000, whole: true },
  validationClips: { least: 2, most: 1_000_000, whole: true },
  earlyStopAfter: { least: 0, most: 100_000, whole: true },
  checkpointEverySteps: { least: 1, most: 1_000_000, whole: true },
  keepCheckpoints: { least: 1, most: 1000, whole: true },
  decodeAhead: { least: 0, most: 64, whole: true },
};

/** What each named choice may be. */
export const CHOICES = {
  preset: PRESET_NAMES,
  strategy: [
    'original-only',
    'dub-augmented',
    'two-dubs',
    'every-dub',
    'speech-reduced',
  ] satisfies LanguageStrategy[],
  recompute: ['none', 'blocks'] satisfies Recompute[],
  inputNorm: ['batch', 'running'] satisfies InputNorm[],
  lossForm: ['symmetric', 'one-direction', 'nt-xent'] satisfies LossForm[],
  lossPairing: ['primary-secondary', 'all'] satisfies LossPairing[],
  crossScale: ['sum', 'mean', 'remainder'] satisfies CrossScale[],
} as const;

/** Settings that are yes or no. */
export const FLAGS: FlagField[] = ['patchOverlap', 'learnTemperature', 'offsetJitter'];
