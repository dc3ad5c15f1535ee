import { describe, expect, it } from 'vitest';
import { currentEngine } from '../../../core/engine/engine.ts';
import { type Tensor, tf } from '../../../core/engine/tf.ts';
import type { ModelPreset } from '../../../core/model/presets.ts';
import { createTwoTowers, type TwoTowers } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { gradientsOf } from '../../../core/training/gradients-of.ts';
import { inputStatistics } from '../../../core/training/input-statistics.ts';
import { readStepInput } from '../../../core/training/step-input.ts';
import { MICRO_MVIT_PRESET } from '../../fixtures/training/micro-mvit-preset.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';
import { onFastEngines } from '../engine/every-engine.ts';

const dataset = syntheticDataset(12);
const rng = createRng(3);

async function setUp(preset: ModelPreset, model: TwoTowers) {
  const config = resolveRunConfig({ batchSize: 6, dropPathVideo: 0.5, dropPathAudio: 0.4 });
  const { batch, dropPath } = await readStepInput(0, {
    dataset,
    config,
    preset,
    rng,
    windows: syntheticWindows,
  });
  const loss = { ...config, temperature: 0.2, lambdaVideo: 0.1, lambdaAudio: 0.3 };
  const statistics =
    preset.video.tower.kind === 'mvit'
      ? { video: inputStatistics(batch.video, 3, 1 / 255), audio: inputStatistics(batch.audio, 1, 1) }
      : { video: undefined, audio: undefined };
  const gradients = (chunkSize: number, recompute: 'none' | 'blocks' = 'none') =>
    gradientsOf(model, batch, {
      loss,
      chunkSize,
      passes: {
        video: { statistics: statistics.video, dropPath: dropPath.video, recompute },
        audio: { statistics: statistics.audio, dropPath: dropPath.audio, recompute },
      },
    });
  return { gradients, dropPath, batch };
}

/** Distance of two sets of gradients, relative to the length of the first, all weights together. */
function distance(a: ReadonlyMap<string, Tensor>, b: ReadonlyMap<string, Tensor>): number {
  let apart = 0;
  let length = 0;
  for (const [name, tensor] of a) {
    const [x, y] = [tensor.dataSync(), b.get(name)!.dataSync()];
    for (const [i, value] of x.entries()) {
      apart += (value - y[i]!) ** 2;
      length += value ** 2;
    }
  }
  return Math.sqrt(apart / length);
}

onFastEngines('gradients of a batch', () => {
  for (const preset of [MICRO_PRESET, MICRO_MVIT_PRESET]) {
    describe(preset.name, () => {
      it('are the same chunk by chunk, also where chunks do not divide the batch', async () => {
        const model = createTwoTowers(currentEngine(), preset, createRng(1));
        const { gradients } = await setUp(preset, model);
        const whole = gradients(0);
        for (const chunkSize of [1, 2, 4, 5]) {
          const before = tf.memory().numTensors;
          const chunked = gradients(chunkSize);
          expect([...chunked.gradients.keys()]).toEqual([...whole.gradients.keys()]);
          expect(distance(whole.gradients, chunked.gradients), `chunks of ${chunkSize}`).toBeLessThan(2e-5);
          const [a, b] = [whole.report.dataSync(), chunked.report.dataSync()];
          for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 4);
          tf.dispose([...chunked.gradients.values(), chunked.report]);
          expect(tf.memory().numTensors).toBe(before);
        }
        tf.dispose([...whole.gradients.values(), whole.report]);
        model.dispose();
      });
    });
  }

  it('are the same with blocks recomputed, and take drop path and batch statistics into account', async () => {
    const model = createTwoTowers(currentEngine(), MICRO_MVIT_PRESET, createRng(1));
    const { gradients, dropPath, batch } = await setUp(MICRO_MVIT_PRESET, model);
    const plain = gradients(0);
    expect(distance(plain.gradients, gradients(0, 'blocks').gradients)).toBeLessThan(2e-5);
    expect(distance(plain.gradients, gradients(2, 'blocks').gradients)).toBeLessThan(2e-5);
    expect([...dropPath.video!.factors].filter((factor) => factor === 0).length).toBeGreaterThan(0);
    const without = gradientsOf(model, batch, {
      loss: resolveRunConfig({ temperature: 0.2, lambdaVideo: 0.1, lambdaAudio: 0.3 }),
      chunkSize: 0,
      passes: { video: {}, audio: {} },
    });
    expect(distance(plain.gradients, without.gradients)).toBeGreaterThan(0.05);
    model.dispose();
  });

  it('need the memory of one chunk', async () => {
    const model = createTwoTowers(currentEngine(), MICRO_MVIT_PRESET, createRng(1));
    const { gradients } = await setUp(MICRO_MVIT_PRESET, model);
    const peakOf = (chunkSize: number): number => {
      let peak = 0;
      const before = tf.memory().numBytes;
      const encode = model.encodeVideo;
      // The tape is fullest when a pass has just ended.
      model.encodeVideo = (...args) => {
        const result = encode(...args);
        peak = Math.max(peak, tf.memory().numBytes - before);
        return result;
      };
      const result = gradients(chunkSize);
      model.encodeVideo = encode;
      tf.dispose([...result.gradients.values(), result.report]);
      return peak;
    };
    expect(peakOf(1)).toBeLessThan(peakOf(0) / 3);
    model.dispose();
  });
});
