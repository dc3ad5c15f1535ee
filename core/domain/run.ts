/** One training: what it was told and how it went. */

/** How the secondary audio of a sample is chosen (paper-facts 1.1, 1.3). */
export type LanguageStrategy = 'original-only' | 'dub-augmented';

/** Sizes of model that can be asked for. */
export type PresetName = 'tiny';

/** Settings of a run. Values marked "our choice" are not published by the paper. */
export type RunConfig = {
  preset: PresetName;
  strategy: LanguageStrategy;
  seed: number;
  epochs: number;
  /** Clips in a step; every other clip of the batch is a negative. */
  batchSize: number;
  /** Peak rate after warm-up. */
  learningRate: number;
  /** Rate at the end of the cosine. */
  finalLearningRate: number;
  /** Warm-up from 0, in epochs (may be a fraction). */
  warmupEpochs: number;
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  /** Gradients are scaled down to this global L2 norm; 0 switches it off. */
  clipNorm: number;
  temperature: number;
  /** Weight of the video-video term (lambda_v, paper-facts 1.2). */
  lambdaVideo: number;
  /** Weight of the audio-audio term (lambda_a). */
  lambdaAudio: number;
  checkpointEverySteps: number;
  /** Checkpoints kept, newest first; at least 1. */
  keepCheckpoints: number;
};

/** State of a run. */
export type RunState = 'created' | 'running' | 'finished' | 'stopped' | 'failed';

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
  /** Share of samples whose secondary audio is a dub. */
  dubShare: number;
};
