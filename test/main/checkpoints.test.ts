/** Checkpoints of a real run: listed, pinned, evaluated, exported, started from, deleted; and what is said of the run. */
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { isTerminal, type JobSnapshot } from '../../core/domain/job.ts';
import type { RunConfig } from '../../core/domain/run.ts';
import type { CheckpointInfo } from '../../core/domain/run-about.ts';
import { decodeSafetensors } from '../../core/model/safetensors.ts';
import { openProject } from '../../core/project/project.ts';
import { insertRun, setRunState } from '../../core/project/queries/runs.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { RunConfigChange } from '../../core/rpc/contract-runs.ts';
import { type FilmsHost, filmsHost, LONG } from '../fixtures/training/films-host.ts';

const SOON = { timeout: 40_000, interval: 20 };
const filter = { states: ['accepted' as const] };
const RUN = 'run-1';

let films: FilmsHost;
let client: Client;

async function ended(jobId: string): Promise<JobSnapshot> {
  for (;;) {
    const job = await client.call('job/get', { jobId });
    if (isTerminal(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
async function trained(config: RunConfigChange): Promise<JobSnapshot> {
  return ended((await client.call('run/start', { config: { ...LONG, ...config }, filter })).jobId);
}
const list = (verify = false): Promise<CheckpointInfo[]> =>
  client.call('checkpoint/list', { runId: RUN, verify });
const at = (...path: string[]): string => join(films.folder, 'runs', RUN, ...path);
const weightsOf = (path: string) => [...decodeSafetensors(readFileSync(path), path).tensors];

beforeAll(async () => {
  films = await filmsHost();
  client = films.host.client;
  // One film is held out already where both are not in one split.
  const titles = (await client.call('title/list', {})).rows.map(({ id }) => id);
  await client.call('title/set-split', { titleIds: titles, split: 'heldout' });
  expect(
    await trained({ epochs: 10, checkpointEverySteps: 2, keepCheckpoints: 20, validateEveryEpochs: 4 }),
  ).toMatchObject({
    state: 'succeeded',
  });
}, 90_000);
afterAll(() => films.close());

describe('the checkpoints of a run', { timeout: 90_000 }, () => {
  it('are listed with step, epoch, size, score and marks', async () => {
    const found = await list();
    expect(found.map(({ step }) => step)).toEqual([10, 8, 6, 4, 2]);
    expect(found.map(({ epoch }) => epoch)).toEqual([10, 8, 6, 4, 2]);
    expect(found.map(({ isNewest }) => isNewest)).toEqual([true, false, false, false, false]);
    expect(found.map(({ recallAt1 }) => recallAt1 !== null)).toEqual([false, true, false, true, false]);
    const scores = found.map(({ score }) => score ?? -1);
    const best = Math.max(...scores);
    // Of equal ones the first.
    expect(found.findLast(({ score }) => score === best)?.isBest).toBe(true);
    expect(found.filter(({ isBest }) => isBest)).toHaveLength(1);
    const files = readdirSync(at('checkpoints', found[0]!.name));
    const sizes = files.map((name) => readFileSync(at('checkpoints', found[0]!.name, name)).length);
    expect(found[0]!.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(found.map(({ problem }) => problem)).toEqual([null, null, null, null, null]);
  });

  it('are evaluated by name, and a run starts from one', async () => {
    const { jobId, evaluationId } = await client.call('evaluation/start', {
      runId: RUN,
      checkpoint: 'ck-000000004',
      filter,
    });
    expect(await ended(jobId)).toMatchObject({ state: 'succeeded', result: { step: 4 } });
    const result = await client.call('evaluation/get', { evaluationId });
    expect(result.checkpoint).toBe('ck-000000004');
    const missing = await client.call('evaluation/start', { runId: RUN, checkpoint: 'ck-000000005', filter });
    expect(await ended(missing.jobId)).toMatchObject({ state: 'failed', error: { code: 'CKPT_MISSING' } });

    expect(await trained({ epochs: 1, startFrom: `${RUN}@ck-4` })).toMatchObject({ state: 'succeeded' });
    const started = weightsOf(join(films.folder, 'runs', 'run-2', 'start.safetensors'));
    expect(started).toEqual(weightsOf(at('checkpoints', 'ck-000000004', 'weights.safetensors')));
    await expect(
      client.call('run/start', { config: { ...LONG, startFrom: `${RUN}@ck-5` }, filter }),
    ).rejects.toThrow(/has no checkpoint "ck-5"/);
  });

  it('are exported under their own names into the exports folder, and listed there', async () => {
    const wishes = { runId: RUN, checkpoint: 'ck-000000006', format: 'safetensors' as const };
    const { jobId } = await client.call('checkpoint/export', { ...wishes, path: 'six.safetensors' });
    expect(await ended(jobId)).toMatchObject({ state: 'succeeded', result: { step: 6 } });
    const written = join(films.folder, 'exports', 'six.safetensors');
    expect(weightsOf(written)).toEqual(weightsOf(at('checkpoints', 'ck-000000006', 'weights.safetensors')));
    expect(await client.call('export/list', {})).toContainEqual(
      expect.objectContaining({ name: 'six.safetensors', kind: 'weights' }),
    );
    const again = client.call('checkpoint/export', { ...wishes, path: 'six.safetensors' });
    await expect(again).rejects.toThrow(/is there already/);
    await expect(client.call('checkpoint/export', { ...wishes, path: 'six.pt' })).rejects.toThrow(
      /does not end in .safetensors/,
    );
    const official = client.call('checkpoint/export', { ...wishes, path: 'six.pt', format: 'official' });
    await expect(official).rejects.toMatchObject({ code: 'CKPT_ARCHITECTURE' });
    await client.call('export/delete', { name: 'six.safetensors' });
    expect(existsSync(written)).toBe(false);
  });

  it('are deleted with the space they free, but for those that must stay', async () => {
    await client.call('checkpoint/pin', { runId: RUN, checkpoint: 'ck-000000002', pinned: true });
    const remove = (...checkpoints: string[]) =>
      client.call('checkpoint/delete', { runId: RUN, checkpoints });
    await expect(remove('ck-000000004', 'ck-000000002')).rejects.toThrow(/ck-000000002 stays: it is pinned/);
    await expect(remove('ck-000000099')).rejects.toMatchObject({ code: 'CKPT_MISSING' });
    expect(await list()).toHaveLength(5);
    const { sizeBytes } = (await list()).find(({ step }) => step === 4)!;
    expect(await remove('ck-000000004')).toEqual({ deleted: ['ck-000000004'], freedBytes: sizeBytes });
    expect(readdirSync(at('checkpoints')).toSorted()).toEqual([
      'ck-000000002',
      'ck-000000006',
      'ck-000000008',
      'ck-000000010',
    ]);
    const { jobId } = await client.call('evaluation/start', { runId: RUN, filter });
    await expect(remove('ck-000000006')).rejects.toThrow(/a job works with it/);
    await ended(jobId);
  });

  it('that are damaged are named, and the newest whole one of a run that can go on stays', async () => {
    truncateSync(at('checkpoints', 'ck-000000010', 'weights.safetensors'), 100);
    const bytes = readFileSync(at('checkpoints', 'ck-000000006', 'weights.safetensors'));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(at('checkpoints', 'ck-000000006', 'weights.safetensors'), bytes);
    const problems = async (verify: boolean): Promise<(string | null)[]> =>
      (await list(verify)).map(({ problem }) => problem?.match(/\d+ bytes|has changed/)?.[0] ?? problem);
    expect(await problems(false)).toEqual(['100 bytes', null, null, null]);
    expect(await problems(true)).toEqual(['100 bytes', null, 'has changed', null]);
    expect((await list()).find(({ isNewest }) => isNewest)?.step).toBe(8);
    await films.host.close();
    const project = await openProject(films.folder, { program: 'test', clock: systemClock, readOnly: false });
    setRunState(project.db, RUN, 'paused');
    project.close();
    await films.reopen();
    client = films.host.client;
    const eight = client.call('checkpoint/delete', { runId: RUN, checkpoints: ['ck-000000008'] });
    await expect(eight).rejects.toThrow(/ck-000000008 stays: the run goes on from it/);
    await client.call('checkpoint/delete', { runId: RUN, checkpoints: ['ck-000000010', 'ck-000000006'] });
    expect((await list()).map(({ step }) => step)).toEqual([8, 2]);
  });

  it('stay where they are pinned while the training goes on and removes others', async () => {
    const config = { ...LONG, epochs: 12, checkpointEverySteps: 2, keepCheckpoints: 1, seed: 5 };
    const { runId, jobId } = await client.call('run/start', { config, filter });
    const steps = async (): Promise<number[]> =>
      (await client.call('checkpoint/list', { runId })).map(({ step }) => step);
    await expect.poll(async () => (await steps()).length, SOON).toBeGreaterThan(0);
    let pinned = '';
    // The training removes it a step later.
    await expect
      .poll(async () => {
        const [newest] = await client.call('checkpoint/list', { runId });
        pinned = newest?.name ?? '';
        return client.call('checkpoint/pin', { runId, checkpoint: pinned, pinned: true }).then(
          () => true,
          () => false,
        );
      }, SOON)
      .toBe(true);
    await ended(jobId);
    expect((await client.call('checkpoint/list', { runId })).map(({ name }) => name)).toEqual(
      pinned === 'ck-000000012' ? [pinned] : ['ck-000000012', pinned],
    );
  });
});

describe('what is said of a run', () => {
  it('is kept in its folder, field by field, and shows in lists', async () => {
    const say = (said: object) => client.call('run/describe', { runId: RUN, ...said });
    await Promise.all([
      say({ name: ' The first ' }),
      say({ tags: ['a', ' b ', 'a', ''] }),
      say({ notes: 'n' }),
    ]);
    const said = { name: 'The first', tags: ['a', 'b'], notes: 'n' };
    expect(await say({ archived: true })).toMatchObject({ ...said, archived: true });
    const runs = await client.call('run/list', {});
    expect(runs.find(({ id }) => id === RUN)).toMatchObject({ ...said, archived: true });
    expect(runs.find(({ id }) => id === 'run-2')).not.toHaveProperty('name');
    await say({ archived: false, name: '' });
    expect(await client.call('run/get', { runId: RUN })).not.toHaveProperty('archived');
    // Pins are not lost by it.
    expect((await list()).map(({ pinned }) => pinned)).toEqual([false, true]);
  });

  it('is nothing where the file is damaged, which lint names', async () => {
    writeFileSync(at('about.json'), '{"version":1,"name":7}');
    expect(await client.call('run/get', { runId: RUN })).not.toHaveProperty('tags');
    const { problems } = await client.call('project/lint', {});
    expect(problems).toContainEqual(expect.objectContaining({ where: `runs/${RUN}/about.json` }));
    rmSync(at('about.json'));
  });
});

it('a run whose program ended is interrupted when the project is opened, and its log says how', async () => {
  await films.host.close();
  const project = await openProject(films.folder, { program: 'test', clock: systemClock, readOnly: false });
  for (const [id, state] of [
    ['run-91', 'running'],
    ['run-92', 'queued'],
    ['run-93', 'paused'],
  ] as const) {
    const config = JSON.parse(readFileSync(at('config.json'), 'utf8')) as RunConfig;
    insertRun(project.db, { id, config, createdMs: 1, clipCount: 2, pairCount: 2, totalSteps: 4 });
    setRunState(project.db, id, state);
  }
  project.close();
  await films.reopen();
  client = films.host.client;
  const states = (await client.call('run/list', {})).map(({ id, state }) => [id, state]);
  expect(Object.fromEntries(states)).toMatchObject({
    'run-91': 'interrupted',
    'run-92': 'interrupted',
    'run-93': 'paused',
  });
  expect((await client.call('run/log', { runId: 'run-91' }))[0]?.text).toMatch(/ended while it ran/);
  expect((await client.call('run/log', { runId: 'run-92' }))[0]?.text).toMatch(/while it waited/);
  expect(await client.call('run/log', { runId: 'run-93' })).toEqual([]);
});
