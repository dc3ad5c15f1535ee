/** Layers whose weights are found by the names of PyTorch's modules. */
import { layerNorm, linearRows } from '../engine/ops/ops.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../engine/tf.ts';
import type { Weights } from './parameters.ts';

/** As in MViT, of every layer norm in it (paper-facts 3.1). */
const LAYER_NORM_EPSILON = 1e-6;

/** Layer norm with `name.weight` and `name.bias`. */
export function layerNormOf(name: string, x: Tensor, weights: Weights): Tensor {
  const gamma = weights(`${name}.weight`) as Tensor1D;
  return layerNorm(x, gamma, weights(`${name}.bias`) as Tensor1D, LAYER_NORM_EPSILON);
}

/** Fully connected layer with `name.weight` `[out, in]` and `name.bias`. */
export function linearRowsOf(name: string, x: Tensor, weights: Weights): Tensor {
  return partsOf(name, x, weights, 1)[0]!;
}

/** As `linearRowsOf`, the result cut into `parts` equal runs of features. */
export function partsOf(name: string, x: Tensor, weights: Weights, parts: number): Tensor[] {
  return linearRows(x, weights(`${name}.weight`) as Tensor2D, weights(`${name}.bias`) as Tensor1D, parts);
}
