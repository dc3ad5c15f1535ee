import { expect, it } from 'vitest';
import { currentEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { createTwoTowers, twoTowersSpecs } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { createAdamW } from '../../../core/training/adamw.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { gradientsOf } from '../../../core/training/gradients-of.ts';
import { trainStep } from '../../../core/training/train-step.ts';
import { makeViews, type ViewBatch } from '../../../core/training/views.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';
import { onFastEngines } from '../engine/every-engine.ts';

const { clips } = syntheticDataset(6);
const LOSS = { temperature: 0.3, lambdaVideo: 0.1, lambdaAudio: 0.2 };
const CONFIG = { ...resolveRunConfig(), ...LOSS };
const WHOLE = { loss: CONFIG, passes: { video: {}, audio: {} }, chunkSize: 0 };
const rng = createRng(0);

const batchOf = (step: number): Promise<ViewBatch> =>
  makeViews(
    clips,
    [0, 1, 2, 3],
    { epoch: 0, step },
    { preset: MICRO_PRESET, config: CONFIG, rng },
    syntheticWindows,
  );

onFastEngines('train step', () => {
  it('has the gradients that differences of the loss give, weight by weight', async () => {
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, rng);
    const batch = await batchOf(0);
    const { gradients } = gradientsOf(model, batch, WHOLE);
    const lossNow = (): number => {
      const { gradients: unused, report } = gradientsOf(model, batch, WHOLE);
      const loss = report.dataSync()[0]!;
      tf.dispose([...unused.values(), report]);
      return loss;
    };
    // Along each weight's own gradient the loss must change by the gradient's squared length.
    let compared = 0;
    for (const [name, gradient] of gradients) {
      const squared = tf.sum(tf.square(gradient)).dataSync()[0]!;
      // Two blocks are alike; one is enough.
      if (squared < 1e-4 || name.includes('blocks.1')) continue;
      const stride = 1e-2 / Math.sqrt(squared);
      const start = model.parameters.get(name)!;
      const at = (factor: number): number => {
        model.parameters.set(name, tf.add(start, tf.mul(gradient, factor)));
        return lossNow();
      };
      const central = (by: number): number => (at(by) - at(-by)) / (2 * by);
      // Two widths, extrapolated to none: what is left of the curvature is of fourth order.
      const slope = (4 * central(stride) - central(2 * stride)) / 3;
      model.parameters.set(name, start);
      expect(slope / squared, name).toBeGreaterThan(0.97);
      expect(slope / squared, name).toBeLessThan(1.03);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(20);
  });

  it('leaves the number of tensors as it was', async () => {
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, rng);
    const optimizer = createAdamW(twoTowersSpecs(MICRO_PRESET), CONFIG);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step += 1) {
      await trainStep(model, optimizer, await batchOf(step), CONFIG);
      expect(tf.memory().numTensors).toBe(before);
    }
    model.dispose();
    optimizer.dispose();
  });

  it('scales gradients down to the norm, so that one step of any batch moves the weights alike', async () => {
    const batch = await batchOf(0);
    const norms = async (clipNorm: number): Promise<{ gradientNorm: number; momentNorm: number }> => {
      const model = createTwoTowers(currentEngine(), MICRO_PRESET, rng);
      const optimizer = createAdamW(twoTowersSpecs(MICRO_PRESET), CONFIG);
      const { numbers } = await trainStep(model, optimizer, batch, { ...CONFIG, clipNorm });
      const sum = [...(await optimizer.state()).moments]
        .filter(([name]) => name.startsWith('m.'))
        .reduce((total, [, { data }]) => total + data.reduce((part, value) => part + value ** 2, 0), 0);
      return { gradientNorm: numbers.gradientNorm, momentNorm: Math.sqrt(sum) };
    };
    const moments = [await norms(0), await norms(1e-3)];
    // After one step the first moment is a tenth of the gradient.
    expect(moments[0]!.momentNorm / (0.1 * moments[0]!.gradientNorm)).toBeCloseTo(1, 3);
    expect(moments[1]!.gradientNorm).toBe(moments[0]!.gradientNorm);
    expect(moments[1]!.momentNorm / 1e-4).toBeCloseTo(1, 3);
  });

  it('does not touch the weights when the loss is not finite', async () => {
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, rng);
    const optimizer = createAdamW(twoTowersSpecs(MICRO_PRESET), CONFIG);
    const batch = await batchOf(0);
    batch.audio[5] = Number.NaN;
    const before = await model.values();
    const { numbers, applied } = await trainStep(model, optimizer, batch, CONFIG);
    expect(applied).toBe(false);
    expect(numbers.loss).toBeNaN();
    expect(await model.values()).toEqual(before);
    expect((await optimizer.state()).stepCount).toBe(0);
  });
});
