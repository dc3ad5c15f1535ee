/**
 * The tower of the small presets: patches, learned positions in two factors (when and where), pre-norm transformer
 * blocks, layer norm, mean over tokens (norm first, as the paper's audio tower: paper-facts 3.1).
 */
import { attention, gelu, layerNorm, linear, linearOfData } from '../engine/ops/ops.ts';
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../engine/tf.ts';
import { layerNormSpecs, linearSpecs, type ParameterSpec, type Weights } from './parameters.ts';
import type { PatchTransformerPreset } from './presets.ts';

/** As in MViT (paper-facts 3.1). */
const LAYER_NORM_EPSILON = 1e-6;
/** Standard deviation of the positions at the start (paper-facts 3.1: 0.02 for its tables). */
const POSITION_DEVIATION = 0.02;

/** How a tower's input is laid out in patches. */
export type PatchGrid = { time: number; space: number; patchSize: number };

/** The weights of a tower; `name` is its prefix, e.g. `video`. */
export function patchTransformerSpecs(
  name: string,
  grid: PatchGrid,
  preset: PatchTransformerPreset,
): ParameterSpec[] {
  const { width, depth, hidden } = preset;
  const position = { normal: POSITION_DEVIATION };
  const blocks = Array.from({ length: depth }, (_, i) => `${name}.blocks.${i}`);
  return [
    ...linearSpecs(`${name}.patch_embed`, grid.patchSize, width),
    { name: `${name}.position_time`, shape: [grid.time, 1, width], initial: position },
    { name: `${name}.position_space`, shape: [1, grid.space, width], initial: position },
    ...blocks.flatMap((block) => [
      ...layerNormSpecs(`${block}.norm1`, width),
      ...linearSpecs(`${block}.attn.qkv`, width, 3 * width),
      ...linearSpecs(`${block}.attn.proj`, width, width),
      ...layerNormSpecs(`${block}.norm2`, width),
      ...linearSpecs(`${block}.mlp.fc1`, width, hidden),
      ...linearSpecs(`${block}.mlp.fc2`, hidden, width),
    ]),
    ...layerNormSpecs(`${name}.norm`, width),
  ];
}

/**
 * Features of patches.
 * @param patches `[batch, time, space, patchSize]`, about zero mean and unit deviation
 * @returns `[batch, width]`
 */
export function patchTransformer(
  name: string,
  patches: Tensor4D,
  weights: Weights,
  preset: PatchTransformerPreset,
): Tensor2D {
  const [batch, time, space] = patches.shape;
  return tf.tidy(() => {
    const embedded = linearOfData(
      patches,
      weights(`${name}.patch_embed.weight`) as Tensor2D,
      weights(`${name}.patch_embed.bias`) as Tensor1D,
    ); // [batch, time, space, width]
    const positions = tf.add(weights(`${name}.position_time`), weights(`${name}.position_space`));
    let tokens = tf.reshape(tf.add(embedded, positions), [batch, time * space, preset.width]);
    for (let i = 0; i < preset.depth; i += 1) {
      tokens = block(tokens, `${name}.blocks.${i}`, weights, preset) as typeof tokens;
    }
    return tf.mean(norm(tokens, `${name}.norm`, weights), 1) as Tensor2D;
  });
}

function block(tokens: Tensor, name: string, weights: Weights, preset: PatchTransformerPreset): Tensor {
  const attended = selfAttention(norm(tokens, `${name}.norm1`, weights), `${name}.attn`, weights, preset);
  const mixed = tf.add(tokens, attended);
  const inner = layer(norm(mixed, `${name}.norm2`, weights), `${name}.mlp.fc1`, weights);
  const active = preset.activation === 'gelu' ? gelu(inner) : tf.relu(inner);
  return tf.add(mixed, layer(active, `${name}.mlp.fc2`, weights));
}

function selfAttention(
  tokens: Tensor,
  name: string,
  weights: Weights,
  { heads, width }: PatchTransformerPreset,
): Tensor {
  const [batch, count] = tokens.shape as [number, number];
  const parts = tf.split(layer(tokens, `${name}.qkv`, weights), 3, -1);
  const [q, k, v] = parts.map((part) =>
    tf.transpose(tf.reshape(part, [batch, count, heads, width / heads]), [0, 2, 1, 3]),
  ) as [Tensor, Tensor, Tensor]; // [batch, heads, tokens, features of a head]
  const attended = tf.transpose(attention(q, k, v), [0, 2, 1, 3]);
  return layer(tf.reshape(attended, [batch, count, width]), `${name}.proj`, weights);
}

function layer(x: Tensor, name: string, weights: Weights): Tensor {
  return linear(x, weights(`${name}.weight`) as Tensor2D, weights(`${name}.bias`) as Tensor1D);
}

function norm(x: Tensor, name: string, weights: Weights): Tensor {
  const gamma = weights(`${name}.weight`) as Tensor1D;
  return layerNorm(x, gamma, weights(`${name}.bias`) as Tensor1D, LAYER_NORM_EPSILON);
}
