/** What is heard in threads, and what is kept of it, on real files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckInput } from '../../../core/checks/check-input.ts';
import { hearingThreads, openHearingPool } from '../../../core/checks/hearing-pool.ts';
import { hearingRecipe } from '../../../core/checks/hearing-recipe.ts';
import { keepHearing } from '../../../core/checks/kept-hearing.ts';
import { DEFAULT_PROFILE } from '../../../core/checks/profile.ts';
import { type CheckDependencies, type CheckResult, runChecks } from '../../../core/checks/run-checks.ts';
import { ffmpegVersion } from '../../../core/process/ffmpeg-version.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { countingOpener, makeCorpus } from './heard-corpus.ts';

describe('what is heard', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-heard-'));
  const cache = join(folder, 'cache');
  let input: CheckInput;
  let alone: CheckResult;

  beforeAll(async () => {
    input = await makeCorpus(folder);
    alone = await runChecks(input, { openTrack: countingOpener(cache).open });
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function check(
    checked: CheckInput,
    recipe: string,
    deps: Partial<CheckDependencies> = {},
  ): Promise<{ result: CheckResult; opened: number }> {
    const { open, opened } = countingOpener(cache);
    const result = await runChecks(checked, { openTrack: open, kept: keepHearing(cache, recipe), ...deps });
    return { result, opened: opened() };
  }

  async function poolOf(threads: number, signal?: AbortSignal) {
    const version = await ffmpegVersion(locateMediaTools().ffmpegPath);
    const { open } = countingOpener(cache);
    return openHearingPool({ threads, cacheFolder: cache, ffmpegVersion: version, openTrack: open, signal });
  }

  it('finds the dub that is late, in the short and in the long title', () => {
    expect(alone.alignments).toHaveLength(4);
    for (const { language, offsetMs } of alone.alignments) {
      expect(offsetMs).toBeCloseTo(language === 'fr' ? 120 : 0, 0);
    }
  });

  it('is the same to the bit in several threads, none of which is left behind', async () => {
    const threads = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = threads();
    const pool = await poolOf(3);
    try {
      const { open } = countingOpener(cache);
      expect(await runChecks(input, { openTrack: open, threads: pool })).toEqual(alone);
      expect(threads()).toBeGreaterThan(before);
    } finally {
      await pool.close();
    }
    expect(threads()).toBe(before);
  });

  it('is not heard again: no track is opened, also with another profile and after files have moved', async () => {
    const first = await check(input, 'again');
    expect(first.opened).toBeGreaterThan(0);
    expect(first.result).toEqual(alone);
    expect(await check(input, 'again')).toEqual({ result: alone, opened: 0 });
    const strict = { ...DEFAULT_PROFILE, name: 'strict', severities: { ...DEFAULT_PROFILE.severities } };
    expect((await check(input, 'again', { profile: strict })).opened).toBe(0);
    const moved = structuredClone(input);
    for (const { tracks } of moved.titles.flatMap(({ shots }) => shots)) {
      for (const track of tracks) track.source.path = '/elsewhere.mkv';
    }
    expect(await check(moved, 'again')).toEqual({ result: alone, opened: 0 });
  });

  it('is heard again where the recipe, the settings or a track are others; the other titles are not', async () => {
    const all = await check(input, 'changes');
    expect((await check(input, 'another')).opened).toBe(all.opened);
    expect((await check(input, 'changes', { maxOffsetMs: 1000 })).opened).toBeGreaterThan(0);
    const [short, long] = input.titles;
    const changed = structuredClone(short!);
    changed.shots[0]!.tracks[1]!.source.streamIndex = 2;
    const one = await check({ titles: [changed, long!] }, 'changes');
    expect(one.opened).toBeGreaterThan(0);
    const shortAlone = await check({ titles: [changed] }, 'fresh');
    expect(one.opened).toBe(shortAlone.opened);
  });

  it('of a long title to which a dub was added keeps what is known of the others', async () => {
    const long = structuredClone(input.titles[1]!);
    const late = long.shots[0]!.tracks.pop()!;
    await check({ titles: [long] }, 'dub added');
    long.shots[0]!.tracks.push(late);
    const { result, opened } = await check({ titles: [long] }, 'dub added');
    const fresh = await check({ titles: [long] }, 'dub added, fresh');
    expect(result).toEqual(fresh.result);
    expect(opened).toBeLessThan(fresh.opened);
  });

  it('is heard again where what was kept is damaged or of another making', async () => {
    await check(input, 'damaged');
    const kept = join(cache, 'checked');
    for (const [i, name] of readdirSync(kept).entries()) {
      const path = join(kept, name);
      const bytes = await readFile(path);
      if (i % 3 === 0) await writeFile(path, bytes.subarray(0, bytes.length / 2));
      else if (i % 3 === 1) await writeFile(path, '{"foreign": true}');
      else await writeFile(path, bytes.fill(7, bytes.length - 20));
    }
    const again = await check(input, 'damaged');
    expect(again.result).toEqual(alone);
    expect(again.opened).toBeGreaterThan(0);
    expect((await check(input, 'damaged')).opened).toBe(0);
  });

  it('goes on where a killed process was', async () => {
    const inputPath = join(folder, 'input.json');
    const titles = [...input.titles].reverse();
    writeFileSync(inputPath, JSON.stringify({ titles }));
    const script = join(import.meta.dirname, 'check-process.ts');
    const child = spawn(process.execPath, [script, cache, inputPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await exited;
    const { result, opened } = await check({ titles }, 'recipe');
    const fresh = await check({ titles }, 'never killed');
    expect(result).toEqual(fresh.result);
    expect(opened).toBeLessThan(fresh.opened);
  });

  it('stops when asked, and passes on what a thread throws', async () => {
    const controller = new AbortController();
    const pool = await poolOf(2, controller.signal);
    const { open } = countingOpener(cache);
    const check = runChecks(input, {
      openTrack: open,
      threads: pool,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(check).rejects.toThrow(/abort/i);
    await pool.close();
    const version = await ffmpegVersion(locateMediaTools().ffmpegPath);
    const data = { threads: 2, cacheFolder: join(folder, 'nothing'), ffmpegVersion: version };
    const failing = openHearingPool({ ...data, openTrack: open });
    const failed = runChecks(input, { openTrack: open, threads: failing });
    await expect(failed).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
    await failing.close();
  });

  it('has a recipe that is the same until something changes', async () => {
    expect(await hearingRecipe('5.1')).toBe(await hearingRecipe('5.1'));
    expect(await hearingRecipe('5.1')).not.toBe(await hearingRecipe('6.0'));
  });

  it('takes as many threads as there are processors and memory', () => {
    const GIB = 2 ** 30;
    expect(hearingThreads(4, 16 * GIB)).toBe(4);
    expect(hearingThreads(64, 64 * GIB)).toBe(6);
    expect(hearingThreads(8, 2 * GIB)).toBe(2);
    expect(hearingThreads(1, GIB / 4)).toBe(1);
  });
});
