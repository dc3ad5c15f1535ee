/** Names, shapes and first values of an MViTv2's weights, as the official code has them (paper-facts 3.1, 3.5). */
import { type MvitBlockPlan, mvitPlan } from './mvit-plan.ts';
import type { Initial, ParameterSpec } from './parameters.ts';
import type { Extent3, MvitPreset } from './presets.ts';

/** Linear, convolution and position weights (paper-facts 3.1). */
const WEIGHT: Initial = { normal: 0.02 };
/** Biases of linear layers and of layer norms; 0.02 is the official code's value, not a slip (paper-facts 3.1). */
const BIAS: Initial = { constant: 0.02 };

/**
 * Weights and statistics of a tower in the order of its state dict. Layouts are PyTorch's: linear `[out, in]`,
 * convolution `[out, in, time, height, width]`.
 * @param name prefix, `net.video` or `net.audio`
 * @param input frames, rows and columns of the input
 * @param channels of the input: 3 or 1
 */
export function mvitSpecs(
  name: string,
  input: Extent3,
  channels: number,
  preset: MvitPreset,
): ParameterSpec[] {
  const plan = mvitPlan(input, preset);
  const last = plan.blocks.at(-1)!.widthOut;
  const classToken = { name: `${name}.cls_token`, shape: [1, 1, preset.embed], initial: WEIGHT };
  return [
    ...(preset.classToken ? [classToken] : []),
    ...patchSpecs(`${name}.patch_embed`, channels, preset),
    ...plan.blocks.flatMap((block) => blockSpecs(`${name}.blocks.${block.index}`, block, preset)),
    ...normSpecs(`${name}.norm`, last),
  ];
}

function patchSpecs(
  name: string,
  channels: number,
  { embed, patch, classToken }: MvitPreset,
): ParameterSpec[] {
  // The audio tower's convolution is two-dimensional.
  const kernel = classToken ? [...patch.kernel] : patch.kernel.slice(1);
  const inputs = channels * kernel.reduce((product, length) => product * length, 1);
  return [
    { name: `${name}.norm.running_mean`, shape: [channels], initial: { constant: 0 }, buffer: true },
    { name: `${name}.norm.running_var`, shape: [channels], initial: { constant: 1 }, buffer: true },
    { name: `${name}.norm.num_batches_tracked`, shape: [], initial: { constant: 0 }, buffer: true },
    { name: `${name}.proj.weight`, shape: [embed, channels, ...kernel], initial: WEIGHT },
    // PyTorch's default for a convolution's bias.
    { name: `${name}.proj.bias`, shape: [embed], initial: { uniform: 1 / Math.sqrt(inputs) } },
  ];
}

function blockSpecs(name: string, block: MvitBlockPlan, { embed, poolKernel }: MvitPreset): ParameterSpec[] {
  const { widthIn, widthOut, spatialRows, temporalRows } = block;
  const table = (axis: string, rows: number): ParameterSpec => ({
    name: `${name}.attn.rel_pos_${axis}`,
    shape: [rows, embed],
    initial: WEIGHT,
  });
  return [
    ...normSpecs(`${name}.norm1`, widthIn),
    table('h', spatialRows),
    table('w', spatialRows),
    ...(temporalRows > 0 ? [table('t', temporalRows)] : []),
    ...linearSpecs(`${name}.attn.qkv`, widthIn, 3 * widthOut),
    ...linearSpecs(`${name}.attn.proj`, widthOut, widthOut),
    ...['q', 'k', 'v'].flatMap((part) => [
      { name: `${name}.attn.pool_${part}.weight`, shape: [embed, 1, ...poolKernel], initial: WEIGHT },
      ...normSpecs(`${name}.attn.norm_${part}`, embed),
    ]),
    ...normSpecs(`${name}.norm2`, widthOut),
    ...linearSpecs(`${name}.mlp.fc1`, widthOut, 4 * widthOut),
    ...linearSpecs(`${name}.mlp.fc2`, 4 * widthOut, widthOut),
    ...(widthIn === widthOut ? [] : linearSpecs(`${name}.proj`, widthIn, widthOut)),
  ];
}

function linearSpecs(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], initial: WEIGHT },
    { name: `${name}.bias`, shape: [outputs], initial: BIAS },
  ];
}

function normSpecs(name: string, features: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [features], initial: { constant: 1 } },
    { name: `${name}.bias`, shape: [features], initial: BIAS },
  ];
}
