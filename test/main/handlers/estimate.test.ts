import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { hasCode } from '../../../core/domain/errors.ts';
import { modelPreset } from '../../../core/model/presets.ts';
import { parameterCount } from '../../../core/model/two-towers.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { createHost, type Host } from '../../../main/host.ts';
import { projectWithTitles } from '../../fixtures/project.ts';
import { command } from '../command.ts';

const { project, remove } = projectWithTitles(12);
const { folder } = project;
let host: Host;

beforeAll(async () => {
  setDecision(project.db, manualClock(2_000_000), { filter: {}, verdict: 'accept' });
  project.close();
  host = createHost({ program: 'test' });
  await host.client.call('project/open', { folder, readOnly: true });
});
afterAll(async () => {
  await host.close();
  remove();
});

const config = { preset: 'tiny', batchSize: 4, epochs: 3 } as const;

it('measures two steps of the run that would be started, and starts none', async () => {
  const { clips } = await host.client.call('view/dataset', {
    filter: { states: ['accepted'], split: 'train' },
  });
  const estimate = await host.client.call('run/estimate', { config });
  expect(estimate).toMatchObject({
    parameters: parameterCount(modelPreset({ preset: 'tiny' })),
    clipCount: clips.length,
    steps: 3 * Math.ceil(clips.length / 4),
  });
  expect(estimate.hours).toBeCloseTo((estimate.steps * estimate.stepSec) / 3600, 9);
  expect(estimate.stepSec).toBeGreaterThan(0);
  expect(estimate.peakMemoryBytes).toBeGreaterThan(50e6);
  expect(estimate.cacheBytes).toBe(clips.length * (16 * 128 * 72 * 3 + 3 * 96 * 288 * 4));
  expect(await host.client.call('run/list', {})).toEqual([]);
  expect(readdirSync(join(folder, 'runs'))).toEqual([]);
});

it('is more to decode where held-out clips are measured', async () => {
  const heldOut = await host.client.call('view/dataset', {
    filter: { states: ['accepted'], split: 'heldout' },
  });
  expect(heldOut.clips.length).toBeGreaterThan(2);
  const alone = await host.client.call('run/estimate', { config });
  const measured = await host.client.call('run/estimate', {
    config: { ...config, validateEveryEpochs: 1, validationClips: 2 },
  });
  expect(measured.cacheBytes - alone.cacheBytes).toBe(2 * (16 * 128 * 72 * 3 + 3 * 96 * 288 * 4));
  expect(measured.checkpointBytes).toBeGreaterThan(alone.checkpointBytes);
});

it('refuses what a run would refuse, and stops as a job', async () => {
  await expect(host.client.call('run/estimate', { config: { batchSize: 1 } })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
  await expect(
    host.client.call('run/estimate', { config, filter: { titleIds: ['t_none'] } }),
  ).rejects.toMatchObject({ code: 'TOO_FEW_PAIRS' });
  const estimating = host.client.call('run/estimate', { config }).catch((error: unknown) => error);
  const job = (await host.client.call('job/list', {})).at(-1)!;
  expect(job.kind).toBe('estimate');
  await host.client.call('job/cancel', { jobId: job.id });
  expect(hasCode(await estimating, 'CANCELLED')).toBe(true);
});

it('is printed by train --estimate, which does not go with --resume', async () => {
  const { code, out } = await command(['train', folder, '--estimate', '--batch-size', '4', '--epochs', '3']);
  expect(out).toMatch(/M parameters, [\d.]+ s a step, \d+ steps: .* memory; .* for decoded windows\./);
  expect(code).toBe(0);
  expect(await command(['train', folder, '--estimate', '--resume', 'run-1'])).toMatchObject({ code: 2 });
});
