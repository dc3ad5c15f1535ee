/** Loads the WebAssembly backend from the package's own files: no network, no native parts, one thread. */
import { dirname, sep } from 'node:path';
import type * as wasmBackend from '@tensorflow/tfjs-backend-wasm';
import { AppError } from '../domain/errors.ts';
import type { LoadedBackend } from './engine.ts';
import { requirePackage, tf } from './tf.ts';

/**
 * Makes WebAssembly the backend of `tf`.
 * @throws AppError ENGINE_UNAVAILABLE when the package is missing or the processor's WebAssembly cannot run it.
 */
export async function loadWasm(): Promise<LoadedBackend> {
  try {
    // tfjs-core alone knows no gradients; the union package registers them, in Node nothing else does.
    requirePackage('@tensorflow/tfjs');
    const backend = requirePackage('@tensorflow/tfjs-backend-wasm') as typeof wasmBackend;
    // Set once only: tfjs warns, and ignores the path, when the backend exists already.
    if (!(tf.findBackend('wasm') ?? false)) {
      backend.setWasmPaths(dirname(requirePackage.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    }
    if (!(await tf.setBackend('wasm'))) throw new Error('the backend refused to start');
    await tf.ready();
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    return {
      name: 'wasm',
      version: `tfjs-wasm ${backend.version_wasm}${simd ? ' SIMD' : ''}, tfjs ${tf.version_core}`,
      device: 'cpu',
      threads: backend.getThreadsCount(),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new AppError(
      'ENGINE_UNAVAILABLE',
      `The WebAssembly engine could not be started (${reason}). Nothing was computed. Run "npm run dubscope -- doctor".`,
      { cause, details: { engine: 'wasm', reason } },
    );
  }
}
