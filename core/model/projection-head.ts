/**
 * The projection head: from features to the space in which views are compared. It exists for training and
 * retrieval; features are taken before it (paper-facts 1.1). Shape and one head a modality: our choice (1.4).
 */
import { gelu, l2Normalize, linear } from '../engine/ops/ops.ts';
import { type Tensor1D, type Tensor2D, tf } from '../engine/tf.ts';
import { linearSpecs, type ParameterSpec, type Weights } from './parameters.ts';

/** Weights of the head `name` (`video_head`, `audio_head`). */
export function projectionHeadSpecs(
  name: string,
  features: number,
  head: { hidden: number; embedding: number },
): ParameterSpec[] {
  return [
    ...linearSpecs(`${name}.fc1`, features, head.hidden),
    ...linearSpecs(`${name}.fc2`, head.hidden, head.embedding),
  ];
}

/**
 * Embeddings of length one; the caller owns the result.
 * @param features `[batch, width]`
 * @returns `[batch, embedding]`
 */
export function projectionHead(name: string, features: Tensor2D, weights: Weights): Tensor2D {
  const weight = (part: string) => weights(`${name}.${part}.weight`) as Tensor2D;
  const bias = (part: string) => weights(`${name}.${part}.bias`) as Tensor1D;
  return tf.tidy(() => {
    const hidden = gelu(linear(features, weight('fc1'), bias('fc1')));
    return l2Normalize(linear(hidden, weight('fc2'), bias('fc2'))) as Tensor2D;
  });
}
