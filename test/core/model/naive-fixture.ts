/** Reference values of a tower, worked out by the naive loops in double precision; without gradients. */
import { mvitSpecs } from '../../../core/model/mvit.ts';
import { fixtureInput, fixtureWeights, type TowerValues } from '../../../core/model/parity-fixture.ts';
import { type MvitPreset, modelPreset } from '../../../core/model/presets.ts';
import { naiveMvit } from './naive-mvit.ts';

/** What tower, and its input `[1, bands, frames]` of one sound or `[3, frames, height, width]` of one video. */
export type FixtureOf = {
  modality: 'video' | 'audio';
  preset: 'mvitv2-s' | 'mvitv2-b';
  overlap: boolean;
  shape: number[];
};

/** The entry of a fixture file. */
export function naiveFixture({ modality, preset, overlap, shape }: FixtureOf): TowerValues {
  const tower = modelPreset({ preset, patchOverlap: overlap })[modality].tower as MvitPreset;
  const [channels, ...lengths] = shape as [number, ...number[]];
  const [time, height, width] = (lengths.length === 3 ? lengths : [1, ...lengths]) as [
    number,
    number,
    number,
  ];
  const specs = mvitSpecs('net', [time, height, width], channels, tower);
  const stages: TowerValues['stages'] = [];
  const features = naiveMvit(
    'net',
    channelsLast(fixtureInput([1, ...shape], modality), channels),
    { batch: 1, time, height, width, channels },
    fixtureWeights(specs, 'net', modality),
    tower,
    {
      onStage: (name, rows) => {
        const values = rows.flat();
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const shapeOfTokens = [1, rows.length, rows[0]!.length];
        stages.push([name, shapeOfTokens, mean, Math.sqrt(squares / values.length), values.slice(0, 4)]);
      },
    },
  );
  return {
    input_shape: [1, ...shape],
    out_shape: [1, features.length],
    first8: [features.slice(0, 8)],
    last4: [features.slice(-4)],
    l2: [Math.hypot(...features)],
    loss: features.reduce((sum, y, j) => sum + y * Math.cos(0.1 * j), 0),
    stages,
    grads: {},
  };
}

function channelsLast(values: Float32Array, channels: number): Float32Array {
  const pixels = values.length / channels;
  return values.map((_, i) => values[(i % channels) * pixels + Math.floor(i / channels)]!);
}
