/**
 * MViTv2 once more, as plain loops over doubles, one sample at a time, written from paper-facts 3.1: sizes, strides and
 * position vectors are worked out here on their own.
 */
import type { MvitPreset } from '../../../core/model/presets.ts';
import { naiveAttention } from '../engine/ops/naive-attention.ts';
import { type Dims, naiveMaxPool, naivePatches, naivePoolConv, outLength } from '../engine/ops/naive-grid.ts';

/** Shapes and values of weights by name. */
export type NaiveWeights = ReadonlyMap<string, { shape: readonly number[]; data: ArrayLike<number> }>;

/** What else a pass depends on; `factors` of one sample: attention and MLP of every block. */
export type NaivePass = {
  statistics?: { mean: readonly number[]; variance: readonly number[] };
  factors?: (block: number, branch: 'attention' | 'mlp') => number;
  /** Sees the tokens after `patch_embed`, `blocks.N.attn` and `blocks.N`. */
  onStage?: (name: string, rows: readonly (readonly number[])[]) => void;
};

type Rows = number[][];
type Grid = [number, number, number];
type Named = (part: string) => ArrayLike<number>;

/** Features of one sample `[frames, rows, columns, channels]`. */
export function naiveMvit(
  name: string,
  input: ArrayLike<number>,
  dims: Dims,
  weights: NaiveWeights,
  preset: MvitPreset,
  pass: NaivePass = {},
): number[] {
  const weight: Named = (part) => weights.get(`${name}.${part}`)!.data;
  let { rows, grid } = patchTokens(input, dims, weight, preset, pass);
  pass.onStage?.('patch_embed', rows);
  if (preset.classToken) rows = [Array.from(weight('cls_token')), ...rows];
  let keyStride = preset.keyStride;
  for (let block = 0; block < preset.depth; block += 1) {
    const stride = preset.stages.includes(block) ? 2 : 1;
    keyStride = Math.max(Math.floor(keyStride / stride), 1);
    const own: Named = (part) => weight(`blocks.${block}.${part}`);
    const factor = (branch: 'attention' | 'mlp'): number => pass.factors?.(block, branch) ?? 1;
    const onAttention = (attended: Rows): void => pass.onStage?.(`blocks.${block}.attn`, attended);
    ({ rows, grid } = runBlock(rows, grid, own, preset, { stride, keyStride, factor, onAttention }));
    pass.onStage?.(`blocks.${block}`, rows);
  }
  const normed = layerNorm(rows, weight('norm.weight'), weight('norm.bias'));
  if (preset.classToken) return normed[0]!;
  return normed[0]!.map((_, i) => normed.reduce((sum, row) => sum + row[i]!, 0) / normed.length);
}

function patchTokens(
  input: ArrayLike<number>,
  dims: Dims,
  weight: Named,
  { patch, embed }: MvitPreset,
  { statistics }: NaivePass,
): { rows: Rows; grid: Grid } {
  const mean = statistics?.mean ?? weight('patch_embed.norm.running_mean');
  const variance = statistics?.variance ?? weight('patch_embed.norm.running_var');
  const normalised = Array.from(input, (value, i) => {
    const channel = i % dims.channels;
    return (value - mean[channel]!) / Math.sqrt(variance[channel]! + 1e-5);
  });
  const flat = naivePatches(
    normalised,
    weight('patch_embed.proj.weight'),
    weight('patch_embed.proj.bias'),
    dims,
    patch,
  );
  const grid = [dims.time, dims.height, dims.width].map((length, i) =>
    outLength(length, patch.kernel[i]!, patch.stride[i]!, patch.padding[i]!),
  ) as Grid;
  return { rows: toRows(flat, embed), grid };
}

type BlockSizes = {
  stride: number;
  keyStride: number;
  factor: (branch: 'attention' | 'mlp') => number;
  onAttention: (attended: Rows) => void;
};

function runBlock(
  x: Rows,
  grid: Grid,
  weight: Named,
  preset: MvitPreset,
  { stride, keyStride, factor, onAttention }: BlockSizes,
): { rows: Rows; grid: Grid } {
  const normed = layerNorm(x, weight('norm1.weight'), weight('norm1.bias'));
  const attended = attend(normed, grid, weight, preset, stride, keyStride);
  onAttention(attended.rows);
  const widthOut = attended.rows[0]!.length;
  const isWider = widthOut !== x[0]!.length;
  const kept = isWider ? linear(normed, weight('proj.weight'), weight('proj.bias')) : x;
  const skip = stride === 1 ? kept : poolSkip(kept, grid, preset);
  const mixed = add(skip, attended.rows, factor('attention'));
  const second = layerNorm(mixed, weight('norm2.weight'), weight('norm2.bias'));
  const inner = linear(second, weight('mlp.fc1.weight'), weight('mlp.fc1.bias'));
  const outer = linear(
    inner.map((row) => row.map(gelu)),
    weight('mlp.fc2.weight'),
    weight('mlp.fc2.bias'),
  );
  return { rows: add(mixed, outer, factor('mlp')), grid: attended.grid };
}

function attend(
  x: Rows,
  grid: Grid,
  weight: Named,
  preset: MvitPreset,
  stride: number,
  keyStride: number,
): { rows: Rows; grid: Grid } {
  const { embed, classToken } = preset;
  const qkv = linear(x, weight('attn.qkv.weight'), weight('attn.qkv.bias'));
  const width = qkv[0]!.length / 3;
  const heads = width / embed;
  const pooled = (part: 'q' | 'k' | 'v', at: number, by: number): { heads: number[]; grid: Grid } => {
    const rows = qkv.map((row) => row.slice(at * width, (at + 1) * width));
    return poolHeads(rows, grid, by, part, weight, preset);
  };
  const [q, k, v] = [pooled('q', 0, stride), pooled('k', 1, keyStride), pooled('v', 2, keyStride)];
  const positions = {
    height: positionVectors(weight('attn.rel_pos_h'), q.grid[1], k.grid[1], embed),
    width: positionVectors(weight('attn.rel_pos_w'), q.grid[2], k.grid[2], embed),
    time: preset.temporalPositions
      ? positionVectors(weight('attn.rel_pos_t'), q.grid[0], k.grid[0], embed)
      : null,
  };
  const sizes = { batch: 1, heads, features: embed, queries: q.grid, keys: k.grid, classToken };
  const out = naiveAttention(q.heads, k.heads, v.heads, positions, sizes);
  const tokens = out.length / width;
  const rows = Array.from({ length: tokens }, (_, token) =>
    Array.from({ length: width }, (_unused, i) => {
      const at = (Math.floor(i / embed) * tokens + token) * embed + (i % embed);
      return out[at]! + (classToken && token === 0 ? 0 : q.heads[at]!);
    }),
  );
  return { rows: linear(rows, weight('attn.proj.weight'), weight('attn.proj.bias')), grid: q.grid };
}

/** Pools one of queries, keys, values; the class token passes by // heads: [heads, tokens, embed] */
function poolHeads(
  rows: Rows,
  grid: Grid,
  stride: number,
  part: string,
  weight: Named,
  { embed, classToken, poolKernel }: MvitPreset,
): { heads: number[]; grid: Grid } {
  const channels = rows[0]!.length;
  const [time, height, width] = grid;
  const tokens = classToken ? rows.slice(1) : rows;
  const flat = naivePoolConv(
    tokens.flat(),
    weight(`attn.pool_${part}.weight`),
    { batch: 1, time, height, width, channels },
    { features: embed, times: poolKernel[0], stride },
  );
  const all = [...(classToken ? [rows[0]!] : []), ...toRows(flat, channels)];
  const heads: number[] = [];
  for (let head = 0; head < channels / embed; head += 1) {
    const own = all.map((row) => row.slice(head * embed, (head + 1) * embed));
    heads.push(
      ...layerNorm(own, weight(`attn.norm_${part}.weight`), weight(`attn.norm_${part}.bias`)).flat(),
    );
  }
  return { heads, grid: [time, outLength(height, 3, stride, 1), outLength(width, 3, stride, 1)] };
}

/** Vector of every pair of places `[queries, keys, features]`; a table of another length is stretched first. */
function positionVectors(
  table: ArrayLike<number>,
  queries: number,
  keys: number,
  features: number,
): number[] {
  const rows = table.length / features;
  const length = 2 * Math.max(queries, keys) - 1;
  const at = (place: number, f: number): number => {
    const source = rows === length ? place : Math.max(((place + 0.5) * rows) / length - 0.5, 0);
    const low = Math.floor(source);
    const high = Math.min(low + 1, rows - 1);
    const share = source - low;
    return (1 - share) * table[low * features + f]! + share * table[high * features + f]!;
  };
  const byQuery = Math.max(keys / queries, 1);
  const byKey = Math.max(queries / keys, 1);
  const vectors: number[] = [];
  for (let i = 0; i < queries; i += 1)
    for (let j = 0; j < keys; j += 1) {
      const place = Math.trunc(i * byQuery - j * byKey + (keys - 1) * byKey);
      for (let f = 0; f < features; f += 1) vectors.push(at(place, f));
    }
  return vectors;
}

function poolSkip(rows: Rows, [time, height, width]: Grid, { classToken }: MvitPreset): Rows {
  const channels = rows[0]!.length;
  const tokens = classToken ? rows.slice(1) : rows;
  const { values } = naiveMaxPool(tokens.flat(), { batch: 1, time, height, width, channels });
  return [...(classToken ? [rows[0]!] : []), ...toRows(values, channels)];
}

function toRows(flat: ArrayLike<number>, width: number): Rows {
  return Array.from({ length: flat.length / width }, (_, row) =>
    Array.from({ length: width }, (_unused, i) => flat[row * width + i]!),
  );
}

/** Weights `[out, in]`. */
function linear(rows: Rows, weight: ArrayLike<number>, bias: ArrayLike<number>): Rows {
  const inputs = rows[0]!.length;
  return rows.map((row) =>
    Array.from({ length: bias.length }, (_, o) => {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i += 1) sum += row[i]! * weight[o * inputs + i]!;
      return sum;
    }),
  );
}

function layerNorm(rows: Rows, gamma: ArrayLike<number>, beta: ArrayLike<number>): Rows {
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-6)) * gamma[i]! + beta[i]!);
  });
}

function add(a: Rows, b: Rows, factor: number): Rows {
  return a.map((row, i) => row.map((value, j) => value + factor * b[i]![j]!));
}

/** x times the normal distribution function; erf by its Taylor series. */
function gelu(x: number): number {
  const z = x * Math.SQRT1_2;
  if (Math.abs(z) > 5) return z > 0 ? x : 0;
  let term = z;
  let sum = z;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n += 1) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return (x * (1 + (2 / Math.sqrt(Math.PI)) * sum)) / 2;
}
