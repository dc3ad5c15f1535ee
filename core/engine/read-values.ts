/**
 * The one way to read tensors. `tensor.dataSync()` works on engines that compute in this process's memory only; a
 * GPU behind WebGPU answers later, and its backend throws. Core never calls `dataSync` or `arraySync`.
 */
import type { Tensor } from './tf.ts';

/**
 * The values of a float32 tensor, row by row. The array may be the engine's own copy: read it, do not write to it.
 * The tensor stays the caller's, and must not be disposed before the promise is fulfilled.
 */
export async function readValues(tensor: Tensor): Promise<Float32Array> {
  return tensor.data<'float32'>();
}
