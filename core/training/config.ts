/** Settings of a run: what each means, its default and where that comes from, its range. */

import { AppError } from '../domain/errors.ts';
import type { PresetName, RunConfig } from '../domain/run.ts';
import { MODEL_PRESETS } from '../model/presets.ts';
import { stepsPerEpoch } from './sampler.ts';

/**
 * The settings of a run that was told nothing. The paper's own values for batch size, rates, decay, temperature and
 * epochs are not known (paper-facts 0): what is marked "our choice" was found on the demo corpus.
 */
const DEFAULTS: RunConfig = {
  /** Size of the model. */
  preset: 'tiny',
  /** The paper's method; `original-only` is its baseline (paper-facts 1.1). */
  strategy: 'dub-augmented',
  /** 0 is as good as any other. */
  seed: 0,
  /** Our choice. */
  epochs: 150,
  /** Our choice: as many negatives as fit a minute's patience on two cores. */
  batchSize: 48,
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
  /** Default of the closest known ancestor's loss (paper-facts 1.4). */
  temperature: 0.07,
  /** One of the paper's published pairs: (0, 0), (0.1, 0.1), (0.2, 0.2) (paper-facts 1.2). */
  lambdaVideo: 0.2,
  /** As lambdaVideo. */
  lambdaAudio: 0.2,
  /** Our choice: well under a minute of work to lose. */
  checkpointEverySteps: 50,
  /** Our choice: the newest and two to fall back on (reliability.md 3.5). */
  keepCheckpoints: 3,
};

/** What a `--quick` run changes: a loss curve to look at, not a model to use. */
const QUICK: Partial<RunConfig> = { epochs: 12, batchSize: 32, warmupEpochs: 2, checkpointEverySteps: 10 };

type Range = { least: number; most: number; whole?: true };
type NumberField = Exclude<keyof RunConfig, 'preset' | 'strategy'>;

const RANGES: Record<NumberField, Range> = {
  seed: { least: 0, most: 2 ** 32 - 1, whole: true },
  epochs: { least: 1, most: 100_000, whole: true },
  batchSize: { least: 2, most: 65_536, whole: true },
  learningRate: { least: 1e-12, most: 10 },
  finalLearningRate: { least: 0, most: 10 },
  warmupEpochs: { least: 0, most: 100_000 },
  weightDecay: { least: 0, most: 10 },
  adamBeta1: { least: 0, most: 0.999999 },
  adamBeta2: { least: 0, most: 0.999999999 },
  adamEpsilon: { least: 1e-30, most: 1 },
  clipNorm: { least: 0, most: 1e6 },
  temperature: { least: 0.001, most: 10 },
  lambdaVideo: { least: 0, most: 10 },
  lambdaAudio: { least: 0, most: 10 },
  checkpointEverySteps: { least: 1, most: 1_000_000, whole: true },
  keepCheckpoints: { least: 1, most: 1000, whole: true },
};

/** Names of presets that can be asked for. */
export const PRESET_NAMES = Object.keys(MODEL_PRESETS) as PresetName[];

const STRATEGIES = ['original-only', 'dub-augmented'] as const satisfies RunConfig['strategy'][];

/** A copy of the defaults. */
export function defaultRunConfig(): RunConfig {
  return { ...DEFAULTS };
}

/** Settings of a run of about thirty steps that ends in minutes on every engine. */
export function quickRunConfig(): RunConfig {
  return { ...DEFAULTS, ...QUICK };
}

/**
 * The defaults with `changes` applied.
 * @throws AppError ARGUMENT_INVALID naming the field and what it may be; nothing has been started then.
 */
export function resolveRunConfig(changes: Partial<RunConfig> = {}): RunConfig {
  for (const name of Object.keys(changes)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw invalid(
        name,
        `There is no run setting "${name}". Known are ${Object.keys(DEFAULTS).join(', ')}.`,
      );
    }
  }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const config: RunConfig = { ...DEFAULTS, ...Object.fromEntries(given) };
  requireOneOf('preset', config.preset, PRESET_NAMES);
  requireOneOf('strategy', config.strategy, STRATEGIES);
  for (const name of Object.keys(RANGES) as NumberField[]) requireInRange(name, config[name]);
  return config;
}

/** Steps of a whole run. */
export function totalStepsOf(config: RunConfig, clipCount: number): number {
  return config.epochs * stepsPerEpoch(clipCount, config.batchSize);
}

function requireOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  throw invalid(name, `${name} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`);
}

function requireInRange(name: NumberField, value: unknown): void {
  const { least, most, whole } = RANGES[name];
  const isNumber = typeof value === 'number' && value >= least && value <= most;
  if (isNumber && (whole === undefined || Number.isInteger(value))) return;
  const kind = whole === undefined ? 'a number' : 'a whole number';
  throw invalid(name, `${name} must be ${kind} from ${least} to ${most}, not ${JSON.stringify(value)}.`);
}

function invalid(field: string, sentence: string): AppError {
  return new AppError('ARGUMENT_INVALID', `${sentence} Nothing was started. Correct it and try again.`, {
    details: { field },
  });
}
