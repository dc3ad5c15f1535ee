/**
 * Loads the native TensorFlow backend, which the set-up built for this machine (docs/engine.md). Everything that
 * has to be in place before the first `require` is here: variables that TensorFlow reads once, and two functions
 * that Node 23 removed and the last tfjs-node release still calls.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import { AppError } from '../domain/errors.ts';
import { cacheFolder } from './cache-folder.ts';
import type { LoadedBackend } from './engine.ts';
import { requirePackage, tf } from './tf.ts';

/** The package whose JavaScript half we use; its native half is built by the set-up. */
const PACKAGE = '@tensorflow/tfjs-node-gpu';
/** Where that package looks for its native half (Node-API 8 is the newest it names). */
const BINDING = 'lib/napi-v8/tfjs_binding.node';

type NativeBackend = { isUsingGpuDevice: boolean; binding: { TF_Version: string } };

/**
 * Makes TensorFlow the backend of `tf`.
 * @throws AppError ENGINE_UNAVAILABLE with `details.reason`: the set-up's reason, or the loader's.
 */
export async function loadTensorflow(
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedBackend> {
  if (!hasBinding()) throw unavailable(rememberedFailure(env) ?? 'it is not installed');
  prepareProcess();
  try {
    requirePackage(PACKAGE);
    if (!(await tf.setBackend('tensorflow'))) throw new Error('the backend refused to start');
  } catch (cause) {
    throw unavailable(cause instanceof Error ? cause.message.split('\n')[0]! : String(cause), cause);
  }
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    name: 'tensorflow',
    version: `tensorflow ${backend.binding.TF_Version}, tfjs ${tf.version_core}`,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
  };
}

/**
 * Whether a line of a process's standard error is TensorFlow's own chatter, which no variable silences: the
 * library prints it while it is being loaded. For whoever relays a worker's output.
 */
export function isEngineChatter(line: string): boolean {
  return (
    line.startsWith('WARNING: All log messages before absl::InitializeLog()') ||
    /^[IW]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ [\w.]+:\d+\]/.test(line) ||
    line.startsWith('To enable the following instructions:')
  );
}

function hasBinding(): boolean {
  try {
    return existsSync(join(requirePackage.resolve(`${PACKAGE}/package.json`), '..', BINDING));
  } catch {
    return false;
  }
}

/** Sets what TensorFlow reads when it is first loaded; a person's own settings win. */
function prepareProcess(): void {
  process.env.TF_DETERMINISTIC_OPS ??= '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Operations one after the other, each on all threads: the order of a training step never depends on timing.
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  // Still there, but it warns on every start.
  old.isArray = Array.isArray;
}

/** The reason that the set-up wrote down when it could not provide the engine. */
function rememberedFailure(env: Readonly<Record<string, string | undefined>>): string | null {
  try {
    const state: unknown = JSON.parse(readFileSync(join(cacheFolder(env), 'engine', 'failure.json'), 'utf8'));
    const reason = typeof state === 'object' && state !== null && 'reason' in state ? state.reason : null;
    return typeof reason === 'string' ? reason : null;
  } catch {
    return null;
  }
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    `The TensorFlow engine is not available: ${reason}. Nothing was computed. Run "npm run dubscope -- doctor --repair", or set DUBSCOPE_ENGINE=wasm.`,
    { cause, details: { engine: 'tensorflow', reason } },
  );
}
