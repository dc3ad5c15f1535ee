import { describe, expect, it } from 'vitest';
import { type Tensor, tf } from '../../../core/engine/tf.ts';
import { type ParameterSpec, sizeOf } from '../../../core/model/parameters.ts';
import { createRng } from '../../../core/rng.ts';
import { type AdamW, createAdamW } from '../../../core/training/adamw.ts';
import { flatGroups, flatten, unflatten } from '../../../core/training/flat-groups.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

const SPECS: ParameterSpec[] = [
  { name: 'a.weight', shape: [3, 2], initial: { constant: 0 } },
  { name: 'a.bias', shape: [2], initial: { constant: 0 } },
  { name: 'b.weight', shape: [2, 4], initial: { constant: 0 } },
  { name: 'c.table', shape: [2, 1, 3], initial: { constant: 0 } },
];
const SETTINGS = { adamBeta1: 0.9, adamBeta2: 0.99, adamEpsilon: 1e-8, weightDecay: 0.1 };
const STEPS = 7;

type Numbers = Map<string, number[]>;

function random(purpose: string, step: number): Numbers {
  return new Map(
    SPECS.map((spec) => {
      const stream = createRng(1).stream(`${purpose} ${spec.name}`, step);
      return [spec.name, Array.from({ length: sizeOf(spec) }, () => stream.normal())];
    }),
  );
}

function toTensors(numbers: Numbers): Map<string, Tensor> {
  return new Map(SPECS.map(({ name, shape }) => [name, tf.tensor(numbers.get(name)!, shape)]));
}

function run(optimizer: AdamW, parameters: Map<string, Tensor>, fromStep: number, toStep: number): void {
  for (let step = fromStep; step < toStep; step += 1) {
    const gradients = toTensors(random('gradient', step));
    const vectors = optimizer.flatten(gradients);
    optimizer.update(parameters, vectors, { learningRate: 0.01 * (step + 1), scale: step === 3 ? 0.5 : 1 });
    tf.dispose([...gradients.values(), ...vectors]);
  }
}

/** AdamW as its paper has it, one number at a time, in double precision. */
function naive(): Numbers {
  const weights = random('weight', 0);
  const moments = new Map(
    SPECS.map((spec) => [
      spec.name,
      { m: new Array(sizeOf(spec)).fill(0), v: new Array(sizeOf(spec)).fill(0) },
    ]),
  );
  for (let step = 0; step < STEPS; step += 1) {
    const rate = 0.01 * (step + 1);
    for (const { name, shape } of SPECS) {
      const { m, v } = moments.get(name)!;
      for (const [i, raw] of random('gradient', step).get(name)!.entries()) {
        const g = raw * (step === 3 ? 0.5 : 1);
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.99 * v[i] + 0.01 * g * g;
        const decay = shape.length > 1 ? 0.1 : 0;
        const corrected =
          m[i] / (1 - 0.9 ** (step + 1)) / (Math.sqrt(v[i] / (1 - 0.99 ** (step + 1))) + 1e-8);
        const row = weights.get(name)!;
        row[i] = row[i]! - rate * decay * row[i]! - rate * corrected;
      }
    }
  }
  return weights;
}

onEveryEngine('AdamW', () => {
  it('is the naive one; matrices and tables decay, vectors do not', () => {
    const optimizer = createAdamW(SPECS, SETTINGS);
    const parameters = toTensors(random('weight', 0));
    run(optimizer, parameters, 0, STEPS);
    for (const [name, values] of naive()) {
      for (const [i, value] of Array.from(parameters.get(name)!.dataSync()).entries()) {
        expect(value, `${name} ${i}`).toBeCloseTo(values[i]!, 5);
      }
    }
  });

  it('goes on from a saved state with the same bits', async () => {
    const whole = toTensors(random('weight', 0));
    run(createAdamW(SPECS, SETTINGS), whole, 0, STEPS);
    const first = createAdamW(SPECS, SETTINGS);
    const parameters = toTensors(random('weight', 0));
    run(first, parameters, 0, 4);
    const state = await first.state();
    expect(state.stepCount).toBe(4);
    expect([...state.moments.keys()].sort()).toEqual(
      SPECS.flatMap(({ name }) => [`m.${name}`, `v.${name}`]).sort(),
    );
    run(createAdamW(SPECS, SETTINGS, state), parameters, 4, STEPS);
    for (const { name } of SPECS)
      expect(parameters.get(name)!.dataSync()).toEqual(whole.get(name)!.dataSync());
  });

  it('keeps no tensor but its moments', async () => {
    const parameters = toTensors(random('weight', 0));
    const before = tf.memory().numTensors;
    const optimizer = createAdamW(SPECS, SETTINGS);
    const started = tf.memory().numTensors;
    run(optimizer, parameters, 0, 3);
    await optimizer.state();
    expect(tf.memory().numTensors).toBe(started);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('flattens and restores groups of any size', () => {
    const tensors = toTensors(random('weight', 0));
    for (const groupSize of [1, 7, 14, 1000]) {
      const restored = new Map<string, Tensor>();
      for (const group of flatGroups(SPECS, groupSize)) {
        const vector = flatten(group, tensors);
        expect(vector.shape).toEqual([group.size]);
        for (const [name, tensor] of unflatten(group, vector)) restored.set(name, tensor);
      }
      for (const { name, shape } of SPECS) {
        expect(restored.get(name)!.shape).toEqual(shape);
        expect(restored.get(name)!.dataSync()).toEqual(tensors.get(name)!.dataSync());
      }
    }
  });
});

describe('flatGroups', () => {
  it('keeps decaying and other weights apart and respects the size', () => {
    const groups = flatGroups(SPECS, 14);
    expect(groups.map(({ decays, parts }) => [decays, ...parts.map(({ name }) => name)])).toEqual([
      [true, 'a.weight', 'b.weight'],
      [true, 'c.table'],
      [false, 'a.bias'],
    ]);
  });
});
