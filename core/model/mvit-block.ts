/** One block of MViTv2: pooled attention and a two-layer network, each with its skip connection (paper-facts 3.1). */
import { gelu, maxPool, poolConv, pooledAttention } from '../engine/ops/ops.ts';
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, type Tensor5D, tf } from '../engine/tf.ts';
import type { MvitBlockPlan } from './mvit-plan.ts';
import { layerNormOf, linearRowsOf, partsOf } from './named-layers.ts';
import type { Weights } from './parameters.ts';
import type { Extent3, MvitPreset } from './presets.ts';
import { positionWeights } from './relative-positions.ts';

/** What a block's pass depends on besides tokens and weights. */
export type MvitBlockPass = {
  /** Factors of the two branches // [batch] each; default: all 1. */
  factors: { attention: Float32Array; mlp: Float32Array } | undefined;
  onAttention: (attended: Tensor) => void;
};

/** Names of the weights that `mvitBlock` uses. */
export function mvitBlockWeights(name: string, plan: MvitBlockPlan): string[] {
  const axes = plan.temporalRows > 0 ? ['h', 'w', 't'] : ['h', 'w'];
  const both = (layer: string): string[] => [`${name}.${layer}.weight`, `${name}.${layer}.bias`];
  return [
    ...['norm1', 'attn.qkv', 'attn.proj', 'norm2', 'mlp.fc1', 'mlp.fc2'].flatMap(both),
    ...['q', 'k', 'v'].flatMap((part) => [`${name}.attn.pool_${part}.weight`, ...both(`attn.norm_${part}`)]),
    ...axes.map((axis) => `${name}.attn.rel_pos_${axis}`),
    ...(plan.widthIn === plan.widthOut ? [] : both('proj')),
  ];
}

/**
 * A block.
 * @param x `[batch, (1 +) tokens of plan.grid, widthIn]`
 * @returns `[batch, (1 +) tokens of plan.queryGrid, widthOut]`
 */
export function mvitBlock(
  name: string,
  x: Tensor3D,
  plan: MvitBlockPlan,
  weights: Weights,
  preset: MvitPreset,
  { factors, onAttention }: MvitBlockPass,
): Tensor3D {
  const mixed = tf.tidy(() => {
    const normed = layerNormOf(`${name}.norm1`, x, weights) as Tensor3D;
    const attended = attend(`${name}.attn`, normed, plan, weights, preset);
    onAttention(attended);
    // Where the width changes, the skip takes the normalised input; not a slip (paper-facts 3.1).
    const kept = plan.widthIn === plan.widthOut ? x : linearRowsOf(`${name}.proj`, normed, weights);
    return tf.add(poolSkip(kept as Tensor3D, plan, preset), scaled(attended, factors?.attention)) as Tensor3D;
  });
  return tf.tidy(() => {
    const inner = linearRowsOf(`${name}.mlp.fc1`, layerNormOf(`${name}.norm2`, mixed, weights), weights);
    const outer = linearRowsOf(`${name}.mlp.fc2`, gelu(inner), weights);
    return tf.add(mixed, scaled(outer, factors?.mlp)) as Tensor3D;
  });
}

function attend(
  name: string,
  x: Tensor3D,
  plan: MvitBlockPlan,
  weights: Weights,
  preset: MvitPreset,
): Tensor3D {
  const { queryStride, keyStride, queryGrid, keyGrid, heads } = plan;
  return tf.tidy(() => {
    const [query, key, value] = partsOf(`${name}.qkv`, x, weights, 3) as [Tensor3D, Tensor3D, Tensor3D];
    const pool = (part: string, tokens: Tensor3D, stride: Extent3): Tensor4D =>
      inHeads(poolTokens(name, part, tokens, stride[1], plan, weights, preset), heads);
    const q = pool('q', query, queryStride);
    const attended = pooledAttention(
      q,
      pool('k', key, keyStride),
      pool('v', value, keyStride),
      positionsOf(name, plan, weights),
      { queryGrid, keyGrid, classToken: preset.classToken },
    );
    const pooled = tf.add(attended, preset.classToken ? withoutClass(q) : q) as Tensor4D;
    const [batch, , tokens, features] = pooled.shape;
    const joined = tf.reshape(tf.transpose(pooled, [0, 2, 1, 3]), [batch, tokens, heads * features]);
    return linearRowsOf(`${name}.proj`, joined, weights) as Tensor3D;
  });
}

/** Pools the grid, passes the class token by, and normalises each head // [batch, tokens, heads * features] */
function poolTokens(
  name: string,
  part: string,
  tokens: Tensor3D,
  stride: number,
  { grid }: MvitBlockPlan,
  weights: Weights,
  { classToken, embed }: MvitPreset,
): Tensor3D {
  const [batch, , width] = tokens.shape;
  return tf.tidy(() => {
    const kernel = weights(`${name}.pool_${part}.weight`);
    const inGrid = tf.reshape(withoutFirst(tokens, classToken), [batch, ...grid, width]) as Tensor5D;
    const pooled = tf.reshape(poolConv(inGrid, kernel, stride), [batch, -1, width]) as Tensor3D;
    const all = classToken ? tf.concat([tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), pooled], 1) : pooled;
    const perHead = tf.reshape(all, [batch, all.shape[1]!, width / embed, embed]);
    return tf.reshape(layerNormOf(`${name}.norm_${part}`, perHead, weights), all.shape) as Tensor3D;
  });
}

function withoutFirst(tokens: Tensor3D, classToken: boolean): Tensor3D {
  return classToken ? tf.slice(tokens, [0, 1, 0], [-1, -1, -1]) : tokens;
}

/** `[batch, heads, tokens, features of a head]` */
function inHeads(tokens: Tensor3D, heads: number): Tensor4D {
  const [batch, count, width] = tokens.shape;
  return tf.transpose(tf.reshape(tokens, [batch, count, heads, width / heads]), [0, 2, 1, 3]) as Tensor4D;
}

/** The queries with zeros for the class token, which has no residual pooling (paper-facts 3.1). */
function withoutClass(q: Tensor4D): Tensor4D {
  const grid = tf.slice(q, [0, 0, 1, 0], [-1, -1, -1, -1]);
  return tf.pad(grid, [
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
  ]) as Tensor4D;
}

function positionsOf(name: string, plan: MvitBlockPlan, weights: Weights) {
  const { queryGrid, keyGrid, temporalRows } = plan;
  const axis = (letter: string, at: 0 | 1 | 2): Tensor3D => {
    const table = weights(`${name}.rel_pos_${letter}`) as Tensor2D;
    const [rows, features] = table.shape;
    const [queries, keys] = [queryGrid[at], keyGrid[at]];
    const mixing = tf.tensor2d(positionWeights(queries, keys, rows), [queries * keys, rows]);
    return tf.reshape(tf.matMul(mixing, table), [queries, keys, features]);
  };
  return {
    height: axis('h', 1),
    width: axis('w', 2),
    time: temporalRows > 0 ? axis('t', 0) : null,
  };
}

/** The skip connection of a block that halves the picture (paper-facts 3.1). */
function poolSkip(x: Tensor3D, { grid, queryStride, widthOut }: MvitBlockPlan, preset: MvitPreset): Tensor3D {
  if (queryStride[1] === 1) return x;
  const [batch] = x.shape;
  const [time, height, width] = grid;
  const pictures = tf.reshape(withoutFirst(x, preset.classToken), [batch * time, height, width, widthOut]);
  const pooled = tf.reshape(maxPool(pictures as Tensor4D), [batch, -1, widthOut]) as Tensor3D;
  return preset.classToken ? tf.concat([tf.slice(x, [0, 0, 0], [-1, 1, -1]), pooled], 1) : pooled;
}

function scaled(branch: Tensor, factors: Float32Array | undefined): Tensor {
  if (factors === undefined) return branch;
  return tf.mul(branch, tf.tensor3d(factors, [factors.length, 1, 1]));
}
