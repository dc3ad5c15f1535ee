/**
 * Finds and loads what the numbers are computed with: TensorFlow (native, fast, the first choice), a GPU through
 * WebGPU, or WebAssembly (slower, one thread, always there). One engine a process; results of two engines agree
 * closely, not bit by bit.
 */
import { AppError, InvariantError } from '../domain/errors.ts';
import { loadTensorflow } from './load-tensorflow.ts';
import { loadWasm } from './load-wasm.ts';
import { loadWebgpu } from './load-webgpu.ts';
import { type TensorFlowJs, tf } from './tf.ts';

/** The engines there are, best first. */
export const ENGINE_NAMES = ['tensorflow', 'webgpu', 'wasm'] as const;

/** An engine's name, as in `DUBSCOPE_ENGINE` and in run records. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** A loaded engine. Its tensors are freed by their owners; the engine itself lives as long as the process. */
export type Engine = {
  name: EngineName;
  /** The only TensorFlow.js to compute with (also exported by `core/engine/tf.ts`). */
  tf: TensorFlowJs;
  /** What the numbers depend on, e.g. `tensorflow 2.21.0, tfjs 4.22.0`. */
  version: string;
  /** `cpu` for a software renderer behind WebGPU, too. */
  device: 'cpu' | 'gpu';
  /** Threads of the processor that one operation may use. */
  threads: number;
  /** One sentence: why this engine and not a better one. */
  why: string;
};

/** What a backend's loader finds; `loadEngine` adds the reason. */
export type LoadedBackend = Omit<Engine, 'why' | 'tf'>;

/** How to choose. */
export type EngineChoice = {
  /** Take this one or fail. Default: `DUBSCOPE_ENGINE`, else the best that loads. */
  prefer?: EngineName | undefined;
  /** Variables to read; default the process's own. TensorFlow itself always reads the process's own. */
  env?: Readonly<Record<string, string | undefined>>;
};

let loaded: Engine | null = null;

/**
 * Loads an engine and makes it the backend of `tf`. Calling again gives the same engine; asking for another one
 * in the same process switches `tf` over, after which tensors of the first must not be used.
 * @throws AppError ENGINE_UNAVAILABLE when the engine that was asked for, or every engine, cannot be loaded.
 */
export async function loadEngine(choice: EngineChoice = {}): Promise<Engine> {
  const env = choice.env ?? process.env;
  const wanted = choice.prefer ?? engineNameFrom(env.DUBSCOPE_ENGINE);
  if (loaded !== null && (wanted === undefined || wanted === loaded.name)) return loaded;
  loaded =
    wanted === undefined
      ? await loadBest(loadersFor(env))
      : await loadOnly(wanted, env, choice.prefer === undefined);
  tf.enableProdMode();
  return loaded;
}

/** The engine of this process. @throws InvariantError before `loadEngine`. */
export function currentEngine(): Engine {
  if (loaded === null) throw new InvariantError('An operation ran before an engine was loaded.');
  return loaded;
}

/**
 * Reads an engine's name as a person wrote it; empty and `auto` mean "the best that loads".
 * @throws AppError ENGINE_UNAVAILABLE for a name that is no engine.
 */
export function engineNameFrom(text: string | undefined): EngineName | undefined {
  const name = text?.trim().toLowerCase();
  if (name === undefined || name === '' || name === 'auto') return undefined;
  const known = ENGINE_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new AppError(
    'ENGINE_UNAVAILABLE',
    `There is no engine named "${name}" (DUBSCOPE_ENGINE). Nothing was started. Use ${ENGINE_NAMES.join(', ')}, or leave it unset.`,
    { details: { engine: name } },
  );
}

type EngineEnvironment = Readonly<Record<string, string | undefined>>;

/** How each engine is tried when none was asked for. */
export type EngineLoaders = Readonly<Record<EngineName, () => Promise<LoadedBackend>>>;

function loadersFor(env: EngineEnvironment): EngineLoaders {
  return {
    tensorflow: () => loadTensorflow(env),
    // Software renderers are ten times slower than WebAssembly: only for who asks by name.
    webgpu: () => loadWebgpu({ acceptSoftware: false, refused: gpuRefusal(env) }),
    wasm: loadWasm,
  };
}

/** Why no GPU may be chosen, or null: a person said so by `DUBSCOPE_GPU=off`. Asking for an engine by name wins. */
export function gpuRefusal(env: EngineEnvironment): string | null {
  return env.DUBSCOPE_GPU === 'off' ? 'DUBSCOPE_GPU=off' : null;
}

async function loadOnly(name: EngineName, env: EngineEnvironment, byVariable: boolean): Promise<Engine> {
  const loaders = { ...loadersFor(env), webgpu: () => loadWebgpu({ acceptSoftware: true }) };
  const backend = await loaders[name]();
  return { ...backend, tf, why: byVariable ? `DUBSCOPE_ENGINE=${name}` : `${name} was asked for` };
}

/**
 * The first engine that loads, in the order of `ENGINE_NAMES`. TensorFlow comes first even without a GPU of its own:
 * what WebGPU makes of a GPU beside it is not measured yet.
 * @throws AppError ENGINE_UNAVAILABLE of the last engine when none loads; whatever else a loader throws.
 */
export async function loadBest(loaders: EngineLoaders): Promise<Engine> {
  const reasons: string[] = [];
  for (const name of ENGINE_NAMES) {
    try {
      const backend = await loaders[name]();
      return { ...backend, tf, why: reasons.length === 0 ? whyFirst(backend) : reasons.join('; ') };
    } catch (error) {
      const isLast = name === ENGINE_NAMES.at(-1);
      if (isLast || !(error instanceof AppError) || error.code !== 'ENGINE_UNAVAILABLE') throw error;
      reasons.push(`${name} is not available: ${error.details.reason}`);
    }
  }
  throw new InvariantError('There is no engine to try.');
}

function whyFirst({ device }: LoadedBackend): string {
  return device === 'gpu'
    ? 'the native engine is installed and has the GPU'
    : 'the native engine is installed, and is the fastest on a processor';
}
