/**
 * The engine's set-up with everything real but the size: pip, the compiler, Node; a wheel of a few bytes stands for
 * TensorFlow's 270 MB, and a binding of ten lines for the real one.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { ensureEngine } from '../../../tools/setup/engine.mjs';
import { findCompiler } from '../../../tools/setup/engine-install.mjs';
import { nodeBinary, ROOT } from '../../../tools/setup/paths.mjs';
import { findPython } from '../../../tools/setup/pip.mjs';
import { recordingReporter, temporaryFolder } from './temporary.ts';

const compiler = findCompiler();
const python = findPython();
const hasPip =
  python !== null &&
  (await spawnTool({ tool: python, args: ['-m', 'pip', '--version'], allowFailure: true })).exitCode === 0;
const WHEEL = 'tensorflow_tiny-1.0-py3-none-any.whl';
const LINK = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';

const BINDING = `#include <node_api.h>
extern "C" int tiny_answer();
NAPI_MODULE_INIT() {
  napi_value value;
  napi_create_int32(env, tiny_answer(), &value);
  napi_set_named_property(env, exports, "answer", value);
  return exports;
}
`;

type Recipe = { key: string; [name: string]: unknown };

/** A wheel with the two libraries, made by the compiler and Python's own zip. */
async function makeWheel(folder: string): Promise<string> {
  const source = join(folder, 'tiny.cc');
  writeFileSync(source, 'extern "C" int tiny_answer() { return 42; }\n');
  mkdirSync(join(folder, 'tensorflow', 'include', 'tensorflow', 'c'), { recursive: true });
  writeFileSync(join(folder, 'tensorflow', 'include', 'tensorflow', 'c', 'c_api.h'), '// nothing\n');
  writeFileSync(join(folder, 'tensorflow', 'unwanted.py'), 'x = 1\n');
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    const args = ['-shared', '-fPIC', `-Wl,-soname,${name}`, '-o', join(folder, 'tensorflow', name), source];
    await spawnTool({ tool: compiler!, args });
  }
  const info = join(folder, 'tensorflow_tiny-1.0.dist-info');
  mkdirSync(info);
  writeFileSync(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: tensorflow-tiny\nVersion: 1.0\n');
  writeFileSync(
    join(info, 'WHEEL'),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  );
  writeFileSync(join(info, 'RECORD'), '');
  const zip = ['-m', 'zipfile', '-c', WHEEL, 'tensorflow', 'tensorflow_tiny-1.0.dist-info'];
  await spawnTool({ tool: python!, args: zip, cwd: folder });
  return createHash('sha256')
    .update(readFileSync(join(folder, WHEEL)))
    .digest('hex');
}

describe.skipIf(process.platform !== 'linux' || compiler === null || !hasPip)('the engine', () => {
  let recipe: Recipe;
  let pipEnv: Record<string, string | undefined>;

  beforeAll(async () => {
    const wheels = temporaryFolder();
    const sha256 = await makeWheel(wheels);
    const sourceFolder = join(temporaryFolder(), 'binding');
    mkdirSync(sourceFolder);
    writeFileSync(join(sourceFolder, 'tiny_binding.cc'), BINDING);
    const tryScript = join(sourceFolder, 'try.cjs');
    writeFileSync(
      tryScript,
      'if (require(process.argv[2]).answer !== 42) throw new Error("wrong answer");\n',
    );
    pipEnv = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, DUBSCOPE_ENGINE: undefined };
    const files = ['tensorflow/lib*', 'tensorflow/include/tensorflow/c/*'];
    recipe = {
      key: 'tiny-1',
      label: 'Tiny engine',
      versions: { tensorflow: '1.0' },
      device: 'cpu',
      download: '20 KB',
      bytesNeeded: 1000,
      wheels: [{ requirement: 'tensorflow-tiny==1.0', sha256, platforms: ['any'], files }],
      sourceFolder,
      sources: ['tiny_binding'],
      tryScript,
    };
  });

  /** A checkout that has only what the set-up of the engine uses. */
  function checkout(): string {
    const root = temporaryFolder();
    for (const path of [nodeBinary(), join(ROOT, 'node_modules', 'node-api-headers')]) {
      const target = join(root, path.slice(ROOT.length));
      mkdirSync(join(target, '..'), { recursive: true });
      linkTo(path, target);
    }
    return root;
  }

  async function setUp(options: {
    root?: string;
    cache?: string;
    recipe?: Recipe;
    env?: object;
    repair?: boolean;
  }) {
    const cache = options.cache ?? temporaryFolder();
    const root = options.root ?? checkout();
    const { reporter, said } = recordingReporter(cache);
    const engine = await ensureEngine({
      root,
      cache,
      reporter,
      env: { ...pipEnv, ...options.env },
      repair: options.repair ?? false,
      recipes: [options.recipe ?? recipe],
    });
    return { engine, cache, root, said: said() };
  }

  it('is built once, listed, linked, and shared with the next checkout', async () => {
    const { engine, cache, root, said } = await setUp({});
    expect(engine).toEqual({ key: 'tiny-1' });
    expect(said.trim().split('\n')).toHaveLength(2);
    const folder = join(cache, 'engine', 'tiny-1');
    expect(readlinkSync(join(root, LINK))).toBe(join(folder, 'tfjs_binding.node'));
    expect(existsSync(join(folder, 'tensorflow', 'unwanted.py'))).toBe(false);
    const { files } = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8'));
    expect(files).toHaveLength(4);
    expect(readdirSync(join(cache, 'tmp'))).toEqual([]);
    const binding = JSON.stringify(join(root, LINK));
    const loaded = await spawnTool({ tool: process.execPath, args: ['-p', `require(${binding}).answer`] });
    expect(loaded.stdout.toString().trim()).toBe('42');
    const second = await setUp({ cache });
    expect(second.said).toBe('');
    expect(readlinkSync(join(second.root, LINK))).toBe(join(folder, 'tfjs_binding.node'));
  });

  it('is repaired at the next start when a file was cut off, and on request when a byte changed', async () => {
    const { cache, root } = await setUp({});
    const library = join(cache, 'engine', 'tiny-1', 'tensorflow', 'libtensorflow_cc.so.2');
    truncateSync(library, 10);
    expect((await setUp({ cache, root })).said).toContain('building');
    const bytes = readFileSync(library);
    bytes[bytes.length - 1] = (bytes.at(-1)! + 1) % 256;
    writeFileSync(library, bytes);
    expect((await setUp({ cache, root })).said).toBe('');
    expect((await setUp({ cache, root, repair: true })).said).toContain('building');
    expect((await setUp({ cache, root, repair: true })).said).toBe('');
  });

  it('is built by one of two checkouts that start together', async () => {
    const cache = temporaryFolder();
    const both = await Promise.all([setUp({ cache }), setUp({ cache })]);
    const said = both.map((one) => one.said).join('');
    expect(said.match(/building/g)).toHaveLength(1);
    expect(both.map((one) => one.engine?.key)).toEqual(['tiny-1', 'tiny-1']);
  });

  it('is refused in one line when a wheel is not the one that was pinned, and not tried again at once', async () => {
    const wheels = [{ ...(recipe.wheels as object[])[0], sha256: '0'.repeat(64) }];
    const { engine, cache, root, said } = await setUp({ recipe: { ...recipe, wheels } });
    expect(engine).toBeNull();
    expect(said).toMatch(
      /^set-up: Tiny engine: .* failed: pip could not bring tensorflow-tiny==1\.0 .*WebGPU or WebAssembly.*\n$/,
    );
    expect(readdirSync(join(cache, 'tmp'))).toEqual([]);
    expect((await setUp({ cache, root, recipe: { ...recipe, wheels } })).said).toBe('');
    const asked = await setUp({
      cache,
      root,
      recipe: { ...recipe, wheels },
      env: { DUBSCOPE_ENGINE: 'tensorflow' },
    });
    expect(asked.said).toContain('DUBSCOPE_ENGINE=tensorflow cannot be obeyed');
    expect((await setUp({ cache, root, repair: true })).engine).toEqual({ key: 'tiny-1' });
    expect(existsSync(join(cache, 'engine', 'failure.json'))).toBe(false);
  });

  it('says in one line that there is no compiler, goes on, and notices when one appears', async () => {
    const bin = temporaryFolder();
    linkTo(python!, join(bin, 'python3'));
    const { engine, cache, root, said } = await setUp({ env: { PATH: bin } });
    expect(engine).toBeNull();
    expect(said).toMatch(
      /^set-up: Tiny engine: no C\+\+ compiler was found \(install g\+\+\); going on with WebGPU or WebAssembly\. Log: .*\n$/,
    );
    expect(JSON.parse(readFileSync(join(cache, 'engine', 'failure.json'), 'utf8')).reason).toContain(
      'no C++ compiler',
    );
    expect((await setUp({ cache, root, env: { PATH: bin } })).said).toBe('');
    expect((await setUp({ cache, root })).engine).toEqual({ key: 'tiny-1' });
  });

  it('says in one line that there is no Python, no pip, no room', async () => {
    const bin = temporaryFolder();
    linkTo(compiler!, join(bin, 'g++'));
    expect((await setUp({ env: { PATH: bin } })).said).toContain('no Python 3 was found');
    const fake = join(bin, 'python3');
    writeFileSync(fake, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect((await setUp({ env: { PATH: `${bin + delimiter}/bin`, DUBSCOPE_PYTHON: fake } })).said).toContain(
      'has no pip',
    );
    const greedy = { ...recipe, bytesNeeded: 1e18 };
    expect((await setUp({ recipe: greedy })).said).toMatch(
      /needs 931322574\.6 GiB of free disk, \d+\.\d are left/,
    );
  });

  it('is not linked when it does not run here', async () => {
    const tryScript = join(temporaryFolder(), 'try.cjs');
    writeFileSync(tryScript, 'process.kill(process.pid, "SIGILL");\n');
    const { engine, cache, root, said } = await setUp({ recipe: { ...recipe, tryScript } });
    expect(engine).toBeNull();
    expect(said).toContain('lack an instruction');
    expect(existsSync(join(root, LINK))).toBe(false);
    expect(existsSync(join(cache, 'engine', 'tiny-1'))).toBe(false);
  });

  it.each(['wasm', 'webgpu'])('is left alone when another engine was asked for (%s)', async (asked) => {
    const { engine, cache, said } = await setUp({ env: { DUBSCOPE_ENGINE: asked } });
    expect([engine, said, existsSync(join(cache, 'engine'))]).toEqual([null, '', false]);
  });
});

function linkTo(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
