/**
 * The one way to read tensors. `tensor.dataSync()` works only on engines that compute in this process's memory; a GPU
 * behind WebGPU answers later, and its backend throws. Core never calls `dataSync` or `arraySync`.
 */
import { gpuFailure } from './gpu-failure.ts';
import { type Tensor, tf } from './tf.ts';

/**
 * The values of a float32 tensor, row by row. The array may be the engine's own copy: read it, do not write to it.
 * The tensor stays the caller's, and must not be disposed before the promise is fulfilled.
 * @throws AppError ENGINE_FAILED when the GPU failed in this or an earlier operation (memory, a lost device).
 */
export async function readValues(tensor: Tensor): Promise<Float32Array> {
  const isGpu = tf.getBackend() === 'webgpu';
  const values = await tensor.data<'float32'>().catch((error: unknown) => {
    throw isGpu ? (gpuFailure() ?? error) : error;
  });
  const failure = isGpu ? gpuFailure() : null;
  if (failure !== null) throw failure;
  return values;
}
