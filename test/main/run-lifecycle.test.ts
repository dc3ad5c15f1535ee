/** What can be done with a run while it goes: real host, real workers, a real engine, tiny trainings on real films. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunState } from '../../core/domain/run.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { RunConfigChange } from '../../core/rpc/contract-runs.ts';
import { type FilmsHost, filmsHost, LONG, stepsOf, workersOf } from '../fixtures/training/films-host.ts';

const SOON = { timeout: 40_000, interval: 20 };
/** Whatever is accepted: the two films lie in one split. */
const filter = { states: ['accepted' as const] };

let films: FilmsHost;
let client: Client;
beforeAll(async () => {
  films = await filmsHost();
  client = films.host.client;
}, 60_000);
afterAll(() => films.close());

const start = (change: RunConfigChange): Promise<{ jobId: string; runId: string }> =>
  client.call('run/start', { config: { ...LONG, ...change }, filter });
const state = async (runId: string): Promise<RunState> => (await client.call('run/get', { runId })).state;
const reaches = (runId: string, wanted: RunState) => expect.poll(() => state(runId), SOON).toBe(wanted);
const getsTo = (runId: string, step: number) =>
  expect.poll(() => stepsOf(films.folder, runId), SOON).toBeGreaterThanOrEqual(step);
const log = async (runId: string): Promise<string> =>
  (await client.call('run/log', { runId })).map(({ text }) => text).join('\n');
const names = async (runId: string): Promise<string[]> =>
  (await client.call('checkpoint/list', { runId })).map(({ name }) => name);
const bytes = (runId: string, ...path: string[]): string =>
  createHash('sha256')
    .update(readFileSync(join(films.folder, 'runs', runId, ...path)))
    .digest('hex');

describe('a run', { timeout: 120_000 }, () => {
  it('is paused with its process gone, stays so over a restart, and ends in the same bytes', async () => {
    const short = { epochs: 30 };
    const { runId: whole } = await start(short);
    const { runId } = await start(short);
    expect(await client.call('run/get', { runId })).toMatchObject({ state: 'queued', jobId: 'j_3' });
    expect(await client.call('job/get', { jobId: 'j_3' })).toMatchObject({ state: 'queued', place: 1 });
    await reaches(whole, 'finished');
    await getsTo(runId, 5);
    await client.call('run/pause', { runId });
    await reaches(runId, 'paused');
    expect(workersOf()).toEqual([]);
    const pausedAt = stepsOf(films.folder, runId);
    expect(pausedAt).toBeLessThan(30);
    await films.reopen();
    client = films.host.client;
    expect(await client.call('run/get', { runId })).toMatchObject({ state: 'paused', step: pausedAt });
    await client.call('run/resume', { runId });
    await reaches(runId, 'finished');
    const last = join('checkpoints', 'ck-000000030', 'weights.safetensors');
    for (const file of ['metrics.jsonl', last]) expect(bytes(runId, file)).toBe(bytes(whole, file));
    expect(await log(runId)).toMatch(
      new RegExp(
        `^began\\npaused after step ${pausedAt}\\ngoes on; ${pausedAt} steps.*\\nfinished, step 30$`,
      ),
    );
  });

  it('goes on by itself when its worker is killed, to the same bytes', async () => {
    const warned: string[] = [];
    const unsubscribe = client.on('job/warning', ({ text }) => warned.push(text));
    const { runId, jobId } = await start({ epochs: 30 });
    for (const step of [6, 12]) {
      await getsTo(runId, step);
      process.kill(workersOf()[0]!, 'SIGKILL');
      await expect.poll(() => warned.length, SOON).toBe(step / 6);
    }
    await reaches(runId, 'finished');
    unsubscribe();
    expect(warned[0]).toMatch(
      /^After step \d+: The process .* \(SIGKILL\)\. .*started again .*\(1 of at most 3/,
    );
    expect(await client.call('run/log', { runId })).toContainEqual(
      expect.objectContaining({ kind: 'warning', text: warned[1] }),
    );
    expect((await client.call('job/log', { jobId })).map(({ text }) => text)).toContain(warned[0]);
    expect(bytes(runId, 'metrics.jsonl')).toBe(bytes('run-1', 'metrics.jsonl'));
  });

  it('is given up when its worker crashes again and again without a step further', async () => {
    const { runId } = await start({});
    await getsTo(runId, 1);
    const killed = new Set<number>();
    // Before it can make a step: engine and clips take longer than that.
    const killer = setInterval(() => {
      for (const pid of workersOf().filter((one) => !killed.has(one))) {
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      }
    }, 10);
    try {
      await reaches(runId, 'failed');
    } finally {
      clearInterval(killer);
    }
    expect(killed.size).toBe(4);
    expect(await log(runId)).toMatch(/crashed 4 times after step \d+ without getting a step further/);
    await client.call('run/resume', { runId });
    const before = stepsOf(films.folder, runId);
    await getsTo(runId, before + 2);
    await client.call('run/stop', { runId, when: 'now' });
    await reaches(runId, 'stopped');
  });

  it('stops at the next checkpoint, or now with one', async () => {
    const { runId } = await start({ checkpointEverySteps: 7 });
    await getsTo(runId, 9);
    await client.call('run/stop', { runId, when: 'checkpoint' });
    await reaches(runId, 'stopped');
    const { step } = await client.call('run/get', { runId });
    expect(step % 7).toBe(0);
    expect(await log(runId)).toMatch(/asked to stop after the next checkpoint\nstopped at a checkpoint/);
    const { jobId } = await client.call('run/resume', { runId });
    // Asked twice, it is one job.
    expect((await client.call('run/resume', { runId })).jobId).toBe(jobId);
    await getsTo(runId, step + 2);
    await client.call('run/stop', { runId, when: 'now' });
    await reaches(runId, 'stopped');
    const end = stepsOf(films.folder, runId);
    expect((await names(runId))[0]).toBe(`ck-${String(end).padStart(9, '0')}`);
    await expect(client.call('run/pause', { runId })).rejects.toThrow(/neither runs nor waits/);
  });

  it('waits in an order that can be changed, and leaves the queue', async () => {
    const runs = [await start({}), await start({}), await start({}), await start({})];
    const [first, b, c, d] = runs.map(({ runId }) => runId) as [string, string, string, string];
    await reaches(first, 'running');
    const places = async (): Promise<(number | null)[]> =>
      Promise.all(
        runs.map(async ({ jobId }) => {
          const job = await client.call('job/get', { jobId });
          return job.state === 'queued' ? job.place : null;
        }),
      );
    expect(await places()).toEqual([null, 1, 2, 3]);
    await client.call('job/move', { jobId: runs[3]!.jobId, to: 'next' });
    expect(await places()).toEqual([null, 2, 3, 1]);
    await client.call('job/move', { jobId: runs[1]!.jobId, to: 'down' });
    expect(await places()).toEqual([null, 3, 2, 1]);
    await client.call('run/stop', { runId: d, when: 'checkpoint' });
    await client.call('run/pause', { runId: c });
    expect([await state(d), await state(c), await state(b)]).toEqual(['stopped', 'paused', 'queued']);
    expect(await places()).toEqual([null, 1, null, null]);
    await getsTo(first, 1);
    await client.call('run/stop', { runId: first, when: 'now' });
    await reaches(b, 'running');
    await client.call('run/stop', { runId: b, when: 'now' });
    await reaches(b, 'stopped');
  });
});
