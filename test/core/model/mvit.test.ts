/** The towers against loops in double precision: what comes out, and every weight's gradient. */
import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../../core/engine/gradients.ts';
import { type Tensor, type Tensor5D, tf } from '../../../core/engine/tf.ts';
import { initialise } from '../../../core/model/initialise.ts';
import { mvit, mvitSpecs } from '../../../core/model/mvit.ts';
import { type ParameterValues, toTensors } from '../../../core/model/parameters.ts';
import { type MvitPreset, modelPreset } from '../../../core/model/presets.ts';
import type { InputStatistics, TowerPass } from '../../../core/model/tower-pass.ts';
import { createRng } from '../../../core/rng.ts';
import { onEveryEngine, onFastEngines } from '../engine/every-engine.ts';
import { expectNear } from '../engine/ops/check-op.ts';
import { type NaivePass, naiveMvit } from './naive-mvit.ts';

type Modality = 'video' | 'audio';

/** A tower, its input and its pass, and what the loops make of them (worked out once). */
type Case = {
  what: string;
  modality: Modality;
  overlap: boolean;
  shape: [number, number, number, number, number];
  pass: TowerPass;
  embed?: number;
};

const rng = createRng(12);
const BATCH = 2;
const STATISTICS: Record<Modality, InputStatistics> = {
  video: { mean: [0.4, 0.5, 0.3], variance: [0.2, 0.05, 0.1], count: 100 },
  audio: { mean: [0.2], variance: [0.7], count: 100 },
};
// Each sample, branch and block has its own; one drops a branch.
const DROP = {
  depth: 4,
  batch: BATCH,
  factors: Float32Array.from({ length: 16 }, (_, i) => (i === 5 ? 0 : 1 + i / 10)),
};

// Grids of 5: pooling makes 3 and 2 of them where the tables count 2 and 1, so that tables are stretched.
const CASES: Case[] = [
  { what: 'video, patches apart', modality: 'video', overlap: false, shape: [2, 3, 34, 28, 3], pass: {} },
  {
    what: 'video, overlapping patches, drop-path and given statistics',
    modality: 'video',
    overlap: true,
    shape: [2, 3, 18, 24, 3],
    pass: { dropPath: DROP, statistics: STATISTICS.video },
  },
  { what: 'video of one frame', modality: 'video', overlap: false, shape: [2, 2, 34, 28, 3], pass: {} },
  { what: 'audio, patches apart', modality: 'audio', overlap: false, shape: [2, 1, 20, 56, 1], pass: {} },
  {
    what: 'audio, overlapping patches, drop-path and given statistics',
    modality: 'audio',
    overlap: true,
    shape: [2, 1, 18, 26, 1],
    pass: { dropPath: DROP, statistics: STATISTICS.audio },
    embed: 6,
  },
];

function presetOf({ modality, overlap, embed = 4 }: Case): MvitPreset {
  const tower = modelPreset({ preset: 'small', patchOverlap: overlap })[modality].tower as MvitPreset;
  return { ...tower, embed, depth: 4, stages: [1, 3], width: 4 * embed };
}

/** Loud values for every weight: the real start is near zero, which would hide mistakes. */
function valuesOf(testCase: Case): ParameterValues {
  const [, frames, rows, columns, channels] = testCase.shape;
  const specs = mvitSpecs('t', [frames, rows, columns], channels, presetOf(testCase));
  const values = initialise(
    specs.map((spec) => ({ ...spec, initial: { normal: 0.4 } })),
    rng,
  );
  const variance = values.get('t.patch_embed.norm.running_var')!.data;
  for (let i = 0; i < variance.length; i += 1) variance[i] = 0.5 + Math.abs(variance[i]!);
  return values;
}

function inputOf({ shape, what }: Case): Float32Array {
  const draw = rng.stream(`input ${what}`);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.normal());
}

/** Gradient of the loss: another number for every feature. */
const pullOf = (size: number): number[] => Array.from({ length: size }, (_, i) => Math.cos(0.7 * i) + 0.2);

function naiveFeatures(testCase: Case, values: ParameterValues): number[] {
  const [, time, height, width, channels] = testCase.shape;
  const input = inputOf(testCase);
  const size = time * height * width * channels;
  const { dropPath, statistics } = testCase.pass;
  return Array.from({ length: BATCH }, (_, b) => {
    const pass: NaivePass = {
      ...(statistics === undefined ? {} : { statistics }),
      factors: (block, branch) =>
        dropPath?.factors[(block * 2 + (branch === 'attention' ? 0 : 1)) * BATCH + b] ?? 1,
    };
    const sample = input.subarray(b * size, (b + 1) * size);
    const dims = { batch: 1, time, height, width, channels };
    return naiveMvit('t', sample, dims, values, presetOf(testCase), pass);
  }).flat();
}

/** Half the distance of a central difference, and how many numbers of each weight are looked at. */
const STEP = 1e-5;
const SAMPLES = 2;

type Expected = { features: number[]; gradients: Map<string, { at: number; value: number }[]> };
const known = new Map<Case, Expected>();

function expectedOf(testCase: Case): Expected {
  const before = known.get(testCase);
  if (before !== undefined) return before;
  const values = new Map(
    [...valuesOf(testCase)].map(([name, { shape, data }]) => [
      name,
      { shape, data: Float64Array.from(data) },
    ]),
  );
  const features = naiveFeatures(testCase, values as unknown as ParameterValues);
  const pull = pullOf(features.length);
  const loss = (): number =>
    naiveFeatures(testCase, values as unknown as ParameterValues).reduce(
      (sum, y, i) => sum + y * pull[i]!,
      0,
    );
  const gradients: Expected['gradients'] = new Map();
  for (const [name, { data }] of values) {
    if (name.includes('patch_embed.norm')) continue;
    const draw = rng.stream(`sample ${name}`);
    const places = Array.from({ length: Math.min(SAMPLES, data.length) }, () =>
      Math.floor(draw.uniform() * data.length),
    );
    gradients.set(
      name,
      places.map((at) => {
        const value = data[at]!;
        data[at] = value + STEP;
        const above = loss();
        data[at] = value - STEP;
        const below = loss();
        data[at] = value;
        return { at, value: (above - below) / (2 * STEP) };
      }),
    );
  }
  const expected = { features, gradients };
  known.set(testCase, expected);
  return expected;
}

/** The tower itself: features, gradients of every weight, and what is left behind. */
function run(
  testCase: Case,
  pass: TowerPass,
): { features: Float32Array; gradients: Map<string, Float32Array> } {
  const [, frames, rows, columns, channels] = testCase.shape;
  const preset = presetOf(testCase);
  const specs = mvitSpecs('t', [frames, rows, columns], channels, preset);
  const before = tf.memory().numTensors;
  const weights = toTensors(specs, valuesOf(testCase));
  const input = tf.tensor5d(inputOf(testCase), testCase.shape);
  const names = specs.filter(({ buffer }) => buffer === undefined).map(({ name }) => name);
  const dy = tf.tensor2d(pullOf(BATCH * preset.width), [BATCH, preset.width]);
  const held = tf.memory().numTensors;
  const { value, gradients } = valueAndGradients(
    () => mvit('t', input as Tensor5D, (name) => weights.get(name)!, preset, pass) as Tensor,
    names.map((name) => weights.get(name)!),
    dy,
  );
  expect(value.shape).toEqual([BATCH, preset.width]);
  expect(tf.memory().numTensors).toBe(held + 1 + names.length);
  const result = {
    features: value.dataSync() as Float32Array,
    gradients: new Map(names.map((name, i) => [name, gradients[i]!.dataSync() as Float32Array])),
  };
  tf.dispose([input, dy, value, ...weights.values(), ...gradients]);
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

function checkCase(testCase: Case): void {
  const expected = expectedOf(testCase);
  const { features, gradients } = run(testCase, testCase.pass);
  expectNear(features, expected.features, 5e-5, 'features');
  expect([...gradients.keys()].sort()).toEqual([...expected.gradients.keys()].sort());
  const largest = Math.max(...[...expected.gradients.values()].flat().map(({ value }) => Math.abs(value)));
  expect(largest).toBeGreaterThan(1);
  for (const [name, places] of expected.gradients) {
    const found = places.map(({ at }) => gradients.get(name)![at]!);
    const wanted = places.map(({ value }) => value);
    expectNear(found, wanted, 1e-3, name);
  }
}

onEveryEngine('mvit', () => {
  it.each([CASES[1]!, CASES[4]!])('$what: features and gradients of every weight', checkCase);
});

onFastEngines('mvit', () => {
  it.each([CASES[0]!, CASES[2]!, CASES[3]!])('$what: features and gradients of every weight', checkCase);

  it.each([CASES[1]!, CASES[4]!])(
    '$what: recomputed block by block it has the same gradients',
    (testCase) => {
      const plain = run(testCase, testCase.pass);
      const again = run(testCase, { ...testCase.pass, recompute: 'blocks' });
      expectNear(again.features, plain.features, 1e-6, 'features');
      for (const [name, gradient] of plain.gradients) {
        expectNear(again.gradients.get(name)!, gradient, 1e-5, name);
      }
    },
  );
});

describe('the loops', () => {
  it.each(CASES)('$what: nearly every weight that is looked at matters', (testCase) => {
    const places = [...expectedOf(testCase).gradients.values()].flat();
    expect(places.length).toBeGreaterThan(150);
    const moved = places.filter(({ value }) => Math.abs(value) > 1e-6);
    // In a video's last block nothing but the class token goes on, so that its queries' positions and pooling do not.
    expect(moved.length).toBeGreaterThan(0.8 * places.length);
  });
});
