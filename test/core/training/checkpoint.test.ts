import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppError, hasCode } from '../../../core/domain/errors.ts';
import {
  type Checkpoint,
  checkpointsFolder,
  listCheckpoints,
  loadProgress,
  loadWeights,
  newestCheckpoint,
  readCheckpoint,
  removeLeftovers,
  writeCheckpoint,
} from '../../../core/training/checkpoint.ts';

let runFolder: string;
beforeEach(async () => {
  runFolder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rm(runFolder, { recursive: true }));

function checkpointOf(step: number): Checkpoint {
  const tensor = (value: number) => ({ shape: [2, 2], data: new Float32Array(4).fill(value + step) });
  return {
    weights: new Map([['w', tensor(0.5)]]),
    average: null,
    moments: new Map([
      ['m.w', tensor(0.25)],
      ['v.w', tensor(0.125)],
    ]),
    progress: {
      version: 1,
      step,
      optimizerStepCount: step,
      seed: 0,
      identity: { config: 'c', dataset: 'd', model: 'm' },
      engines: [{ fromStep: 0, name: 'wasm', version: '1', device: 'cpu', threads: 1 }],
      logs: { metrics: 10 * step, timing: 0, events: 0, validation: 0 },
    },
  };
}

async function folderOf(step: number, keep = 9): Promise<string> {
  return (await writeCheckpoint(runFolder, checkpointOf(step), keep)).folder;
}

const names = async (): Promise<string[]> => (await readdir(checkpointsFolder(runFolder))).sort();

describe('writeCheckpoint', () => {
  it('writes what readCheckpoint reads', async () => {
    const folder = await folderOf(7);
    expect(await readCheckpoint(folder)).toEqual(checkpointOf(7));
    expect(await loadWeights(folder)).toEqual(checkpointOf(7).weights);
    expect(await loadProgress(folder)).toEqual(checkpointOf(7).progress);
    expect((await readdir(folder)).sort()).toEqual([
      'MANIFEST.json',
      'optimizer.safetensors',
      'state.json',
      'weights.safetensors',
    ]);
  });

  it('keeps the newest and no others, whatever the order of their making', async () => {
    for (const step of [9, 10, 100, 20]) await folderOf(step, 2);
    expect(await names()).toEqual(['ck-000000020', 'ck-000000100']);
    expect((await listCheckpoints(runFolder)).map(({ step }) => step)).toEqual([100, 20]);
  });

  it('replaces a damaged checkpoint of the same step', async () => {
    const folder = await folderOf(3);
    await writeFile(join(folder, 'weights.safetensors'), 'nonsense');
    await folderOf(3);
    expect(await readCheckpoint(folder)).toEqual(checkpointOf(3));
    expect(await names()).toEqual(['ck-000000003']);
  });

  it.skipIf(process.platform !== 'linux')('leaves every older one alone when the disk is full', async () => {
    await folderOf(1);
    for (const fails of ['weights.safetensors', 'optimizer.safetensors', 'state.json', 'MANIFEST.json']) {
      const onFullDisk = (path: string, data: Uint8Array) =>
        writeFile(path.endsWith(fails) ? '/dev/full' : path, data);
      const attempt = writeCheckpoint(runFolder, checkpointOf(2), 1, { writeFile: onFullDisk });
      await expect(attempt).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(await names()).toEqual(['ck-000000001']);
    }
    expect(await readCheckpoint((await newestCheckpoint(runFolder))!.folder)).toEqual(checkpointOf(1));
  });
});

describe('newestCheckpoint', () => {
  it('is null without a run, a folder or a checkpoint', async () => {
    expect(await newestCheckpoint(join(runFolder, 'nowhere'))).toBeNull();
    await mkdir(checkpointsFolder(runFolder));
    expect(await newestCheckpoint(runFolder)).toBeNull();
  });

  it('passes over half-written folders and foreign names', async () => {
    await folderOf(5);
    for (const name of ['.tmp-ck-000000009', 'ck-000000008', 'ck-9', 'notes']) {
      await mkdir(join(checkpointsFolder(runFolder), name));
    }
    const told: string[] = [];
    const place = await newestCheckpoint(runFolder, { onDamaged: (error) => told.push(error.code) });
    expect(place?.step).toBe(5);
    expect(told).toEqual(['CKPT_INCOMPLETE']);
  });

  it('finds any changed byte of any file, and takes the one before', async () => {
    await folderOf(1);
    const folder = await folderOf(2);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const good = await readFile(path);
      const positions = Array.from({ length: 24 }, (_, i) => Math.floor((i * good.length) / 24));
      for (const at of positions) {
        const bad = Buffer.from(good);
        bad[at]! ^= 1 << (at % 8);
        await writeFile(path, bad);
        const told: AppError[] = [];
        const place = await newestCheckpoint(runFolder, { onDamaged: (error) => told.push(error) });
        // A changed space in the manifest's layout changes nothing that it says.
        if (name === 'MANIFEST.json' && place?.step === 2) continue;
        expect(place?.step, `${name} ${at}`).toBe(1);
        expect(told[0]!.message).toContain('ck-000000002');
      }
      for (const length of [0, 1, good.length - 1]) {
        await writeFile(path, good.subarray(0, length));
        if (name === 'MANIFEST.json' && length === good.length - 1) continue;
        expect((await newestCheckpoint(runFolder))?.step).toBe(1);
      }
      await writeFile(path, good);
    }
    expect((await newestCheckpoint(runFolder))?.step).toBe(2);
  });

  it('does not load invalid numbers even when their hash is right', async () => {
    await folderOf(1);
    const bad = checkpointOf(2);
    bad.weights.get('w')!.data[1] = Number.NaN;
    await expect(writeCheckpoint(runFolder, bad, 1)).rejects.toSatisfy((error) => hasCode(error, 'CKPT_NAN'));
    expect((await newestCheckpoint(runFolder))?.step).toBe(1);
  });
});

describe('readCheckpoint', () => {
  it.each(['weights.safetensors', 'optimizer.safetensors', 'state.json', 'MANIFEST.json'])(
    'names a missing %s',
    async (name) => {
      const folder = await folderOf(1);
      await rm(join(folder, name));
      await expect(readCheckpoint(folder)).rejects.toMatchObject({
        code: 'CKPT_INCOMPLETE',
        details: { missing: name },
      });
    },
  );

  it.each([
    '{}',
    '[]',
    'null',
    '{"formatVersion":2,"step":1,"files":[]}',
    '{"formatVersion":1,"files":[{}]}',
  ])('refuses the manifest %s', async (text) => {
    const folder = await folderOf(1);
    await writeFile(join(folder, 'MANIFEST.json'), text);
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: 'CKPT_DAMAGED' });
  });
});

describe('removeLeftovers', () => {
  it('removes hidden folders only', async () => {
    await folderOf(1);
    await mkdir(join(checkpointsFolder(runFolder), '.tmp-ck-000000002'));
    await mkdir(join(checkpointsFolder(runFolder), '.old-ck-000000000'));
    await removeLeftovers(runFolder);
    expect(await names()).toEqual(['ck-000000001']);
    await removeLeftovers(join(runFolder, 'nowhere'));
  });
});
