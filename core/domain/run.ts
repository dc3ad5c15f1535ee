/** One training: what it was told and how it went. */

/**
 * How the two sounds of a sample are chosen (paper-facts 1.1, 1.3). `original-only`: the original twice.
 * `dub-augmented`: the original, and one of the clip's dubs. `two-dubs`: two different dubs. `every-dub`: the original
 * and every accepted dub in turn, epoch by epoch. `speech-reduced`: the music-and-effects track twice, where there is
 * one (the baseline of the paper's first version), else the original.
 */
export type LanguageStrategy =
  | 'original-only'
  | 'dub-augmented'
  | 'two-dubs'
  | 'every-dub'
  | 'speech-reduced';

/** Sizes of model that can be asked for. `mvitv2-s` and `mvitv2-b` are the paper's towers (paper-facts 3). */
export type PresetName = 'tiny' | 'small' | 'mvitv2-s' | 'mvitv2-b';

/**
 * Form of one contrastive term (paper-facts 1.4): cross-entropy of rows and of columns; of rows only; or SimCLR's
 * NT-Xent, in which the other views of both sides are negatives (2N - 2 a row).
 */
export type LossForm = 'symmetric' | 'one-direction' | 'nt-xent';

/** Which video and audio views are compared: each primary with the other's secondary, or all four (paper-facts 1.4). */
export type LossPairing = 'primary-secondary' | 'all';

/** Weight of the cross-modal part: sum of its terms, their mean, or (1 - lambdaVideo - lambdaAudio) times the mean. */
export type CrossScale = 'sum' | 'mean' | 'remainder';

/**
 * Statistics of the paper's parameter-free batch norm on the raw input while training (paper-facts 3.1): those of the
 * whole effective batch, which also move the running ones, or the running ones as they are. Features and evaluation
 * always use the running ones. `tiny` has a fixed normalisation and ignores this.
 */
export type InputNorm = 'batch' | 'running';

/** What is kept of a block's forward pass for the backward pass: all that is needed, or only its input. */
export type Recompute = 'none' | 'blocks';

/** Settings of a run: what each means. Defaults, ranges and sources: core/training/config-fields.ts. */
export type RunConfig = {
  preset: PresetName;
  /** The paper's PATCH_OVERLAP: more, overlapping patches; MViTv2 presets only. */
  patchOverlap: boolean;
  /**
   * Weights to start from: a run of the same project by its id, a checkpoint of it (`run-3@ck-000000480`), or a file of
   * weights; empty: drawn at random.
   */
  startFrom: string;
  seed: number;
  epochs: number;
  /** Clips in a step; every other clip of the batch is a negative. */
  batchSize: number;
  /** Clips whose activations are in memory at once (GradCache); 0: the whole batch. */
  chunkSize: number;
  recompute: Recompute;

  strategy: LanguageStrategy;
  /** Probability that a sample which could hear a dub does. */
  dubProbability: number;
  /** Relative weight of a language when one is drawn; a language that is not named has weight 1. */
  languageWeights: Record<string, number>;
  /** Clips of one title that are put into a batch together; 0: clips fall as they are shuffled. */
  clipsPerTitle: number;

  /** Peak rate after warm-up. */
  learningRate: number;
  /** Rate at the end of the cosine. */
  finalLearningRate: number;
  /** Warm-up from 0, in epochs (may be a fraction). */
  warmupEpochs: number;
  /** Of weights with two or more dimensions. */
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  /** Gradients are scaled down to this global L2 norm; 0 switches it off. */
  clipNorm: number;
  /** Largest drop-path rate, reached at the last block, of each tower. */
  dropPathVideo: number;
  dropPathAudio: number;
  inputNorm: InputNorm;
  /** Decay of the moving average of the weights a step; 0 switches it off. Evaluation uses the average where there is one. */
  emaDecay: number;

  temperature: number;
  /** Whether the temperature is trained, beginning with `temperature`. */
  learnTemperature: boolean;
  lossForm: LossForm;
  lossPairing: LossPairing;
  crossScale: CrossScale;
  /** Weight of the video-video term (lambda_v, paper-facts 1.2). */
  lambdaVideo: number;
  /** Weight of the audio-audio term (lambda_a). */
  lambdaAudio: number;

  /** Share of the window that each of the two temporal cuts of the picture shows; 1: all of it. */
  temporalCut: number;
  /** The short side is scaled to a random length up to this times the crop's decoded size; 1: no scaling. */
  scaleJitter: number;
  /** Largest distance of the crop from the middle, pixels of the decoded frame; more than there is: anywhere. */
  cropJitterPx: number;
  flipProbability: number;
  colourProbability: number;
  /** Brightness, contrast and saturation change by a factor of 1 +- this at most. */
  colourStrength: number;
  /** Hue turns by this share of the circle at most. */
  hueStrength: number;
  greyProbability: number;
  blurProbability: number;
  /** Widest blur, standard deviation in pixels of the crop. */
  blurSigmaPx: number;
  /** Sounds get louder or softer by this at most, dB. */
  gainDb: number;
  /** The sound moves by this at most, ms; what moves in is silence. */
  shiftMs: number;
  /** Whether a dub also moves at random within the uncertainty that its alignment was found with. */
  offsetJitter: boolean;
  /** Widest band that SpecAugment masks, mel bands. */
  maskBands: number;
  /** Longest time that SpecAugment masks, log-mel frames of 10.4 ms. */
  maskFrames: number;

  /** Measure the held-out view every so many epochs; 0: never. */
  validateEveryEpochs: number;
  /** Clips of the held-out view that are measured, at most. */
  validationClips: number;
  /** Stop after so many measurements without a better one; 0: never. */
  earlyStopAfter: number;

  checkpointEverySteps: number;
  /** Checkpoints kept, newest first; at least 1. The best one by validation is kept besides. */
  keepCheckpoints: number;
  /** Batches that are read and augmented ahead of the step that trains. */
  decodeAhead: number;
};

/** A named starting point. */
export type Recipe = {
  name: string;
  changes: Partial<RunConfig>;
  /** What is published of it. */
  known: string;
  /** The variant whose weights it began with; null: random ones. */
  startsFrom: string | null;
};

/**
 * State of a run. `queued`: waits for another job. `paused`: a person put it aside with a checkpoint. `interrupted`: its
 * program ended while it ran or waited. Whatever is not finished, running or queued can go on.
 */
export type RunState =
  | 'created'
  | 'queued'
  | 'running'
  | 'paused'
  | 'finished'
  | 'stopped'
  | 'interrupted'
  | 'failed';

/** A run as lists show it. */
export type RunSummary = {
  id: string;
  state: RunState;
  config: RunConfig;
  createdMs: number;
  clipCount: number;
  pairCount: number;
  step: number;
  totalSteps: number;
  /** Loss of the first and of the last logged step; null before the first. */
  firstLoss: number | null;
  lastLoss: number | null;
  engine: string | null;
  /** What a person said of it (core/domain/run-about.ts); absent where nothing was said. */
  name?: string;
  notes?: string;
  tags?: string[];
  archived?: boolean;
  /** The job that trains it or waits to; absent where there is none. */
  jobId?: string;
};

/** One line of metrics.jsonl. Holds nothing that differs between two equal runs: no times, no paths. */
export type MetricsRow = {
  step: number;
  epoch: number;
  loss: number;
  lossCross: number;
  lossVideo: number;
  lossAudio: number;
  learningRate: number;
  gradientNorm: number;
  /** Mean similarity of matching and of other video-audio pairs of the batch. */
  positiveSimilarity: number;
  negativeSimilarity: number;
  /** Temperature of the loss; rows of earlier versions lack it. */
  temperature?: number;
  /** Share of samples whose secondary audio is a dub. */
  dubShare: number;
};

/** One line of validation.jsonl: what held-out clips said of the weights after a step. No times, no paths. */
export type ValidationRow = {
  step: number;
  epoch: number;
  /** Higher is better; only for rows of one run over the same clips (core/training/validation.ts). */
  score: number;
  /** Clips that were measured. */
  clipCount: number;
  /** Means over languages and both directions, 0..1, and what guessing would reach at 1. */
  recallAt1: number;
  recallAt5: number;
  chanceAt1: number;
  /** recallAt1 of each language, mean of both directions. */
  languages: Record<string, number>;
  /** Mean cosine of the same clip in two languages, of other clips, and their difference; null without such clips. */
  sameClip: number | null;
  otherClip: number | null;
  gap: number | null;
};

/** What a run would take on this machine. */
export type RunEstimate = {
  /** Numbers in the weights that are trained. */
  parameters: number;
  /** Measured, second step of two. Reading and decoding come besides, as far as they are not done ahead. */
  stepSec: number;
  /** Most memory of the process that made the steps, engine included; not that of a GPU. */
  peakMemoryBytes: number;
  steps: number;
  /** `steps` times `stepSec`; measurements between epochs come besides. */
  hours: number;
  /** Most that checkpoints take at one time. */
  checkpointBytes: number;
  /** Decoded windows of the clips of the run, and of those it is measured on. */
  cacheBytes: number;
  clipCount: number;
  engine: string;
};
