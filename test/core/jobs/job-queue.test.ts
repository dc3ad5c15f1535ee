import { expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { AppError } from '../../../core/domain/errors.ts';
import { isTerminal, type JobProgress, type JobSnapshot } from '../../../core/domain/job.ts';
import { createJobQueue } from '../../../core/jobs/job-queue.ts';
import { throttleProgress } from '../../../core/jobs/progress.ts';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

it('runs jobs one at a time in order and tells each change once', async () => {
  const seen: JobSnapshot[] = [];
  const queue = createJobQueue((job) => seen.push(job));
  const order: string[] = [];
  const add = (name: string): string =>
    queue.add({
      kind: 'check',
      label: name,
      work: async ({ onProgress }) => {
        order.push(`${name} begins`);
        onProgress({ step: 'listening', done: 1, total: 2, unit: 'titles' });
        await Promise.resolve();
        order.push(`${name} ends`);
        return { name };
      },
    });
  const [a, b] = [add('a'), add('b')];
  expect(queue.get(b).state).toBe('queued');
  expect(await queue.ended(b)).toMatchObject({ state: 'succeeded', result: { name: 'b' } });
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  const statesOfA = seen.filter((job) => job.id === a).map((job) => job.state);
  expect(statesOfA).toEqual(['queued', 'running', 'running', 'succeeded']);
});

it('runs a light job beside a heavy one, one light one at a time, and waits for both at the end', async () => {
  const queue = createJobQueue(() => {});
  const heavy = queue.add({ kind: 'train', label: 'a', work: ({ signal }) => untilAborted(signal) });
  let lightOnes = 0;
  const add = (label: string): string =>
    queue.add({
      kind: 'export',
      label,
      beside: true,
      work: async () => {
        lightOnes += 1;
        const present = lightOnes;
        await new Promise((resolve) => setTimeout(resolve, 5));
        lightOnes -= 1;
        return { present };
      },
    });
  const [b, c] = [add('b'), add('c')];
  expect(await queue.ended(c)).toMatchObject({ state: 'succeeded', result: { present: 1 } });
  expect(queue.get(b).state).toBe('succeeded');
  expect(queue.get(heavy).state).toBe('running');
  const d = queue.add({
    kind: 'export',
    label: 'd',
    beside: true,
    work: ({ signal }) => untilAborted(signal),
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await queue.close();
  expect([queue.get(heavy).state, queue.get(d).state]).toEqual(['cancelled', 'cancelled']);
});

it('cancels a running and a queued job; terminal states stay', async () => {
  const seen: JobSnapshot[] = [];
  const queue = createJobQueue((job) => seen.push(job));
  const running = queue.add({ kind: 'train', label: 'a', work: ({ signal }) => untilAborted(signal) });
  const queued = queue.add({ kind: 'train', label: 'b', work: async () => ({}) });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(queue.cancel(queued).state).toBe('cancelled');
  expect(queue.cancel(running).state).toBe('cancelling');
  expect((await queue.ended(running)).state).toBe('cancelled');
  queue.cancel(running);
  expect(queue.get(running).state).toBe('cancelled');
  for (const id of [running, queued]) {
    const states = seen.filter((job) => job.id === id);
    expect(states.filter(isTerminal)).toHaveLength(1);
    expect(isTerminal(states.at(-1)!)).toBe(true);
  }
});

it('turns what a job throws into a code, and goes on with the next', async () => {
  const queue = createJobQueue(() => {});
  const bad = queue.add({
    kind: 'import',
    label: 'bad',
    work: () => Promise.reject(new AppError('MEDIA_EMPTY', 'x.mp4 is empty (0 bytes).')),
  });
  const good = queue.add({ kind: 'import', label: 'good', work: async () => ({ files: 1 }) });
  expect(await queue.ended(bad)).toMatchObject({ state: 'failed', error: { code: 'MEDIA_EMPTY' } });
  expect((await queue.ended(good)).state).toBe('succeeded');
  expect(() => queue.get('j_99')).toThrow(/no job/);
});

it('stops everything when it is closed', async () => {
  const queue = createJobQueue(() => {});
  const id = queue.add({ kind: 'train', label: 'a', work: ({ signal }) => untilAborted(signal) });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await queue.close();
  expect(queue.get(id).state).toBe('cancelled');
  expect(() => queue.add({ kind: 'train', label: 'b', work: async () => ({}) })).toThrow(/being closed/);
});

it('lets at most ten progress messages a second through, and always the last', () => {
  const clock = manualClock();
  const heard: JobProgress[] = [];
  const tell = throttleProgress(clock, (progress) => heard.push(progress));
  for (let done = 0; done <= 1000; done += 1) {
    tell({ step: 'decoding', done, total: 1000, unit: 'files' });
    clock.advance(3);
  }
  expect(heard.length).toBeLessThanOrEqual(32);
  expect(heard[0]?.done).toBe(0);
  expect(heard.at(-1)?.done).toBe(1000);
});
