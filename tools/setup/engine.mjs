/**
 * Makes the TensorFlow engine available to this checkout: built once for the machine, shared through the cache, and
 * linked into the package that loads it. Where that cannot be, one line says why, and WebAssembly does the work.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BINDING_FILE, findCompiler, installEngine } from './engine-install.mjs';
import { recipesFor } from './engine-recipes.mjs';
import { forgetFailures, rememberFailure, stillFails } from './failures.mjs';
import { hashesMatch, sizesMatch } from './files.mjs';
import { seesNvidiaGpu } from './gpu.mjs';
import { withLock } from './lock.mjs';
import { findPython } from './pip.mjs';
import { SetupError } from './setup-error.mjs';

/** Where `@tensorflow/tfjs-node-gpu` looks for its native half. */
const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu';
const LINK = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;

/**
 * @param {{ root: string, cache: string, reporter: object, env?: object, repair?: boolean, recipes?: object[] }} options
 *   `repair`: read every file against its hash, forget remembered failures.
 * @returns {Promise<{ key: string } | null>} the engine that is linked; null means another one
 */
export async function ensureEngine(options) {
  const { cache, reporter, env = process.env, repair = false } = options;
  const wanted = (env.DUBSCOPE_ENGINE ?? '').trim().toLowerCase();
  if (wanted === 'wasm' || wanted === 'webgpu') return null;
  const record = join(cache, 'engine', 'failure.json');
  if (repair) forgetFailures(record);
  const recipes = options.recipes ?? recipesFor({ gpu: seesNvidiaGpu(env) });
  const facts = { python: findPython(env), compiler: findCompiler(env) };
  if (recipes.length === 0) noteUnsupported(record, reporter, facts);
  for (const recipe of recipes) {
    const folder = join(cache, 'engine', recipe.key);
    const isWhole = repair ? hashesMatch : sizesMatch;
    if (await isWhole(folder)) return useEngine({ ...options, recipe, folder });
    if (wanted !== 'tensorflow' && stillFails(record, recipe.key, facts)) continue;
    try {
      await buildOnce({ ...options, recipe, folder, isWhole });
      forgetFailures(record);
      return useEngine({ ...options, recipe, folder });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      rememberFailure(record, recipe.key, { code: error.code, reason: error.message, facts });
      reporter.say(
        `${recipe.label}: ${error.message}; ${whatNow(wanted, recipe, recipes)}. Log: ${reporter.logPath}`,
      );
    }
  }
  unlinkEngine(options.root);
  return null;
}

/**
 * Whether the engine is here (`found`), could be had (`missing`), or is not to be had: not wanted, not known for this machine,
 * tried in vain a short while ago, or with nowhere to be linked to (`none`). Nothing is changed.
 * @returns {'found' | 'missing' | 'none'}
 */
export function lookForEngine({ root, cache, env = process.env }) {
  const wanted = (env.DUBSCOPE_ENGINE ?? '').trim().toLowerCase();
  if (wanted === 'wasm' || wanted === 'webgpu') return 'none';
  const link = join(root, LINK);
  if (existsSync(link)) return 'found';
  if (!isWritable(join(root, PACKAGE))) return 'none';
  const facts = { python: findPython(env), compiler: findCompiler(env) };
  const record = join(cache, 'engine', 'failure.json');
  const recipes = recipesFor({ gpu: seesNvidiaGpu(env) });
  return recipes.every((recipe) => stillFails(record, recipe.key, facts)) ? 'none' : 'missing';
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function whatNow(wanted, recipe, recipes) {
  if (recipe !== recipes.at(-1)) return 'going on with TensorFlow on the processor';
  if (wanted === 'tensorflow') return 'so DUBSCOPE_ENGINE=tensorflow cannot be obeyed';
  return 'going on with WebGPU or WebAssembly';
}

async function buildOnce({ cache, root, reporter, env, recipe, folder, isWhole }) {
  const lock = join(cache, 'locks', 'engine.lock');
  const onWait = (owner) =>
    reporter.say(`${recipe.label}: waiting for process ${owner?.pid ?? '?'}, which is setting it up`);
  await withLock(lock, { onWait }, async () => {
    if (await isWhole(folder)) return;
    await installEngine({ recipe, folder, cache, root, reporter, env });
  });
}

function useEngine({ root, recipe, folder }) {
  const link = join(root, LINK);
  const target = join(folder, BINDING_FILE);
  if (linkTarget(link) !== target) {
    mkdirSync(dirname(link), { recursive: true });
    const temporary = `${link}.${process.pid}`;
    rmSync(temporary, { force: true });
    symlinkSync(target, temporary);
    renameSync(temporary, link);
  }
  return { key: recipe.key };
}

/** A link to an engine that is no longer whole would fail in stranger ways than no link. */
function unlinkEngine(root) {
  if (linkTarget(join(root, LINK)) !== null) rmSync(join(root, LINK), { force: true });
}

function linkTarget(link) {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

function noteUnsupported(record, reporter, facts) {
  const key = `${process.platform}-${process.arch}`;
  if (stillFails(record, key, facts)) return;
  const reason = `no build of TensorFlow is known for ${key}`;
  rememberFailure(record, key, { code: 'unsupported', reason, facts });
  reporter.say(`TensorFlow engine: ${reason}; going on with WebGPU or WebAssembly.`);
}
