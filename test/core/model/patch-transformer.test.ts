import { expect, it } from 'vitest';
import { type Tensor4D, tf } from '../../../core/engine/tf.ts';
import { initialise } from '../../../core/model/initialise.ts';
import { type ParameterSpec, sizeOf, toTensors } from '../../../core/model/parameters.ts';
import { patchTransformer, patchTransformerSpecs } from '../../../core/model/patch-transformer.ts';
import type { PatchTransformerPreset } from '../../../core/model/presets.ts';
import { createRng } from '../../../core/rng.ts';
import { onEveryEngine } from '../engine/every-engine.ts';
import { naivePatchTransformer } from './naive-transformer.ts';

const PRESET: PatchTransformerPreset = {
  kind: 'patch-transformer',
  patch: [1, 1, 1],
  width: 12,
  depth: 2,
  heads: 3,
  hidden: 20,
  activation: 'gelu',
};
const GRID = { time: 2, space: 3, patchSize: 5 };
const rng = createRng(5);

/** Random values for every weight: the real start has zeros and ones, which would hide mistakes. */
function randomWeights(specs: readonly ParameterSpec[]) {
  const loud = specs.map((spec) => ({ ...spec, initial: { normal: 0.4 } }));
  return initialise(loud, rng);
}

onEveryEngine('patchTransformer', () => {
  it.each(['gelu', 'relu'] as const)('is the network that the naive loops compute (%s)', (activation) => {
    const preset = { ...PRESET, activation };
    const specs = patchTransformerSpecs('t', GRID, preset);
    const values = randomWeights(specs);
    const tensors = toTensors(specs, values);
    const random = rng.stream('patches');
    const input = Array.from({ length: 2 * 2 * 3 * 5 }, () => random.normal());
    const features = patchTransformer(
      't',
      tf.tensor4d(input, [2, 2, 3, 5]) as Tensor4D,
      (name) => tensors.get(name)!,
      preset,
    );
    const naive = naivePatchTransformer('t', input, { batch: 2, ...GRID }, values, preset);
    expect(features.shape).toEqual([2, 12]);
    for (const [i, value] of Array.from(features.dataSync()).entries())
      expect(value).toBeCloseTo(naive[i]!, 4);
  });

  it('uses every weight that it lists', () => {
    const specs = patchTransformerSpecs('t', GRID, PRESET);
    const tensors = toTensors(specs, initialise(specs, rng));
    const asked = new Set<string>();
    const weights = (name: string) => {
      asked.add(name);
      return tensors.get(name)!;
    };
    patchTransformer('t', tf.zeros([1, 2, 3, 5]), weights, PRESET);
    expect([...asked].sort()).toEqual(specs.map(({ name }) => name).sort());
    expect(specs.every((spec) => sizeOf(spec) > 0)).toBe(true);
  });
});
