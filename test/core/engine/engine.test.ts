import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manualClock, systemClock } from '../../../core/clock.ts';
import { currentEngine, type Engine, engineNameFrom, loadEngine } from '../../../core/engine/engine.ts';
import { isEngineChatter } from '../../../core/engine/load-tensorflow.ts';
import { measureEngine } from '../../../core/engine/measure.ts';
import { requirePackage, tf } from '../../../core/engine/tf.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { hasEngine, onEveryEngine } from './every-engine.ts';

async function engineOfFreshProcess(env: Record<string, string>): Promise<Omit<Engine, 'tf'>> {
  const file = resolve(import.meta.dirname, '../../../core/engine/engine.ts');
  const program = `const { loadEngine } = await import(${JSON.stringify(file)});
    const { tf, ...engine } = await loadEngine(); console.log(JSON.stringify(engine));`;
  const { stdout } = await spawnTool({
    tool: process.execPath,
    args: ['--input-type=module', '-e', program],
    env,
  });
  return JSON.parse(stdout.toString());
}

describe('choosing an engine', () => {
  it('reads names as people write them', () => {
    expect(engineNameFrom(' WASM ')).toBe('wasm');
    expect(engineNameFrom('tensorflow')).toBe('tensorflow');
    expect([engineNameFrom(undefined), engineNameFrom(''), engineNameFrom('auto')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('refuses a name that is no engine', async () => {
    await expect(loadEngine({ env: { DUBSCOPE_ENGINE: 'abacus' } })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('"abacus"'),
    });
  });

  it('obeys DUBSCOPE_ENGINE in a fresh process, and says so', async () => {
    const { version, ...engine } = await engineOfFreshProcess({ DUBSCOPE_ENGINE: 'wasm' });
    expect(engine).toEqual({ name: 'wasm', device: 'cpu', threads: 1, why: 'DUBSCOPE_ENGINE=wasm' });
    expect(version).toMatch(/^tfjs-wasm 4\.22\.0 SIMD, tfjs 4\.22\.0$/);
  });
});

onEveryEngine('a loaded engine', (name) => {
  it('is the backend of the one copy of tfjs', async () => {
    const engine = await loadEngine({ prefer: name });
    expect(engine.name).toBe(name);
    expect(currentEngine()).toBe(engine);
    expect(engine.tf).toBe(tf);
    expect(tf.getBackend()).toBe(name);
    expect(requirePackage('@tensorflow/tfjs-core')).toBe(tf);
    expect(await loadEngine()).toBe(engine);
  });

  it('multiplies at a speed that is measured, and leaves nothing behind', async () => {
    const engine = await loadEngine({ prefer: name });
    const before = tf.memory().numTensors;
    expect((await measureEngine(engine, systemClock)).gflops).toBeGreaterThan(0.001);
    expect(tf.memory().numTensors).toBe(before);
    expect((await measureEngine(engine, manualClock())).gflops).toBe(Number.POSITIVE_INFINITY);
  });
});

describe.skipIf(!hasEngine('tensorflow'))('TensorFlow', () => {
  it('names its own version and the threads it uses', async () => {
    const engine = await loadEngine({ prefer: 'tensorflow' });
    expect(engine.version).toMatch(/^tensorflow \d+\.\d+\.\d+, tfjs 4\.22\.0$/);
    expect(engine.threads).toBeGreaterThan(0);
  });
});

describe('TensorFlow chatter', () => {
  it('is told from real errors', () => {
    expect(
      [
        'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
        'I0000 00:00:1795399962.759632    9788 port.cc:153] oneDNN custom operations are on.',
        'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.',
      ].every(isEngineChatter),
    ).toBe(true);
    expect(isEngineChatter('E0000 00:00:1795399962.759632    9788 cuda.cc:12] failed call to cuInit')).toBe(
      false,
    );
    expect(isEngineChatter('TypeError: x is not a function')).toBe(false);
  });
});
