import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { createProject } from '../../../core/project/project.ts';
import { insertRun, setRunState } from '../../../core/project/queries/runs.ts';
import { createHost, type Host } from '../../../main/host.ts';
import { madeRun, madeSeeds } from '../../core/evaluation/reproduction-examples.ts';
import { storeComparison } from '../../fixtures/comparison.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const WEAK = { picture: 0.6, clip: 0.3, noise: 1, common: 0 };
const STRONG = { ...WEAK, picture: 1.6 };
const temporary = temporaryFolder();
const folder = join(temporary.folder, 'made.dubscope');
let host: Host;

beforeAll(async () => {
  const project = createProject(folder, { program: 'test', clock: manualClock(0) });
  storeComparison(project, await madeSeeds(WEAK, STRONG));
  // One run stands alone, since it was trained for longer.
  const lone = madeRun('run-lone', { strategy: 'dub-augmented', seed: 7, epochs: 200 });
  insertRun(project.db, lone);
  setRunState(project.db, lone.id, 'finished', lone.engine);
  project.close();
  host = createHost({ program: 'test' });
  await host.client.call('project/open', { folder });
});
afterAll(async () => {
  await host.close();
  temporary.remove();
});

const seeds = [0, 1, 2].map((seed) => ({
  originalOnly: `eval-original-only-${seed}`,
  dubAugmented: `eval-dub-augmented-${seed}`,
}));

describe('comparison/find', () => {
  it('finds both runs of every seed, from any of them', async () => {
    for (const runId of ['run-original-only-1', 'run-dub-augmented-2']) {
      expect(await host.client.call('comparison/find', { runId })).toEqual(seeds);
    }
  });

  it('finds nothing for a run that stands alone', async () => {
    expect(await host.client.call('comparison/find', { runId: 'run-lone' })).toEqual([]);
  });
});

describe('comparison/get and comparison/heatmap', () => {
  it('judge and draw', async () => {
    const reproduction = await host.client.call('comparison/get', { seeds });
    expect(reproduction).toMatchObject({ verdict: 'held', clipCount: 40 });
    const { svg } = await host.client.call('comparison/heatmap', { seeds, measure: 'gap', theme: 'dark' });
    expect(svg).toContain('Trained on originals only');
    expect(svg).not.toBe((await host.client.call('comparison/heatmap', { seeds, measure: 'gap' })).svg);
  });

  it('refuse evaluations that may not be held against each other', async () => {
    const swapped = seeds.map(({ originalOnly, dubAugmented }) => ({
      originalOnly: dubAugmented,
      dubAugmented: originalOnly,
    }));
    for (const [wrong, code] of [
      [swapped, 'RUN_DIFFERS'],
      [[{ originalOnly: 'eval-9', dubAugmented: 'eval-8' }], 'NOT_FOUND'],
      [[], 'ARGUMENT_INVALID'],
    ] as const) {
      expect(await host.request('comparison/get', { seeds: wrong })).toMatchObject({
        ok: false,
        error: { code },
      });
    }
  });
});

describe('report/compare', () => {
  it('writes into the exports, with a command that makes the same again', async () => {
    const { htmlPath, files } = await host.client.call('report/compare', { seeds });
    expect(htmlPath).toBe(join(folder, 'exports', 'reproduction', 'reproduction.html'));
    expect(files.every((file) => existsSync(file))).toBe(true);
  });

  it('refuses runs on different clips, and evaluations of earlier versions', async () => {
    const dataset = join(folder, 'runs', 'run-dub-augmented-1', 'dataset.json');
    writeFileSync(dataset, '{"version":1,"clips":["another"]}\n');
    expect(await host.request('report/compare', { seeds })).toMatchObject({
      error: { code: 'RUN_DIFFERS', message: expect.stringContaining('not trained on the same clips') },
    });
    expect(await host.client.call('comparison/find', { runId: 'run-original-only-0' })).toHaveLength(2);
    rmSync(join(folder, 'evaluations', 'eval-original-only-0', 'clips.json'));
    expect(await host.request('report/compare', { seeds })).toMatchObject({
      error: { code: 'NOT_FOUND', message: expect.stringContaining('Evaluate its run again') },
    });
    expect(await host.client.call('comparison/find', { runId: 'run-original-only-2' })).toEqual([seeds[2]]);
  });
});
