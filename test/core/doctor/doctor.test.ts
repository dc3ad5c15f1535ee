import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineInUse, isSoftwareRenderer } from '../../../core/doctor/check-engines.ts';
import { sqliteProblem } from '../../../core/doctor/check-machine.ts';
import { checkCheckout, checkEngineFiles } from '../../../core/doctor/check-setup.ts';
import { type DoctorReport, formatDoctor, problemsOf, runDoctor } from '../../../core/doctor/doctor.ts';
import type { EngineFacts } from '../../../core/doctor/report.ts';
import { writeManifest } from '../../../tools/setup/files.mjs';

const LOADED = { version: 'v', device: 'cpu' as const, threads: 2, gflops: 150, matrixSize: 1024 };
const NATIVE: EngineFacts = { name: 'tensorflow', loaded: LOADED, problem: null };
const NO_NATIVE: EngineFacts = { name: 'tensorflow', loaded: null, problem: 'no C++ compiler was found' };
const WEBGPU: EngineFacts = { name: 'webgpu', loaded: { ...LOADED, device: 'gpu' }, problem: null };
const IN_SOFTWARE: EngineFacts = { name: 'webgpu', loaded: LOADED, problem: null };
const NO_WEBGPU: EngineFacts = { name: 'webgpu', loaded: null, problem: 'no GPU' };
const WASM: EngineFacts = { name: 'wasm', loaded: { ...LOADED, threads: 1, gflops: 8.5 }, problem: null };

const folder = mkdtempSync(join(tmpdir(), 'dubscope-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the doctor on this machine', () => {
  let report: DoctorReport;
  beforeAll(async () => {
    report = await runDoctor();
  });

  it('measures every engine that loads, and uses the best', () => {
    const wasm = report.engines.find((engine) => engine.name === 'wasm');
    expect(wasm?.loaded?.gflops).toBeGreaterThan(0.1);
    const best = report.engines.find((engine) => engine.loaded !== null && !isSoftwareRenderer(engine));
    expect(report.used?.name).toBe(best?.name);
  });

  it('finds Node, SQLite and the media programs with their versions', () => {
    expect(report.machine.node.version).toBe(process.version);
    expect(report.sqlite).toMatchObject({ version: expect.stringMatching(/^3\.\d+\.\d+$/), problem: null });
    expect(report.media).toMatchObject({
      ffmpegVersion: expect.any(String),
      ffprobeVersion: expect.any(String),
    });
    expect(report.cache.freeBytes).toBeGreaterThan(0);
  });

  it('prints one fact a line and ends with what is wrong or that nothing is', () => {
    const lines = formatDoctor(report);
    expect(lines.filter((line) => line.startsWith('Engine '))).toHaveLength(3);
    expect(lines.some((line) => /^Engine {6}wasm: .*GFLOP\/s/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(report.problems.length === 0 ? /^All is well\.$/ : /^! /);
  });

  it('goes on and says so when nothing is there', async () => {
    const bare = await runDoctor({
      env: { DUBSCOPE_CACHE: join(folder, 'none'), PATH: '', DUBSCOPE_ENGINE: 'wasm' },
    });
    expect(bare.used).toEqual({ name: 'wasm', why: 'DUBSCOPE_ENGINE=wasm' });
    expect(bare.media).toMatchObject({
      ffmpegPath: null,
      problem: expect.stringContaining('Install ffmpeg'),
    });
    expect(bare.problems).toContain(bare.media.problem);
  });
});

describe('what the facts mean', () => {
  it('is that the fastest engine is used, or why not', () => {
    expect(engineInUse([NATIVE, WASM], {})).toEqual({ name: 'tensorflow', why: 'the fastest engine here' });
    expect(engineInUse([NO_NATIVE, WASM], {})).toEqual({
      name: 'wasm',
      why: 'tensorflow: no C++ compiler was found',
    });
    expect(engineInUse([NO_NATIVE, NO_WEBGPU, WASM], {})?.why).toBe(
      'tensorflow: no C++ compiler was found; webgpu: no GPU',
    );
    expect(engineInUse([NATIVE, WASM], { DUBSCOPE_ENGINE: 'wasm' })?.name).toBe('wasm');
    expect(engineInUse([NO_NATIVE, WASM], { DUBSCOPE_ENGINE: 'tensorflow' })).toBeNull();
  });

  it('is that WebGPU is used where TensorFlow is missing, and never a software renderer', () => {
    expect(engineInUse([NO_NATIVE, WEBGPU, WASM], {})?.name).toBe('webgpu');
    expect(engineInUse([NO_NATIVE, IN_SOFTWARE, WASM], {})).toEqual({
      name: 'wasm',
      why: 'tensorflow: no C++ compiler was found; webgpu: only a software renderer was found',
    });
    expect(engineInUse([NATIVE, IN_SOFTWARE, WASM], { DUBSCOPE_ENGINE: 'webgpu' })?.name).toBe('webgpu');
    expect(engineInUse([NO_NATIVE, WEBGPU, WASM], { DUBSCOPE_GPU: 'off' })).toEqual({
      name: 'wasm',
      why: 'tensorflow: no C++ compiler was found; webgpu: DUBSCOPE_GPU=off',
    });
  });

  it('is that a GPU which only WebGPU can use is worth a try', () => {
    expect(engineInUse([NATIVE, WEBGPU, WASM], {})).toEqual({
      name: 'tensorflow',
      why: 'the fastest engine here; a GPU was found that WebGPU could use: DUBSCOPE_ENGINE=webgpu',
    });
    expect(engineInUse([NATIVE, WEBGPU, WASM], { DUBSCOPE_GPU: 'off' })?.why).toBe('the fastest engine here');
    const onGpu: EngineFacts = { ...NATIVE, loaded: { ...LOADED, device: 'gpu' } };
    expect(engineInUse([onGpu, WEBGPU, WASM], {})?.why).toBe('the fastest engine here');
  });

  it('is that an SQLite before 3.51.3 is refused', () => {
    expect(['3.51.3', '3.52.0', '4.0.0', '3.54.1'].map(sqliteProblem)).toEqual([null, null, null, null]);
    expect(['3.51.2', '3.45.1', '2.99.9'].map((version) => sqliteProblem(version) !== null)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is a list of what to do', async () => {
    const facts = await runDoctor({ env: { ...process.env, DUBSCOPE_ENGINE: 'wasm' } });
    const broken: DoctorReport = {
      ...facts,
      machine: {
        ...facts.machine,
        node: { ...facts.machine.node, version: 'v20.1.0' },
        gpu: { seen: true, names: [] },
      },
      engines: [NATIVE, WASM],
      used: { name: 'tensorflow', why: '' },
      engineFiles: { folder: '/e', state: 'damaged', damaged: ['libtensorflow_cc.so.2'] },
      cache: { ...facts.cache, freeBytes: 2 ** 30 },
      checkout: { folder: '/c', packagesCurrent: false },
    };
    const text = problemsOf(broken).join('\n');
    for (const part of [
      'Node v20.1.0',
      'libtensorflow_cc.so.2',
      'NVIDIA GPU',
      'package-lock.json',
      'Only 1.0 GiB',
    ]) {
      expect(text).toContain(part);
    }
    expect(problemsOf({ ...facts, used: null }).join()).toContain('No engine can be loaded');
  });
});

describe('the set-up of a checkout', () => {
  it('is whole when every file of the linked engine has its hash', async () => {
    const engine = join(folder, 'engine');
    const link = join(folder, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');
    expect(await checkEngineFiles(folder)).toMatchObject({ state: 'not installed' });
    mkdirSync(engine);
    writeFileSync(join(engine, 'tfjs_binding.node'), 'binding');
    await writeManifest(engine, { key: 'k' });
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join(engine, 'tfjs_binding.node'), link);
    expect(await checkEngineFiles(folder)).toEqual({ folder: engine, state: 'whole', damaged: [] });
    writeFileSync(join(engine, 'tfjs_binding.node'), 'bindinG');
    expect(await checkEngineFiles(folder)).toMatchObject({
      state: 'damaged',
      damaged: ['tfjs_binding.node'],
    });
  });

  it('is current when the packages are those of the lock file', async () => {
    expect(await checkCheckout(join(folder, 'nowhere'))).toBeNull();
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    expect(await checkCheckout(folder)).toMatchObject({ packagesCurrent: null });
    const stamp = join(folder, 'node_modules', '.dubscope-setup.json');
    // SHA-256 of "{}".
    const sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    writeFileSync(stamp, JSON.stringify({ lockSha256: sha256 }));
    expect(await checkCheckout(folder)).toMatchObject({ packagesCurrent: true });
    writeFileSync(stamp, JSON.stringify({ lockSha256: 'other' }));
    expect(await checkCheckout(folder)).toMatchObject({ packagesCurrent: false });
  });
});
