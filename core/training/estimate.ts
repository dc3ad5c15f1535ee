/**
 * What a run would take: time by measuring steps, disk and parameters by counting. Not a promise: other work on the
 * machine, reading from a slow disk and measuring between epochs come besides.
 */
import type { Clock } from '../clock.ts';
import type { DatasetClip } from '../domain/dataset.ts';
import type { RunConfig, RunEstimate } from '../domain/run.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { sizeOf } from '../model/parameters.ts';
import type { ModelPreset, VideoPreset } from '../model/presets.ts';
import { parameterCount, twoTowersSpecs } from '../model/two-towers.ts';
import { totalStepsOf } from './config.ts';
import { stepsPerEpoch } from './sampler.ts';

const FLOAT_BYTES = 4;
/** Most pictures are this much wider than high; what a file's picture is, its clips do not say. */
const ASPECT = 16 / 9;
/** The first step also makes what later ones find ready (memory, compiled programs), so the second counts. */
const MEASURED_STEPS = 2;

/** What to estimate. */
export type EstimateInput = {
  config: RunConfig;
  preset: ModelPreset;
  clipCount: number;
  /** Bytes of all decoded windows (`windowsBytes`). */
  windowsBytes: number;
};

/** What an estimate needs from outside. */
export type EstimateOptions = WorkOptions & {
  /** The engine's label. */
  engine: string;
  clock: Clock;
  /** Makes one real step with the largest batch of the run; counted from 1. */
  step: (n: number) => Promise<void>;
  /** Most memory that this process has taken so far. */
  peakMemoryBytes: () => number;
};

/** Measures two steps and counts the rest. @throws the signal's reason when stopped; what `step` throws. */
export async function estimateRun(
  { config, preset, clipCount, windowsBytes: cacheBytes }: EstimateInput,
  { engine, clock, step, peakMemoryBytes, signal, onProgress = noProgress }: EstimateOptions,
): Promise<RunEstimate> {
  let stepSec = 0;
  for (let n = 1; n <= MEASURED_STEPS; n += 1) {
    signal?.throwIfAborted();
    onProgress({ step: 'measuring', done: n - 1, total: MEASURED_STEPS, unit: 'steps' });
    const startMs = clock.monotonicMs();
    await step(n);
    stepSec = (clock.monotonicMs() - startMs) / 1000;
  }
  onProgress({ step: 'measuring', done: MEASURED_STEPS, total: MEASURED_STEPS, unit: 'steps' });
  const steps = totalStepsOf(config, clipCount);
  return {
    parameters: parameterCount(preset),
    stepSec,
    peakMemoryBytes: peakMemoryBytes(),
    steps,
    hours: (steps * stepSec) / 3600,
    checkpointBytes: checkpointBytes(config, preset, steps),
    cacheBytes,
    clipCount,
    engine,
  };
}

/** Clips of a run's largest batch. */
export function largestBatch(clipCount: number, batchSize: number): number {
  return Math.ceil(clipCount / stepsPerEpoch(clipCount, batchSize));
}

/**
 * Most that the checkpoints of a run take at one time: those that are kept, the best one, and the newest while the
 * oldest is not removed yet. Each holds the weights, two moments of each trained one, and their average where
 * `emaDecay` asks for it.
 */
export function checkpointBytes(config: RunConfig, preset: ModelPreset, steps: number): number {
  const weights = twoTowersSpecs(preset).reduce((sum, spec) => sum + sizeOf(spec), 0);
  const averages = config.emaDecay > 0 ? weights : 0;
  const one = FLOAT_BYTES * (weights + averages + 2 * parameterCount(preset));
  const written = Math.ceil(steps / config.checkpointEverySteps);
  const best = config.validateEveryEpochs > 0 ? 1 : 0;
  return one * (Math.min(config.keepCheckpoints + 1, written) + best);
}

/**
 * Bytes of the decoded windows of clips: a picture of 16:9 with the preset's short side (our choice: the shape of a
 * picture is not in a data set), and a log-mel of every language.
 * @param frameCount frames a window is decoded to
 */
export function windowsBytes(
  clips: readonly DatasetClip[],
  { video, audio }: { video: VideoPreset; audio: ModelPreset['audio'] },
  frameCount: number,
): number {
  const picture = frameCount * video.shortSidePx * Math.round(video.shortSidePx * ASPECT) * 3;
  const sound = audio.melBands * audio.melFrames * FLOAT_BYTES;
  return clips.reduce((sum, { dubs }) => sum + picture + sound * (1 + dubs.length), 0);
}
