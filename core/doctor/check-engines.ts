/** Loads each engine in a process of its own, so that one that crashes or fights with the other harms nothing. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../domain/errors.ts';
import { ENGINE_NAMES, type EngineName, engineNameFrom, gpuRefusal } from '../engine/engine.ts';
import { isEngineChatter } from '../engine/load-tensorflow.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import type { EngineFacts } from './report.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PROBE = fileURLToPath(new URL('./probe-engine.ts', import.meta.url));
const PROBE_TIMEOUT_MS = 120_000;
/** What the engines read; everything else of the environment stays out. */
const VARIABLES =
  /^(DUBSCOPE_|XDG_(CACHE_HOME|RUNTIME_DIR|DATA_DIRS|CONFIG_DIRS)$|LOCALAPPDATA$|TF_|CUDA_|LD_LIBRARY_PATH$|NVIDIA_|VK_|MESA_|DRI_)/;

/** Every engine: what it is, how fast, or why it does not load. One after the other, so that speeds are true. */
export async function checkEngines(env: Environment, signal?: AbortSignal): Promise<EngineFacts[]> {
  const facts: EngineFacts[] = [];
  for (const name of ENGINE_NAMES) facts.push(await checkEngine(name, env, signal));
  return facts;
}

/** Which engine commands will use and why: the same choice as `loadEngine`, from what was found. */
export function engineInUse(
  engines: readonly EngineFacts[],
  env: Environment,
): { name: EngineName; why: string } | null {
  const wanted = engineNameFrom(env.DUBSCOPE_ENGINE);
  const candidates = engines.filter((engine) =>
    wanted === undefined ? notChosen(engine, env) === null : engine.name === wanted,
  );
  const used = candidates.find((engine) => engine.loaded !== null);
  if (used === undefined) return null;
  if (wanted !== undefined) return { name: used.name, why: `DUBSCOPE_ENGINE=${wanted}` };
  const better = engines
    .slice(0, engines.indexOf(used))
    .map((engine) => `${engine.name}: ${engine.problem ?? notChosen(engine, env)}`);
  return {
    name: used.name,
    why:
      (better.length === 0 ? 'the fastest engine here' : better.join('; ')) + unusedGpu(used, engines, env),
  };
}

/** Whether an engine is WebGPU on a renderer that computes on the processor: never chosen, only taken by name. */
export function isSoftwareRenderer({ name, loaded }: EngineFacts): boolean {
  return name === 'webgpu' && loaded?.device === 'cpu';
}

/** Why an engine that loads is used only when asked for by name; null when it may be chosen. */
function notChosen(engine: EngineFacts, env: Environment): string | null {
  if (isSoftwareRenderer(engine)) return 'only a software renderer was found';
  return engine.name === 'webgpu' ? gpuRefusal(env) : null;
}

/** What a person could try: a GPU that TensorFlow cannot use and WebGPU can. Which is faster is not measured yet. */
function unusedGpu(used: EngineFacts, engines: readonly EngineFacts[], env: Environment): string {
  if (gpuRefusal(env) !== null) return '';
  const webgpu = engines.find(({ name }) => name === 'webgpu')?.loaded;
  if (used.loaded?.device === 'gpu' || webgpu?.device !== 'gpu') return '';
  return '; a GPU was found that WebGPU could use: DUBSCOPE_ENGINE=webgpu';
}

async function checkEngine(name: EngineName, env: Environment, signal?: AbortSignal): Promise<EngineFacts> {
  const kept = Object.entries(env).filter(([key, value]) => VARIABLES.test(key) && value !== undefined);
  try {
    const {
      stdout,
      exitCode,
      signal: endedBy,
      stderrTail,
    } = await spawnTool({
      tool: process.execPath,
      args: [PROBE, name],
      timeoutMs: PROBE_TIMEOUT_MS,
      signal,
      env: { ...(Object.fromEntries(kept) as Record<string, string>), ELECTRON_RUN_AS_NODE: '1' },
      allowFailure: true,
    });
    if (exitCode !== 0) return { name, loaded: null, problem: crashReason(endedBy, exitCode, stderrTail) };
    return { name, ...(JSON.parse(lastLine(stdout.toString())) as Omit<EngineFacts, 'name'>) };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED')
      return { name, loaded: null, problem: error.message };
    throw error;
  }
}

function crashReason(endedBy: string | null, exitCode: number | null, stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !isEngineChatter(line));
  const how =
    endedBy === 'SIGILL' ? 'this processor lacks an instruction it needs' : (endedBy ?? `status ${exitCode}`);
  return `its process ended (${how}) ${lines.at(-1) ?? ''}`.trim();
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
