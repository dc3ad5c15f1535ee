/**
 * Whether the paper's claim holds on a project: two trainings a seed that differ in nothing but the language strategy,
 * measured on the same held-out clips. How it is judged: docs/evaluation.md.
 */
import type { EvaluationResult } from './evaluation.ts';
import type { RunConfig } from './run.ts';

/** The two trainings that are compared: the paper's baseline and its method. */
export type Arm = 'original-only' | 'dub-augmented';

/** `yes`: clearly better with dubs. `no`: not better by what would matter. `unclear`: the clips or runs are too few. */
export type PartVerdict = 'yes' | 'no' | 'unclear';

/** `held-in-part`: one of the two parts is clear, the other is not or is not so. */
export type ReproductionVerdict = 'held' | 'held-in-part' | 'did-not-hold' | 'cannot-tell';

/** Retrieval of pictures by sounds and of sounds by pictures, both directions together; shares 0..1. */
export type RetrievalFigures = {
  recallAt1: number;
  recallAt5: number;
  /** 1 is best. */
  medianRank: number;
  /** Mean of 1/rank, 0..1: counts every rank and not only those up to k. */
  meanReciprocalRank: number;
};

/** What one run reaches on the held-out clips; each clip counts once, whatever number of languages it has. */
export type ArmFigures = {
  /** Mean cosine of a clip in two languages. */
  sameClip: number;
  /** Mean cosine of different clips in two languages. */
  otherClip: number;
  /** sameClip - otherClip. */
  gap: number;
  /** With the sounds of dubs; of originals. */
  dubs: RetrievalFigures;
  originals: RetrievalFigures;
};

/** dub-augmented minus original-only, paired by seed and clip. */
export type PairedDifference = {
  mean: number;
  /** Ends of the 95 % interval. */
  low: number;
  high: number;
  /** In the order of the seeds. */
  perSeed: number[];
};

/** One run of an arm. */
export type ArmRun = { runId: string; evaluationId: string; figures: ArmFigures };

/** Both runs of a seed. */
export type SeedRuns = { seed: number; originalOnly: ArmRun; dubAugmented: ArmRun };

/** The differences that are measured; the verdict is made of sameClip, gap and dubRetrieval. */
export type ReproductionDifferences = {
  sameClip: PairedDifference;
  gap: PairedDifference;
  /** Mean reciprocal rank with the sounds of dubs. */
  dubRetrieval: PairedDifference;
  /** Mean reciprocal rank with the sounds of originals; shown, not judged. */
  originalRetrieval: PairedDifference;
};

/** The whole comparison; reproduction.json. */
export type Reproduction = {
  version: 1;
  verdict: ReproductionVerdict;
  /** The verdict with its numbers in one line. */
  line: string;
  parts: { similarity: PartVerdict; retrieval: PartVerdict };
  differences: ReproductionDifferences;
  seeds: SeedRuns[];
  clipCount: number;
  /** Shots that the clips are of: what the interval draws. */
  shotCount: number;
  trainingClipCount: number;
  engine: string;
  /** Settings of all runs; `strategy` and `seed` are those of the first. */
  config: RunConfig;
  /** Means over the seeds; of `matrix` every number, of `retrieval` the medians of ranks too. */
  means: Record<Arm, EvaluationResult>;
};
