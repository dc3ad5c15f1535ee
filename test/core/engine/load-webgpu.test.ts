import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../core/domain/errors.ts';
import { loadBest } from '../../../core/engine/engine.ts';
import { loadWasm } from '../../../core/engine/load-wasm.ts';
import { loadWebgpu } from '../../../core/engine/load-webgpu.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { hasEngine, isWebgpuSoftware, WEBGPU_ENVIRONMENT } from './every-engine.ts';

const ENGINE_FOLDER = resolve(import.meta.dirname, '../../../core/engine');

/** Runs a program on an engine in a process of its own. `print` writes one line of JSON. */
async function run(body: string, env: Record<string, string>) {
  const program = `
    const { loadEngine } = await import(${JSON.stringify(`${ENGINE_FOLDER}/engine.ts`)});
    const { readValues } = await import(${JSON.stringify(`${ENGINE_FOLDER}/read-values.ts`)});
    const print = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    const errorOf = (promise) => promise.then(() => null, ({ code, message, details }) => ({ code, message, details }));
    ${body}`;
  const { stdout, exitCode, signal } = await spawnTool({
    tool: process.execPath,
    args: ['--input-type=module', '-e', program],
    env: { DUBSCOPE_ENGINE: 'webgpu', ...env },
    timeoutMs: 60_000,
    allowFailure: true,
  });
  const text = stdout.toString().trim();
  return { exitCode, signal, found: text === '' ? null : JSON.parse(text) };
}

const noTensorflow = () =>
  Promise.reject(
    new AppError('ENGINE_UNAVAILABLE', 'The TensorFlow engine is not available: it is not installed.', {
      details: { engine: 'tensorflow', reason: 'it is not installed' },
    }),
  );

describe.skipIf(process.platform !== 'linux')('a machine without a Vulkan driver', () => {
  it('says so in one sentence, and the process goes on', async () => {
    const nothing = { VK_ICD_FILENAMES: '/nonexistent/icd.json', VK_DRIVER_FILES: '/nonexistent/icd.json' };
    const { exitCode, found } = await run('print(await errorOf(loadEngine()));', nothing);
    expect(found).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('no GPU with a Vulkan or Direct3D 12 driver was found. Nothing'),
      details: { engine: 'webgpu', reason: 'no GPU with a Vulkan or Direct3D 12 driver was found' },
    });
    expect(exitCode).toBe(0);
  });
});

describe.skipIf(!hasEngine('webgpu'))('WebGPU in a process of its own', () => {
  it('names the device behind it and computes', async () => {
    const { found } = await run(
      `const { tf, ...engine } = await loadEngine();
       print({ ...engine, sum: [...await readValues(tf.add([1, 2], [3, 4]))] });`,
      WEBGPU_ENVIRONMENT,
    );
    expect(found).toMatchObject({ name: 'webgpu', why: 'DUBSCOPE_ENGINE=webgpu', sum: [4, 6] });
    expect(found.version).toMatch(/^tfjs-webgpu 4\.22\.0 \(\w.*\), tfjs 4\.22\.0$/);
  });

  it.each([
    ['runs to its end', 'await readValues(product); print(1);', 0],
    ['is ended', 'await readValues(product); process.exit(3);', 3],
    ['is ended in the middle of its work', 'readValues(product); process.exit(4);', 4],
    ['fails in the middle of its work', 'readValues(product); throw new Error("on purpose");', 1],
  ])('leaves no crash and no hanging process when it %s', async (_, end, status) => {
    const { exitCode, signal } = await run(
      `const { tf } = await loadEngine();
       const matrix = tf.ones([200, 200]);
       let product = tf.matMul(matrix, matrix);
       for (let i = 0; i < 5; i += 1) product = tf.matMul(product, matrix);
       ${end}`,
      WEBGPU_ENVIRONMENT,
    );
    expect([exitCode, signal]).toEqual([status, null]);
  });

  it('fails to read what the GPU could not compute, and everything after', async () => {
    const { found, exitCode } = await run(
      `const { tf } = await loadEngine();
       const limit = tf.backend().device.limits.maxBufferSize;
       const before = [...await readValues(tf.mul([1, 2], 2))];
       const large = tf.fill([1024, Math.floor(limit / 4096) + 1], 1);
       const first = await errorOf(readValues(tf.slice(large, [0, 0], [1, 2])));
       const second = await errorOf(readValues(tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]))));
       await loadEngine({ prefer: 'wasm' });
       print({ before, first, second, elsewhere: [...await readValues(tf.add([1, 2], 1))] });`,
      WEBGPU_ENVIRONMENT,
    );
    expect(found.before).toEqual([2, 4]);
    expect(found.first).toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('exceeds the max buffer size limit'),
    });
    expect(found.second).toEqual(found.first);
    expect(found.elsewhere).toEqual([2, 3]);
    expect(exitCode).toBe(0);
  });

  it('says that the device was lost', async () => {
    const { found } = await run(
      `const { tf } = await loadEngine();
       const product = tf.matMul(tf.ones([40, 40]), tf.ones([40, 40]));
       const reading = errorOf(readValues(product));
       tf.backend().device.destroy();
       print(await reading);`,
      WEBGPU_ENVIRONMENT,
    );
    expect(found).toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('the device was lost (destroyed'),
    });
  });
});

describe.skipIf(!isWebgpuSoftware())('a software renderer', () => {
  it('is not taken when nobody asked for it', async () => {
    await expect(loadWebgpu({ acceptSoftware: false })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { reason: expect.stringMatching(/^only a software renderer was found \(\w.*\)/) },
    });
    const loaders = {
      tensorflow: noTensorflow,
      webgpu: () => loadWebgpu({ acceptSoftware: false }),
      wasm: loadWasm,
    };
    expect(await loadBest(loaders)).toMatchObject({
      name: 'wasm',
      why: expect.stringMatching(
        /^tensorflow is not available: it is not installed; webgpu is not available: only a software renderer/,
      ),
    });
  });

  it('is not even looked for when a person refused GPUs', async () => {
    await expect(loadWebgpu({ acceptSoftware: true, refused: 'DUBSCOPE_GPU=off' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { reason: 'DUBSCOPE_GPU=off' },
    });
  });

  it('would be next after TensorFlow if it were a GPU', async () => {
    const webgpu = () => loadWebgpu({ acceptSoftware: true });
    expect(await loadBest({ tensorflow: noTensorflow, webgpu, wasm: loadWasm })).toMatchObject({
      name: 'webgpu',
      device: 'cpu',
      why: 'tensorflow is not available: it is not installed',
    });
  });
});
