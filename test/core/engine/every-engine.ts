/**
 * Runs the same tests on every engine that this machine has. One that cannot be had shows up as skipped, with its
 * reason, never as passed. WebGPU runs in software where a software renderer is found, so that its tests say the same
 * everywhere; that is a thousand times slower than TensorFlow, so what is not tiny uses `onFastEngines`.
 */
import { existsSync } from 'node:fs';
import { beforeAll, describe } from 'vitest';
import { currentEngine, ENGINE_NAMES, type EngineName, loadEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { readWebgpuAtOnce, watchDawn } from './webgpu-read-sync.ts';

/** Where packages put the SwiftShader renderer's description (Debian, Ubuntu, Fedora, Chrome). */
const SOFTWARE_RENDERERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** Variables that make WebGPU find its renderer; also for processes that a test starts. */
export const WEBGPU_ENVIRONMENT: Readonly<Record<string, string>> = webgpuEnvironment();
Object.assign(process.env, WEBGPU_ENVIRONMENT);

/** Why an engine is not there; null for one that is. */
const problems = new Map<EngineName, string | null>();
/** Whether WebGPU is there, but only in software. */
let isSoftware = false;
watchDawn();
for (const name of ENGINE_NAMES) {
  const problem = await loadEngine({ prefer: name }).then(
    () => null,
    (error: Error) => error.message,
  );
  problems.set(name, problem);
  if (name === 'webgpu' && problem === null) {
    readWebgpuAtOnce();
    // Else the backend computes what is small on the processor, and tiny shapes would test nothing.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    isSoftware = currentEngine().device === 'cpu';
  }
  if (problem !== null) process.stderr.write(`SKIPPED: tests on the engine ${name}. ${problem}\n`);
}

/** Declares `tests` once per engine, with that engine loaded while they run. */
export function onEveryEngine(title: string, tests: (name: EngineName) => void): void {
  for (const name of ENGINE_NAMES) declare(title, name, problems.get(name) ?? null, tests);
}

/** As `onEveryEngine`, for tests with more than tiny shapes or a few steps: without WebGPU where it is only software. */
export function onFastEngines(title: string, tests: (name: EngineName) => void): void {
  for (const name of ENGINE_NAMES) {
    const tooSlow = name === 'webgpu' && isSoftware ? 'too slow in software' : null;
    declare(title, name, problems.get(name) ?? tooSlow, tests);
  }
}

function declare(
  title: string,
  name: EngineName,
  problem: string | null,
  tests: (name: EngineName) => void,
): void {
  const heading = problem === null ? `${title} (${name})` : `${title} (${name}) SKIPPED: ${problem}`;
  describe.skipIf(problem !== null)(heading, () => {
    beforeAll(async () => {
      await loadEngine({ prefer: name });
    });
    tests(name);
  });
}

/** Whether an engine can be loaded here. */
export function hasEngine(name: EngineName): boolean {
  return problems.get(name) === null;
}

/** Whether WebGPU is there, but only on a renderer that computes on the processor. */
export function isWebgpuSoftware(): boolean {
  return isSoftware;
}

function webgpuEnvironment(): Record<string, string> {
  const given = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].filter((key) => process.env[key] !== undefined);
  if (given.length > 0) return Object.fromEntries(given.map((key) => [key, process.env[key]!]));
  const found = SOFTWARE_RENDERERS.find((path) => existsSync(path));
  return found === undefined ? {} : { VK_ICD_FILENAMES: found };
}
