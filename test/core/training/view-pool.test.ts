import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import type { DatasetAudio, DatasetClip } from '../../../core/domain/dataset.ts';
import { loadEngine } from '../../../core/engine/engine.ts';
import { openWindowCache } from '../../../core/media/window-cache.ts';
import { modelPreset } from '../../../core/model/presets.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';
import { train } from '../../../core/training/train.ts';
import { openViewPool, type ViewPool, viewThreads } from '../../../core/training/view-pool.ts';
import { makeViews, type ViewSettings } from '../../../core/training/views.ts';
import { hasSharedMedia, REAL_DUBS } from '../../fixtures/media.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';

const SHOTS = ['1532254_10', '80114859_228', '81056348_114', '81056348_139', '81215414_12'];
const clips = SHOTS.map((shot): DatasetClip => {
  const source = (language: string, streamIndex: number) => ({
    path: join(REAL_DUBS, `${shot}_${language}.mp4`),
    streamIndex,
    sha256: `${shot}${language}`,
  });
  const sound = (language: string, pairId: string | null): DatasetAudio => ({
    language,
    source: source(language, 1),
    offsetMs: 0,
    pairId,
  });
  return {
    clipId: shot,
    titleId: shot,
    titleName: shot,
    shotName: '1',
    split: 'train',
    timeWindow: { startSec: 0, endSec: 1.5 },
    video: source('en', 0),
    original: sound('en', null),
    dubs: [sound('de', `${shot}-de`), sound('fr', `${shot}-fr`)],
  };
});

const tools = locateMediaTools();
const config = { ...defaultRunConfig('small'), seed: 7 };
const settings: ViewSettings = { preset: modelPreset(config), config, rng: createRng(config.seed) };
const { video } = settings.preset;
const PLACE = { epoch: 3, step: 1 };

let folder: string;
const pools: ViewPool[] = [];
const open = (threads: number, cacheFolder = folder): ViewPool => {
  const pool = openViewPool({ threads, cacheFolder, tools, memoryBytes: 2 ** 26 });
  pools.push(pool);
  return pool;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'view-pool-'));
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(hasSharedMedia)('views made in threads', () => {
  it('are those of one thread, byte for byte, however many threads there are', async () => {
    const windows = openWindowCache(folder, tools);
    const size = { shortSidePx: video.shortSidePx, frameCount: video.trainFrameCount };
    await windows.prepare({ version: 1, clips }, size);
    const indexes = [4, 0, 3, 1];
    const expected = await makeViews(clips, indexes, PLACE, settings, windows);
    expect(expected.video.some((value) => value !== expected.video[0])).toBe(true);
    for (const threads of [1, 2, 3, 8]) {
      const made = await open(threads).makeViews(clips, indexes, PLACE, settings);
      expect(made.clipIds).toEqual(expected.clipIds);
      expect(made.dubCount).toBe(expected.dubCount);
      expect(Buffer.from(made.video.buffer).equals(Buffer.from(expected.video.buffer)), `${threads}`).toBe(
        true,
      );
      expect(Buffer.from(made.audio.buffer).equals(Buffer.from(expected.audio.buffer)), `${threads}`).toBe(
        true,
      );
    }
  });

  it('can be asked for several batches at the same time', async () => {
    const windows = openWindowCache(folder, tools);
    const pool = open(2);
    const places = [0, 1, 2].map((step) => ({ epoch: 0, step }));
    const made = await Promise.all(places.map((place) => pool.makeViews(clips, [1, 2], place, settings)));
    for (const [i, place] of places.entries()) {
      expect(made[i]).toEqual(await makeViews(clips, [1, 2], place, settings, windows));
    }
  });

  it('come without a cache too, and write nothing into it', async () => {
    const empty = join(folder, 'empty');
    const made = await open(2, empty).makeViews(clips, [0, 1], PLACE, settings);
    expect(made).toEqual(await makeViews(clips, [0, 1], PLACE, settings, openWindowCache(folder, tools)));
    expect(() => rmSync(empty, { recursive: true })).toThrow(/ENOENT/);
  });

  it('fail with the error of a thread, and the pool goes on', async () => {
    const pool = open(2, join(folder, 'failing'));
    const lost = {
      ...clips[0]!,
      video: { ...clips[0]!.video, path: join(folder, 'lost.mp4'), sha256: 'lost' },
    };
    await expect(pool.makeViews([lost, clips[1]!], [0, 1], PLACE, settings)).rejects.toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringContaining('lost.mp4'),
    });
    expect((await pool.makeViews(clips, [1], PLACE, settings)).clipIds).toEqual([SHOTS[1]]);
  });

  it('train the same weights as views that are made in the thread that trains', async () => {
    const engine = await loadEngine({ prefer: 'wasm' });
    const windows = openWindowCache(folder, tools);
    const results: Buffer[][] = [];
    for (const makeViewsThere of [undefined, open(3).makeViews]) {
      const runFolder = mkdtempSync(join(folder, 'run-'));
      const { checkpoint } = await train(
        {
          runFolder,
          dataset: { version: 1, clips },
          config: { ...defaultRunConfig(), epochs: 3, batchSize: 3, decodeAhead: 2 },
          preset: MICRO_PRESET,
        },
        { engine, windows, clock: systemClock, makeViews: makeViewsThere },
      );
      const names = [join(runFolder, 'metrics.jsonl'), join(checkpoint, 'weights.safetensors')];
      results.push(names.map((name) => readFileSync(name)));
    }
    expect(results[0]![0]!.length).toBeGreaterThan(100);
    expect(results[0]!.map((bytes, i) => bytes.equals(results[1]![i]!))).toEqual([true, true]);
  });

  it('stop when asked, also when the pool is closed meanwhile', async () => {
    const pool = open(2, join(folder, 'stopped'));
    const controller = new AbortController();
    const stopped = pool.makeViews(clips, [0, 1, 2, 3, 4], PLACE, settings, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(stopped).rejects.toThrow('enough');
    const cut = pool.makeViews(clips, [0, 1, 2, 3, 4], PLACE, settings);
    cut.catch(() => {});
    await pool.close();
    await expect(cut).rejects.toMatchObject({ code: expect.any(String) });
    await expect(pool.makeViews(clips, [0], PLACE, settings)).rejects.toMatchObject({ code: 'INVARIANT' });
  });
});

describe('threads for views', () => {
  it.each([
    ['gpu', 2, 16, 8],
    ['gpu', 2, 4, 3],
    ['gpu', 1, 1, 1],
    ['gpu', 0, 16, 0],
    ['cpu', 2, 2, 0],
    ['cpu', 2, 8, 1],
  ] as const)('on a %s, %i batches ahead and with %i cores are %i', (device, ahead, cores, threads) => {
    expect(viewThreads(device, ahead, cores)).toBe(threads);
  });
});
