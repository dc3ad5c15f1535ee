/**
 * MViTv2 (Li et al. 2022), as the paper's towers are (paper-facts 3): a convolution makes tokens, blocks attend to ever
 * coarser grids, width doubles where the picture halves.
 */
import { recomputed } from '../engine/ops/ops.ts';
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import { mvitBlock, mvitBlockWeights } from './mvit-block.ts';
import { mvitPatches } from './mvit-patches.ts';
import { type MvitBlockPlan, mvitPlan } from './mvit-plan.ts';
import { layerNormOf } from './named-layers.ts';
import type { Weights } from './parameters.ts';
import type { MvitPreset } from './presets.ts';
import type { DropPathFactors, TowerPass } from './tower-pass.ts';

export { mvitSpecs } from './mvit-specs.ts';

/** Sees the tokens after each stage of the network; for comparing with reference values. */
export type OnStage = (name: string, tokens: Tensor) => void;

/**
 * Features of an input.
 * @param name prefix of the weights
 * @param input `[batch, frames, rows, columns, channels]`, as the network was trained on: 0..1, or dB
 * @param onStage called with `patch_embed`, `blocks.N.attn`, `blocks.N`
 * @returns `[batch, preset.width]`
 */
export function mvit(
  name: string,
  input: Tensor5D,
  weights: Weights,
  preset: MvitPreset,
  pass: TowerPass = {},
  onStage?: OnStage,
): Tensor2D {
  const [batch, frames, rows, columns] = input.shape;
  const plan = mvitPlan([frames, rows, columns], preset);
  return tf.tidy(() => {
    let tokens = mvitPatches(`${name}.patch_embed`, input, weights, preset, pass.statistics);
    onStage?.('patch_embed', tokens);
    if (preset.classToken) {
      const token = tf.tile(weights(`${name}.cls_token`) as Tensor3D, [batch, 1, 1]);
      tokens = tf.concat([token, tokens], 1) as Tensor3D;
    }
    for (const block of plan.blocks) tokens = runBlock(name, tokens, block, weights, preset, pass, onStage);
    return towerOutput(name, tokens, weights, preset);
  });
}

function runBlock(
  name: string,
  tokens: Tensor3D,
  plan: MvitBlockPlan,
  weights: Weights,
  preset: MvitPreset,
  pass: TowerPass,
  onStage: OnStage | undefined,
): Tensor3D {
  const prefix = `${name}.blocks.${plan.index}`;
  const factors = branchFactors(pass.dropPath, plan.index);
  const run = (x: Tensor): Tensor3D =>
    mvitBlock(prefix, x as Tensor3D, plan, weights, preset, {
      factors,
      onAttention: (attended) => onStage?.(`blocks.${plan.index}.attn`, attended),
    });
  const result = tf.tidy(() =>
    pass.recompute === 'blocks'
      ? (recomputed(tokens, mvitBlockWeights(prefix, plan).map(weights), run) as Tensor3D)
      : run(tokens),
  );
  onStage?.(`blocks.${plan.index}`, result);
  return result;
}

/** Norm, then the class token, or the mean of all tokens (paper-facts 3.1). */
function towerOutput(name: string, tokens: Tensor3D, weights: Weights, preset: MvitPreset): Tensor2D {
  if (!preset.classToken) return tf.mean(layerNormOf(`${name}.norm`, tokens, weights), 1);
  const [batch, , width] = tokens.shape;
  const first = tf.reshape(tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), [batch, width]);
  return layerNormOf(`${name}.norm`, first, weights) as Tensor2D;
}

/** Factors of a block's two branches // [batch] each */
export type BranchFactors = { attention: Float32Array; mlp: Float32Array };

function branchFactors(drop: DropPathFactors | undefined, block: number): BranchFactors | undefined {
  if (drop === undefined) return undefined;
  const at = block * 2 * drop.batch;
  return {
    attention: drop.factors.subarray(at, at + drop.batch),
    mlp: drop.factors.subarray(at + drop.batch, at + 2 * drop.batch),
  };
}
