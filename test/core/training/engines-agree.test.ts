import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentEngine, ENGINE_NAMES, type EngineName, loadEngine } from '../../../core/engine/engine.ts';
import { createTwoTowers, twoTowersSpecs } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { createAdamW } from '../../../core/training/adamw.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { trainStep } from '../../../core/training/train-step.ts';
import { makeViews } from '../../../core/training/views.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';
import { hasEngine } from '../engine/every-engine.ts';

const STEPS = 3;
const { clips } = syntheticDataset(4);
const config = resolveRunConfig({ learningRate: 1e-3 });
const rng = createRng(0);

/** What a few steps on one engine come to. */
type Outcome = { losses: number[]; norms: number[]; weights: number[] };

async function trainOn(name: EngineName): Promise<Outcome> {
  await loadEngine({ prefer: name });
  const model = createTwoTowers(currentEngine(), MICRO_PRESET, rng);
  const optimizer = createAdamW(twoTowersSpecs(MICRO_PRESET), config);
  const outcome: Outcome = { losses: [], norms: [], weights: [] };
  for (let step = 0; step < STEPS; step += 1) {
    const batch = await makeViews(
      clips,
      [0, 1],
      { epoch: 0, step },
      { preset: MICRO_PRESET, config, rng },
      syntheticWindows,
    );
    const { numbers, applied } = await trainStep(model, optimizer, batch, config);
    expect(applied).toBe(true);
    outcome.losses.push(numbers.loss);
    outcome.norms.push(numbers.gradientNorm);
  }
  for (const { data } of (await model.values()).values()) outcome.weights.push(...data);
  model.dispose();
  optimizer.dispose();
  return outcome;
}

describe('a few training steps', () => {
  const outcomes = new Map<EngineName, Outcome>();
  beforeAll(async () => {
    for (const name of ENGINE_NAMES) if (hasEngine(name)) outcomes.set(name, await trainOn(name));
  });
  afterAll(() => outcomes.clear());

  for (const name of ENGINE_NAMES.filter((candidate) => candidate !== 'wasm')) {
    it.skipIf(!hasEngine(name))(`come to the same on ${name} as on wasm`, () => {
      const [ours, wasm] = [outcomes.get(name)!, outcomes.get('wasm')!];
      for (const [i, loss] of ours.losses.entries()) {
        expect(Math.abs(loss / wasm.losses[i]! - 1)).toBeLessThan(2e-5);
        expect(Math.abs(ours.norms[i]! / wasm.norms[i]! - 1)).toBeLessThan(1e-4);
      }
      // A weight moves by about the learning rate a step, so 3e-3 in all.
      const apart = ours.weights.map((value, i) => Math.abs(value - wasm.weights[i]!));
      expect(apart.length).toBeGreaterThan(10_000);
      expect(apart.reduce((most, value) => Math.max(most, value))).toBeLessThan(2e-4);
    });
  }
});
