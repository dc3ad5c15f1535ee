/**
 * Reference values of a tower whose weights and input are made by a formula, so that two implementations can be
 * compared without a file of weights (paper-facts 3.6).
 */
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { mvitPlan, tokensOf } from './mvit-plan.ts';
import { type ParameterSpec, type ParameterValues, sizeOf } from './parameters.ts';
import { type Extent3, type MvitPreset, modelPreset } from './presets.ts';

const row = z.array(z.number());
const stage = z.tuple([z.string(), row, z.number(), z.number(), row]);
const towerValues = z.object({
  /** `[batch, 3, frames, height, width]` of a video, `[batch, 1, bands, frames]` of a sound. */
  input_shape: row.min(4).max(5),
  out_shape: row.length(2),
  first8: z.array(row),
  first8_fp64: z.array(row).optional(),
  last4: z.array(row),
  l2: row,
  loss: z.number(),
  /** Name, shape, mean, root mean square and first four values of the tokens after each module. */
  stages: z.array(stage),
  grads: z.record(z.string(), z.object({ l2: z.number(), first4: row })),
});

/** Reference values of one tower. */
export type TowerValues = z.infer<typeof towerValues>;

/** One tower of a fixture: what it is, and what should come out of it. */
export type ParityCase = {
  name: string;
  modality: 'video' | 'audio';
  size: 's' | 'b';
  overlap: boolean;
  tower: MvitPreset;
  /** Frames (1 for a sound), rows and columns of the input. */
  input: Extent3;
  expected: TowerValues;
};

/**
 * Reads a fixture: one entry a tower. Tower, size and patch option are read off the shapes.
 * @throws AppError FIXTURE_INVALID naming what is wrong.
 */
export function parseParityFixture(text: string, label: string): ParityCase[] {
  const entries = Object.entries(parseObject(text, label)).filter(([, value]) => typeof value !== 'string');
  if (entries.length === 0) throw invalid(label, 'it holds no tower');
  return entries.map(([name, value]) => {
    const parsed = towerValues.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw invalid(label, `${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
    }
    return parityCase(name, parsed.data, label);
  });
}

function parseObject(text: string, label: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(label, 'it is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalid(label, 'it is not a JSON object');
}

const DEPTHS = { 16: 's', 24: 'b' } as const;

function parityCase(name: string, expected: TowerValues, label: string): ParityCase {
  const shape = expected.input_shape;
  const modality = shape.length === 5 ? 'video' : 'audio';
  const input: Extent3 = modality === 'video' ? [shape[2]!, shape[3]!, shape[4]!] : [1, shape[2]!, shape[3]!];
  const blocks = expected.stages.map(([stageName]) => /^blocks\.(\d+)/.exec(stageName)?.[1] ?? '-1');
  const depth = Math.max(...blocks.map(Number)) + 1;
  const size = DEPTHS[depth as keyof typeof DEPTHS];
  if (size === undefined) throw invalid(label, `${name} has ${depth} blocks, neither 16 (S) nor 24 (B)`);
  const tokens = expected.stages.find(([stageName]) => stageName === 'patch_embed')?.[1][1];
  for (const overlap of [false, true]) {
    const tower = modelPreset({ preset: `mvitv2-${size}`, patchOverlap: overlap })[modality]
      .tower as MvitPreset;
    const grid = mvitPlan(input, tower).grid;
    if (tokensOf(grid) === tokens) return { name, modality, size, overlap, tower, input, expected };
  }
  throw invalid(
    label,
    `${name}: no patch option gives ${tokens} tokens from the input [${shape.join(', ')}]`,
  );
}

function invalid(label: string, what: string): AppError {
  return new AppError(
    'FIXTURE_INVALID',
    `${label} is no fixture of reference values: ${what}. Nothing was computed. See docs/model.md for the form.`,
    { details: { file: label } },
  );
}

/** The integer hash of the fixtures as a number in [0, 1): a mixing function of element and tensor (3.6). */
function hashed(element: number, position: number): number {
  let x = (element + Math.imul(position, 0x9e3779b9)) >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b) >>> 0;
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35) >>> 0;
  x ^= x >>> 16;
  return (x >>> 0) / 2 ** 32;
}

/** Position that stands for the input. */
const INPUT_POSITION = 9999;

/**
 * The weights of a fixture.
 * @param specs every weight and statistic, in the order of the state dict
 * @param prefix of the names, e.g. `net.video`
 */
export function fixtureWeights(
  specs: readonly ParameterSpec[],
  prefix: string,
  modality: 'video' | 'audio',
): ParameterValues {
  return new Map(
    specs.map((spec, position) => {
      const data = new Float32Array(sizeOf(spec));
      const value = weightFormula(spec, spec.name.slice(prefix.length + 1), modality);
      for (let i = 0; i < data.length; i += 1) data[i] = value(2 * hashed(i, position) - 1);
      return [spec.name, { shape: spec.shape, data }];
    }),
  );
}

const RUNNING = { video: { mean: 0.45, variance: 0.05 }, audio: { mean: -30, variance: 400 } };

function weightFormula(
  spec: ParameterSpec,
  name: string,
  modality: 'video' | 'audio',
): (u: number) => number {
  if (name.endsWith('running_mean')) return () => RUNNING[modality].mean;
  if (name.endsWith('running_var')) return () => RUNNING[modality].variance;
  if (spec.buffer) return () => 0;
  if (name.includes('norm') && name.endsWith('.weight')) return (u) => 1 + 0.1 * u;
  if (spec.shape.length === 1) return (u) => 0.1 * u;
  if (name.includes('rel_pos_') || name === 'cls_token') return (u) => 0.3 * u;
  const bound = Math.sqrt(3 / (sizeOf(spec) / spec.shape[0]!));
  return (u) => u * bound;
}

/** The input of a fixture in its own layout, channels before the picture. */
export function fixtureInput(shape: readonly number[], modality: 'video' | 'audio'): Float32Array {
  const data = new Float32Array(sizeOf({ shape }));
  for (let i = 0; i < data.length; i += 1) {
    const x = hashed(i, INPUT_POSITION);
    data[i] = modality === 'video' ? x : -30 + 34 * (2 * x - 1);
  }
  return data;
}
