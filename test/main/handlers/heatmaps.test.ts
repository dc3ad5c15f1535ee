/** Heatmaps of stored evaluations, through the host. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { HEATMAP_KINDS, type HeatmapSpec } from '../../../core/domain/heatmap.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { createProject } from '../../../core/project/project.ts';
import { createHost, type Host } from '../../../main/host.ts';
import { storeEvaluation } from '../../fixtures/evaluation.ts';
import { madeImport } from '../../fixtures/project.ts';

const ODD = { clipIndex: 7, language: 'fr' };

describe('heatmaps', () => {
  let folder: string;
  let host: Host;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-heatmaps-'));
    const projectFolder = join(folder, 'films.dubscope');
    const project = createProject(projectFolder, { program: 'test', clock: systemClock });
    storeImport(project.db, systemClock, madeImport(12), { label: 'Import', by: 'person' });
    await storeEvaluation(project, { id: 'eval-1', pull: 1 });
    await storeEvaluation(project, { id: 'eval-2', pull: 2, odd: ODD });
    project.close();
    host = createHost({ program: 'test' });
    await host.client.call('project/open', { folder: projectFolder });
  });
  afterAll(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const get = (spec: Partial<HeatmapSpec>) =>
    host.client.call('heatmap/get', { evaluationId: 'eval-2', kind: 'languages', ...spec });

  it('are there of every kind', async () => {
    const [clip] = (
      await host.client.call('heatmap/clips', {
        evaluationId: 'eval-2',
        kind: 'pictures',
        row: 'gap',
        column: 'de',
      })
    ).clips;
    for (const kind of HEATMAP_KINDS) {
      const picture = await get({ kind, ...(kind === 'clip' ? { clipId: clip!.clipId } : {}) });
      expect(picture.cells.length).toBe(picture.rows.length * picture.columns.length);
      expect(picture.cells.length).toBeGreaterThan(0);
      expect(picture.bar.length).toBeGreaterThan(2);
    }
  });

  it('show one evaluation less another, with intervals that lie around the difference', async () => {
    const [newer, older] = [await get({}), await get({ evaluationId: 'eval-1' })];
    const difference = await get({ againstId: 'eval-1' });
    expect(difference.title).toContain('eval-2 less eval-1');
    for (const [i, cell] of difference.cells.entries()) {
      expect(cell.value).toBeCloseTo(newer.cells[i]!.value! - older.cells[i]!.value!, 12);
      const isDiagonal = i % (difference.columns.length + 1) === 0;
      expect(cell.low === null).toBe(isDiagonal);
      if (isDiagonal) continue;
      expect(cell.low!).toBeLessThan(cell.value!);
      expect(cell.high!).toBeGreaterThan(cell.value!);
    }
  });

  it('share one scale where two stand side by side, and have a fixed one on demand', async () => {
    const left = await get({ besideId: 'eval-1' });
    const right = await get({ evaluationId: 'eval-1', besideId: 'eval-2' });
    expect(left.range).toEqual(right.range);
    expect((await get({ scale: 'fixed' })).range).toEqual({ min: 0, max: 1 });
    expect((await get({ scale: 'fixed', againstId: 'eval-1' })).range).toEqual({ min: -0.5, max: 0.5 });
  });

  it('lead to the clips behind a cell, the strange one first, each with its pair', async () => {
    const spec = { evaluationId: 'eval-2', kind: 'languages', row: 'en', column: 'fr', limit: 5 } as const;
    const least = await host.client.call('heatmap/clips', { ...spec, order: 'least' });
    expect(least.total).toBeGreaterThan(20);
    expect(least.clips[0]!.similarity).toBeLessThan(0);
    expect(least.clips[1]!.similarity).toBeGreaterThan(0);
    expect(least.clips[0]!.pair).toMatchObject({ language: 'fr', clipId: least.clips[0]!.clipId });
    expect(least.clips[0]!.sounds).toEqual(['en', 'fr']);
    const most = await host.client.call('heatmap/clips', { ...spec, order: 'most', limit: 200 });
    expect(most.clips.at(-1)!.clipId).toBe(least.clips[0]!.clipId);
    const gaps = most.clips.map(({ similarity, otherClip }) => similarity - otherClip!);
    expect(gaps).toEqual([...gaps].sort((a, b) => b - a));
    const fell = await host.client.call('heatmap/clips', { ...spec, againstId: 'eval-1' });
    expect(fell.clips[0]!.change!).toBeLessThan(0);
    expect(fell.clips[0]!.clipId).toBe(least.clips[0]!.clipId);
    const next = await host.client.call('heatmap/clips', { ...spec, from: 1, limit: 1 });
    expect(next.clips[0]!.clipId).toBe(least.clips[1]!.clipId);
  });

  it('lead from a title to its own clips only', async () => {
    const { rows } = await get({ kind: 'titles' });
    const { clips, total } = await host.client.call('heatmap/clips', {
      evaluationId: 'eval-2',
      kind: 'titles',
      measure: 'picture',
      row: rows[0]!.key,
      column: 'de',
    });
    expect(total).toBeGreaterThan(0);
    expect(new Set(clips.map(({ titleName }) => titleName))).toEqual(new Set([rows[0]!.name]));
  });

  it('are saved as picture, drawing, table and array', async () => {
    const save = (format: 'png' | 'svg' | 'csv' | 'npy', more = {}) =>
      host.client.call('heatmap/save', {
        evaluationId: 'eval-2',
        kind: 'languages',
        measure: 'gap',
        format,
        ...more,
      });
    const picture = await get({ measure: 'gap' });
    const { path: png } = await save('png');
    expect(png).toMatch(/exports[\\/]heatmap-eval-2-languages-gap\.png$/);
    expect([...readFileSync(png).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(readFileSync((await save('svg', { theme: 'dark' })).path, 'utf8')).toMatch(/^<svg/);
    const lines = readFileSync((await save('csv')).path, 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines.length).toBe(1 + picture.cells.length);
    expect(lines[2]!.split(',')[4]).toBe(String(picture.cells[1]!.value));
    const npy = readFileSync((await save('npy')).path);
    expect(npy.readDoubleLE(npy.length - 8)).toBe(picture.cells.at(-1)!.value);
    await expect(save('csv', { path: 'mine.txt' })).rejects.toThrow(
      /does not end in \.csv\. Nothing was written/,
    );
    await save('csv', { path: 'mine.csv' });
    await expect(save('csv', { path: 'mine.csv' })).rejects.toThrow(/exists already\. Nothing was written/);
    await save('csv', { path: 'mine.csv', overwrite: true });
    expect(existsSync(join(folder, 'films.dubscope', 'exports', 'mine.csv'))).toBe(true);
    const listed = await host.client.call('export/list', {});
    expect(listed.find(({ name }) => name.endsWith('.png'))?.kind).toBe('picture');
  });

  it('say what is wrong in a sentence', async () => {
    await expect(get({ evaluationId: 'eval-9' })).rejects.toThrow(/no evaluation "eval-9"/);
    await expect(get({ measure: 'recallAt1' })).rejects.toThrow(/languages has no measure "recallAt1"/);
    await expect(get({ kind: 'clip', clipId: 'c_none' })).rejects.toThrow(/no clip "c_none" in eval-2/);
    await expect(
      host.client.call('heatmap/clips', {
        evaluationId: 'eval-2',
        kind: 'pictures',
        row: 'gap',
        column: 'xx',
      }),
    ).rejects.toThrow(/no language "xx" in eval-2 \(en, de, fr\)/);
    rmSync(join(folder, 'films.dubscope', 'evaluations', 'eval-1', 'embeddings.safetensors'));
    await expect(
      host.client.call('heatmap/clips', {
        evaluationId: 'eval-1',
        kind: 'pictures',
        row: 'gap',
        column: 'de',
      }),
    ).rejects.toThrow(/keeps no embeddings.*Evaluate its run again/);
  });
});
