/**
 * What went wrong on a GPU behind WebGPU. Its errors come later than the call that caused them, and the call's result
 * is then zeros, not an exception: whoever reads values asks here first (`readValues` does).
 */
import { AppError } from '../domain/errors.ts';

let failure: AppError | null = null;

/**
 * Keeps the first failure of this process's GPU; later ones follow from it. There is no way back: what was computed
 * since may be zeros.
 * @param what one line: the driver's or the WebGPU implementation's own words
 */
export function noteGpuFailure(what: string): void {
  failure ??= new AppError(
    'ENGINE_FAILED',
    `The GPU could not go on: ${what}. What was computed since is not used; what was saved before is whole. Use a smaller batch or model, or another engine (DUBSCOPE_ENGINE).`,
    { details: { engine: 'webgpu', reason: what } },
  );
}

/** The failure of this process's GPU, or null while all is well. */
export function gpuFailure(): AppError | null {
  return failure;
}
