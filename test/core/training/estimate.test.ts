import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { currentEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { modelPreset } from '../../../core/model/presets.ts';
import { encodeSafetensors } from '../../../core/model/safetensors.ts';
import { createTwoTowers, parameterCount, trainableSpecs } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { createAdamW } from '../../../core/training/adamw.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { checkpointBytes, estimateRun, largestBatch, windowsBytes } from '../../../core/training/estimate.ts';
import { batchIndexes, stepsPerEpoch } from '../../../core/training/sampler.ts';
import { syntheticSteps } from '../../../core/training/synthetic-steps.ts';
import { MICRO_PRESET as preset } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset } from '../../fixtures/training/synthetic-windows.ts';
import { onFastEngines } from '../engine/every-engine.ts';

const config = resolveRunConfig({ epochs: 10, batchSize: 4, checkpointEverySteps: 5, keepCheckpoints: 2 });

describe('estimateRun', () => {
  it('counts the second step, and multiplies', async () => {
    const clock = manualClock();
    const calls: number[] = [];
    const progress: number[] = [];
    const estimate = await estimateRun(
      { config, preset, clipCount: 20, windowsBytes: 123 },
      {
        engine: 'some engine',
        clock,
        step: async (n) => {
          calls.push(n);
          clock.advance(n === 1 ? 9000 : 1800);
        },
        peakMemoryBytes: () => 1000 + calls.length,
        onProgress: ({ done }) => progress.push(done),
      },
    );
    expect(calls).toEqual([1, 2]);
    expect(progress).toEqual([0, 1, 2]);
    expect(estimate).toEqual({
      parameters: parameterCount(preset),
      stepSec: 1.8,
      peakMemoryBytes: 1002,
      steps: 50,
      hours: 0.025,
      checkpointBytes: checkpointBytes(config, preset, 50),
      cacheBytes: 123,
      clipCount: 20,
      engine: 'some engine',
    });
  });

  it('stops between steps', async () => {
    const controller = new AbortController();
    const estimating = estimateRun(
      { config, preset, clipCount: 20, windowsBytes: 0 },
      {
        engine: '',
        clock: manualClock(),
        step: async () => controller.abort(new Error('enough')),
        peakMemoryBytes: () => 0,
        signal: controller.signal,
      },
    );
    await expect(estimating).rejects.toThrow('enough');
  });
});

describe('sizes', () => {
  it('the largest batch is that of the sampler', () => {
    for (const clipCount of [2, 3, 5, 11, 48, 97]) {
      for (const batchSize of [2, 3, 16, 48]) {
        const steps = Array.from({ length: stepsPerEpoch(clipCount, batchSize) }, (_, stepInEpoch) =>
          batchIndexes(createRng(1), { epoch: 0, stepInEpoch }, { clipCount, batchSize }),
        );
        expect(largestBatch(clipCount, batchSize)).toBe(Math.max(...steps.map((step) => step.length)));
      }
    }
  });

  it('checkpoints: those kept, one more while it is written, the best, never more than are made', () => {
    const one = checkpointBytes({ ...config, keepCheckpoints: 1 }, preset, 1);
    expect(one).toBe(12 * parameterCount(preset));
    expect(checkpointBytes(config, preset, 50)).toBe(3 * one);
    expect(checkpointBytes(config, preset, 6)).toBe(2 * one);
    expect(checkpointBytes({ ...config, validateEveryEpochs: 1 }, preset, 50)).toBe(4 * one);
    expect(checkpointBytes({ ...config, emaDecay: 0.99 }, preset, 50)).toBe(4 * one);
    // Statistics are stored, and have no moments.
    const mvit = modelPreset({ preset: 'small' });
    const bytes = checkpointBytes(config, mvit, 1);
    expect(bytes).toBeGreaterThan(12 * parameterCount(mvit));
    expect(bytes).toBeLessThan(12 * parameterCount(mvit) + 1000);
  });

  it('windows: a picture a clip, a sound a language', () => {
    const { clips } = syntheticDataset(3);
    const tiny = modelPreset({ preset: 'tiny' });
    // Two clips in three languages, one in one; 16 pictures of 128 x 72.
    expect(windowsBytes(clips, tiny, 16)).toBe(3 * (16 * 128 * 72 * 3) + 7 * (96 * 288 * 4));
    expect(windowsBytes([], tiny, 16)).toBe(0);
  });
});

onFastEngines('synthetic steps', () => {
  it('train, and leave no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const steps = syntheticSteps(currentEngine(), { config, preset, batchSize: 3 });
    const during = tf.memory().numTensors;
    await steps.step();
    await steps.step();
    expect(tf.memory().numTensors).toBe(during);
    steps.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('checkpoints of that size are written, but for names', async () => {
    const model = createTwoTowers(currentEngine(), preset, createRng(0));
    const optimizer = createAdamW(trainableSpecs(preset), config);
    const { moments } = await optimizer.state();
    const bytes = encodeSafetensors(await model.values()).length + encodeSafetensors(moments).length;
    const estimated = checkpointBytes({ ...config, keepCheckpoints: 1 }, preset, 1);
    expect(bytes).toBeGreaterThanOrEqual(estimated);
    const names = 2 * 3 * 200 * trainableSpecs(preset).length;
    expect(bytes).toBeLessThan(estimated + names);
    optimizer.dispose();
    model.dispose();
  });
});
