import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { ErrorData } from '../../../core/domain/errors.ts';
import type { JobProgress } from '../../../core/domain/job.ts';
import type { MetricsRow, RunConfig } from '../../../core/domain/run.ts';
import { currentEngine, loadEngine } from '../../../core/engine/engine.ts';
import { listCheckpoints } from '../../../core/training/checkpoint.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { loadModel } from '../../../core/training/load-model.ts';
import { type TrainOptions, type TrainResult, train } from '../../../core/training/train.ts';
import type { WindowReader } from '../../../core/training/window-reader.ts';
import { KILL_RUN } from '../../fixtures/training/kill-run.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';
import { hasEngine, onFastEngines } from '../engine/every-engine.ts';

let root: string;
let count = 0;
const newFolder = (): string => join(root, `run-${++count}`);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'train-'));
});
afterAll(() => rm(root, { recursive: true }));

/** Nothing is held out here; kill-anywhere.test.ts has a run that measures. */
const CONFIG: RunConfig = { ...KILL_RUN.config, validateEveryEpochs: 0 };

type Change = {
  runFolder?: string;
  config?: Partial<RunConfig>;
  clipCount?: number;
  options?: Partial<TrainOptions>;
};

function start({ runFolder = newFolder(), config, clipCount = 11, options }: Change): Promise<TrainResult> {
  return train(
    {
      runFolder,
      dataset: syntheticDataset(clipCount),
      config: { ...CONFIG, ...config },
      preset: MICRO_PRESET,
    },
    { engine: currentEngine(), windows: syntheticWindows, clock: manualClock(), ...options },
  );
}

async function metricsOf(runFolder: string): Promise<MetricsRow[]> {
  const text = await readFile(join(runFolder, 'metrics.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRow);
}

const fileOf = (runFolder: string, name: string): Promise<Buffer> => readFile(join(runFolder, name));
const LAST = 'checkpoints/ck-000000006/weights.safetensors';

describe('a run', () => {
  it('leaves config, data set, logs and checkpoints, and says what it does', async () => {
    const runFolder = newFolder();
    const rows: MetricsRow[] = [];
    const progress: JobProgress[] = [];
    const result = await start({
      runFolder,
      options: { onMetrics: (row) => rows.push(row), onProgress: (p) => progress.push(p) },
    });
    const checkpoint = join(runFolder, 'checkpoints', 'ck-000000006');
    expect(result).toMatchObject({ step: 6, totalSteps: 6, finished: true, checkpoint });
    expect((await readdir(runFolder)).sort()).toEqual([
      'checkpoints',
      'config.json',
      'dataset.json',
      'events.out.tfevents.0.dubscope',
      'metrics.jsonl',
      'timing.jsonl',
      'validation.jsonl',
    ]);
    expect(JSON.parse((await fileOf(runFolder, 'config.json')).toString())).toEqual(CONFIG);
    expect(await metricsOf(runFolder)).toEqual(rows);
    expect(rows.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 2],
      [6, 2],
    ]);
    expect(progress.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, 6]));
    const { model, place } = await loadModel(currentEngine(), runFolder, KILL_RUN.config, {
      preset: MICRO_PRESET,
    });
    expect(place.step).toBe(6);
    model.dispose();
  });

  it('repeats itself byte for byte, and changes with the seed', async () => {
    const folders = [newFolder(), newFolder(), newFolder()];
    for (const [i, runFolder] of folders.entries())
      await start({ runFolder, config: { seed: i === 2 ? 1 : 0 } });
    for (const name of [LAST, 'metrics.jsonl']) {
      const [first, second, other] = await Promise.all(folders.map((folder) => fileOf(folder, name)));
      expect(second!.equals(first!)).toBe(true);
      expect(other!.equals(first!)).toBe(false);
    }
  });

  it('that is finished is not trained again', async () => {
    const runFolder = newFolder();
    const first = await start({ runFolder });
    const rows: MetricsRow[] = [];
    expect(await start({ runFolder, options: { onMetrics: (row) => rows.push(row) } })).toEqual(first);
    expect(rows).toEqual([]);
    expect(await metricsOf(runFolder)).toHaveLength(6);
  });

  it('that is stopped keeps a checkpoint, and ends in the same bytes when it goes on', async () => {
    const whole = newFolder();
    await start({ runFolder: whole });
    const runFolder = newFolder();
    const controller = new AbortController();
    const onMetrics = ({ step }: MetricsRow) => step === 3 && controller.abort();
    await expect(
      start({ runFolder, options: { onMetrics, signal: controller.signal } }),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect((await listCheckpoints(runFolder))[0]?.step).toBe(3);
    await start({ runFolder });
    for (const name of [LAST, 'metrics.jsonl']) {
      expect((await fileOf(runFolder, name)).equals(await fileOf(whole, name))).toBe(true);
    }
  });

  it('goes back to the checkpoint before a damaged one, says so, and ends in the same bytes', async () => {
    const whole = newFolder();
    await start({ runFolder: whole, config: { keepCheckpoints: 3 } });
    const damaged = join(whole, 'checkpoints', 'ck-000000006', 'optimizer.safetensors');
    const golden = await fileOf(whole, LAST);
    const bytes = await readFile(damaged);
    bytes[bytes.length - 3]! ^= 0x10;
    await writeFile(damaged, bytes);
    const warnings: ErrorData[] = [];
    await start({
      runFolder: whole,
      config: { keepCheckpoints: 3 },
      options: { onWarning: (warning) => warnings.push(warning) },
    });
    expect(warnings).toMatchObject([{ code: 'CKPT_DAMAGED' }]);
    expect((await fileOf(whole, LAST)).equals(golden)).toBe(true);
    expect((await metricsOf(whole)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('with nothing but damaged checkpoints stops and touches nothing', async () => {
    const runFolder = newFolder();
    await start({ runFolder });
    await rm(join(runFolder, 'checkpoints', 'ck-000000006', 'state.json'));
    const before = await fileOf(runFolder, 'metrics.jsonl');
    await expect(start({ runFolder })).rejects.toMatchObject({ code: 'CKPT_DAMAGED' });
    expect((await fileOf(runFolder, 'metrics.jsonl')).equals(before)).toBe(true);
  });

  it('refuses a folder with other settings or other clips, and names them', async () => {
    const runFolder = newFolder();
    await start({ runFolder });
    await expect(start({ runFolder, config: { seed: 4 } })).rejects.toThrow(/seed: 0, now 4/);
    await expect(start({ runFolder, clipCount: 12 })).rejects.toMatchObject({ code: 'RUN_DIFFERS' });
  });

  it('needs two clips', async () => {
    await expect(start({ clipCount: 1 })).rejects.toMatchObject({ code: 'TOO_FEW_PAIRS' });
    expect((await start({ clipCount: 2, config: { epochs: 1 } })).step).toBe(1);
  });

  it('stops at a loss that is not finite, names step and clips, and keeps what was before', async () => {
    const runFolder = newFolder();
    const windows: WindowReader = {
      ...syntheticWindows,
      readLogMel: async (clip, audio) => {
        const values = await syntheticWindows.readLogMel(clip, audio);
        return clip.clipId === 'clip-7' ? Float32Array.from(values, () => Number.NaN) : values;
      },
    };
    const attempt = start({ runFolder, config: { checkpointEverySteps: 1 }, options: { windows } });
    await expect(attempt).rejects.toMatchObject({
      code: 'LOSS_NOT_FINITE',
      details: { clipIds: expect.arrayContaining(['clip-7']) },
    });
    const error = await attempt.catch((caught: unknown) => caught as { details: { step: number } });
    const step = (error as { details: { step: number } }).details.step;
    expect((await listCheckpoints(runFolder))[0]?.step ?? 0).toBe(step - 1);
  });

  it.skipIf(process.platform !== 'linux')('goes on without a checkpoint while the disk is full', async () => {
    const runFolder = newFolder();
    const warnings: ErrorData[] = [];
    let writes = 0;
    const writeFile4 = (path: string, data: Uint8Array) =>
      writeFile(++writes <= 4 ? '/dev/full' : path, data);
    await start({
      runFolder,
      config: { checkpointEverySteps: 1, keepCheckpoints: 9 },
      options: { writeFile: writeFile4, onWarning: (warning) => warnings.push(warning) },
    });
    expect(warnings.map(({ code }) => code)).toEqual(new Array(4).fill('CKPT_DISK_FULL'));
    expect((await listCheckpoints(runFolder)).map(({ step }) => step)).toEqual([6, 5]);
    const full = start({ options: { writeFile: (_, data) => writeFile('/dev/full', data) } });
    await expect(full).rejects.toMatchObject({ code: 'CKPT_DISK_FULL' });
  });
});

const LEARNING: Partial<RunConfig> = { batchSize: 8, learningRate: 3e-3, lambdaVideo: 0.2, lambdaAudio: 0.2 };

onFastEngines('learning', () => {
  it('overfits one batch', async () => {
    const runFolder = newFolder();
    const config = resolveRunConfig({ ...LEARNING, epochs: 80, warmupEpochs: 5 });
    await start({ runFolder, config, clipCount: 8 });
    const rows = await metricsOf(runFolder);
    const mean = (part: MetricsRow[]) =>
      part.reduce((sum, { lossCross }) => sum + lossCross, 0) / part.length;
    // Chance is 2 log(8) = 4.16 for the two cross terms.
    expect(mean(rows.slice(-5))).toBeLessThan(1.6);
    expect(rows.at(-1)!.positiveSimilarity).toBeGreaterThan(rows.at(-1)!.negativeSimilarity + 0.3);
  });
});

describe.skipIf(!hasEngine('tensorflow'))('TensorFlow and WebAssembly', () => {
  it('give the same loss curve within 1e-3 over 20 steps', async () => {
    const curves: number[][] = [];
    for (const prefer of ['tensorflow', 'wasm'] as const) {
      await loadEngine({ prefer });
      const runFolder = newFolder();
      const config = resolveRunConfig({ epochs: 20, batchSize: 12, warmupEpochs: 2, learningRate: 1e-3 });
      await start({ runFolder, config, clipCount: 12 });
      curves.push((await metricsOf(runFolder)).map(({ loss }) => loss));
    }
    const [first, second] = curves as [number[], number[]];
    expect(first).toHaveLength(20);
    for (const [i, loss] of first.entries()) expect(Math.abs(loss / second[i]! - 1)).toBeLessThan(1e-3);
  });

  it('can take over from each other, with a warning and a note in the state', async () => {
    await loadEngine({ prefer: 'tensorflow' });
    const runFolder = newFolder();
    const controller = new AbortController();
    const onMetrics = ({ step }: MetricsRow) => step === 3 && controller.abort();
    await start({ runFolder, options: { onMetrics, signal: controller.signal } }).catch(() => {});
    await loadEngine({ prefer: 'wasm' });
    const warnings: ErrorData[] = [];
    await start({ runFolder, options: { onWarning: (warning) => warnings.push(warning) } });
    expect(warnings).toMatchObject([{ code: 'RUN_DIFFERS', details: { fromStep: 3 } }]);
    const state = JSON.parse((await fileOf(runFolder, 'checkpoints/ck-000000006/state.json')).toString());
    expect(state.engines).toMatchObject([
      { fromStep: 0, name: 'tensorflow' },
      { fromStep: 3, name: 'wasm' },
    ]);
  });
});
