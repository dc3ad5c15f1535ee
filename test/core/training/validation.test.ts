import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../core/domain/dataset.ts';
import type { ValidationRow } from '../../../core/domain/run.ts';
import { currentEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { embedDataset } from '../../../core/evaluation/embed.ts';
import { createTwoTowers } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { openAppendLog } from '../../../core/training/append-log.ts';
import {
  bestRow,
  evenlyChosen,
  measureHeldOut,
  parseValidation,
  shouldStop,
  validationLine,
} from '../../../core/training/validation.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows as windows } from '../../fixtures/training/synthetic-windows.ts';
import { onFastEngines } from '../engine/every-engine.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const cosine = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, d) => sum + v * y[d]!, 0);

onFastEngines('measureHeldOut', () => {
  it('measures what loops over all pairs of clips find', async () => {
    const dataset = syntheticDataset(13);
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, createRng(3));
    const before = tf.memory().numTensors;
    const chosen = [0, 1, 3, 4, 6, 8, 9, 11].map((i) => dataset.clips[i]!);
    const row = await measureHeldOut({ dataset, model, windows, clips: 8, batchSize: 8 });
    expect(tf.memory().numTensors).toBe(before);
    const subset: Dataset = { version: 1, clips: chosen };
    const { video, audio, dim } = await embedDataset({ dataset: subset, model, windows, batchSize: 8 });
    model.dispose();
    const at = (data: Float32Array, i: number) => data.subarray(i * dim, (i + 1) * dim);
    const sound = (language: string, clip: number): Float32Array | null => {
      const { clipIndexes, data } = audio.get(language)!;
      const place = clipIndexes.indexOf(clip);
      return place === -1 ? null : at(data, place);
    };
    const recalls: Record<string, Record<1 | 5, number[]>> = {};
    for (const language of ['en', 'de', 'fr']) {
      const clips = chosen.map((_, i) => i).filter((i) => sound(language, i) !== null);
      const share = (k: number, similarity: (query: number, candidate: number) => number): number =>
        mean(
          clips.map((query) => {
            const better = clips.filter(
              (c) => c !== query && similarity(query, c) >= similarity(query, query),
            );
            return better.length < k ? 1 : 0;
          }),
        );
      const v2a = (q: number, c: number) => cosine(at(video, q), sound(language, c)!);
      const both = (k: number) => [share(k, v2a), share(k, (q, c) => v2a(c, q))];
      recalls[language] = { 1: both(1), 5: both(5) };
      expect(row.languages[language]).toBeCloseTo(mean(recalls[language][1]), 9);
    }
    expect(Object.keys(row.languages)).toEqual(['en', 'de', 'fr']);
    expect(row.clipCount).toBe(8);
    expect(row.recallAt1).toBeCloseTo(mean(Object.values(recalls).flatMap((r) => r[1])), 9);
    expect(row.recallAt5).toBeCloseTo(mean(Object.values(recalls).flatMap((r) => r[5])), 9);
    const same: number[] = [];
    const other: number[] = [];
    for (const [a, b] of [
      ['en', 'de'],
      ['en', 'fr'],
      ['de', 'fr'],
    ] as const) {
      const clips = chosen.map((_, i) => i).filter((i) => sound(a, i) && sound(b, i));
      same.push(mean(clips.map((i) => cosine(sound(a, i)!, sound(b, i)!))));
      const others = clips.flatMap((i) => clips.filter((j) => j !== i).map((j) => [i, j] as const));
      other.push(mean(others.map(([i, j]) => cosine(sound(a, i)!, sound(b, j)!))));
    }
    expect(row.sameClip).toBeCloseTo(mean(same), 6);
    expect(row.otherClip).toBeCloseTo(mean(other), 6);
    expect(row.gap).toBeCloseTo(mean(same) - mean(other), 6);
    expect(row.score).toBeCloseTo(row.recallAt1 + 1e-6 * row.gap!, 12);
  });

  it('has no gap without a second language, refuses a single clip, and stops', async () => {
    const dataset: Dataset = {
      version: 1,
      clips: syntheticDataset(3).clips.map((clip) => ({ ...clip, dubs: [] })),
    };
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, createRng(3));
    const row = await measureHeldOut({ dataset, model, windows, clips: 512 });
    expect(row).toMatchObject({ clipCount: 3, sameClip: null, otherClip: null, gap: null, chanceAt1: 1 / 3 });
    expect(row.score).toBe(row.recallAt1);
    await expect(measureHeldOut({ dataset, model, windows, clips: 1 })).rejects.toMatchObject({
      code: 'TOO_FEW_PAIRS',
    });
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(measureHeldOut({ dataset, model, windows, clips: 3 }, { signal: stopped })).rejects.toThrow(
      'enough',
    );
    model.dispose();
  });
});

/** A row with a score. */
function rowOf(score: number, step = 1): ValidationRow {
  return {
    step,
    epoch: 1,
    score,
    clipCount: 4,
    recallAt1: score,
    recallAt5: 1,
    chanceAt1: 0.25,
    languages: { en: score },
    sameClip: null,
    otherClip: null,
    gap: null,
  };
}

describe('evenlyChosen', () => {
  it('spreads what it takes, keeps the order, and takes all where there is no more', () => {
    const items = Array.from({ length: 10 }, (_, i) => i);
    expect(evenlyChosen(items, 4)).toEqual([0, 2, 5, 7]);
    expect(evenlyChosen(items, 10)).toEqual(items);
    expect(evenlyChosen(items, 512)).toEqual(items);
    for (let count = 1; count < 10; count += 1) {
      const chosen = evenlyChosen(items, count);
      const steps = chosen.slice(1).map((item, i) => item - chosen[i]!);
      expect(new Set(chosen).size).toBe(count);
      expect(Math.max(...steps, 1) - Math.min(...steps, 10)).toBeLessThanOrEqual(1);
    }
  });
});

describe('the best row and the end', () => {
  it('is the highest, of equal ones the first', () => {
    expect(bestRow([])).toBeNull();
    const rows = [0.1, 0.4, 0.3, 0.4].map((score, i) => rowOf(score, i));
    expect(bestRow(rows)).toBe(rows[1]);
  });

  it('is there when as many measurements brought nothing better', () => {
    const stops = (scores: number[], after: number) =>
      shouldStop(
        scores.map((score) => rowOf(score)),
        after,
      );
    expect(stops([], 1)).toBe(false);
    expect(stops([0.5], 1)).toBe(false);
    expect(stops([0.5, 0.5], 1)).toBe(true);
    expect(stops([0.5, 0.4], 2)).toBe(false);
    expect(stops([0.5, 0.4, 0.45], 2)).toBe(true);
    expect(stops([0.5, 0.4, 0.6, 0.1], 2)).toBe(false);
    expect(stops([0.5, 0.4, 0.3, 0.2, 0.1], 0)).toBe(false);
  });
});

describe('validation.jsonl', () => {
  it('comes back as it was written, without a line that is being written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
    const path = join(folder, 'validation.jsonl');
    const rows = [rowOf(0.25, 10), { ...rowOf(0.5, 20), sameClip: 0.8, otherClip: 0.1, gap: 0.7 }];
    const log = openAppendLog(path, 0);
    for (const row of rows) log.append(Buffer.from(validationLine(row)));
    log.append(Buffer.from(validationLine(rows[0]!).slice(0, 30)));
    log.close();
    expect(parseValidation(readFileSync(path, 'utf8'))).toEqual(rows);
    rmSync(folder, { recursive: true });
    expect(parseValidation('')).toEqual([]);
  });

  it.each(['no json\n', '{}\n', '{"step":1,"score":null}\n', 'null\n'])('refuses %j', (text) => {
    expect(() => parseValidation(validationLine(rowOf(1)) + text)).toThrow(
      expect.objectContaining({ code: 'CKPT_DAMAGED' }),
    );
  });
});
