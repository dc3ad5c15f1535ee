import { expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { AppError } from '../../../core/domain/errors.ts';
import { JobLog } from '../../../core/jobs/job-log.ts';
import { createJobQueue } from '../../../core/jobs/job-queue.ts';

it('keeps steps, warnings and the end of each job, not the progress within a step', async () => {
  const log = new JobLog(manualClock(1000));
  const queue = createJobQueue((job) => log.note(job));
  const good = queue.add({
    kind: 'import',
    label: 'good',
    work: async ({ onProgress }) => {
      for (const done of [0, 1, 2]) onProgress({ step: 'decoding', done, total: 2, unit: 'files' });
      log.warn('good', 'a.mp4 was refused');
      log.warn('bad', 'said by nobody that runs');
      onProgress({ step: 'planning', done: 0, total: null, unit: '' });
      return {};
    },
  });
  await queue.ended(good);
  const bad = queue.add({
    kind: 'check',
    label: 'bad',
    work: () => Promise.reject(new AppError('NOT_FOUND', 'It is gone.')),
  });
  await queue.ended(bad);
  expect(log.of(good).map(({ text }) => text)).toEqual([
    'waits for its turn',
    'began',
    'decoding 2 files',
    'a.mp4 was refused',
    'planning',
    'done',
  ]);
  expect(log.of(good).every(({ atMs }) => atMs === 1000)).toBe(true);
  expect(log.of(bad).map(({ text }) => text)).toEqual([
    'waits for its turn',
    'began',
    'failed: It is gone. [NOT_FOUND]',
  ]);
  expect(log.of('nothing')).toEqual([]);
});

it('keeps the last thousand lines', async () => {
  const log = new JobLog(manualClock(0));
  const queue = createJobQueue((job) => log.note(job));
  const id = queue.add({
    kind: 'train',
    label: 'talks',
    work: async () => {
      for (let i = 0; i < 1500; i += 1) log.warn('talks', String(i));
      return {};
    },
  });
  await queue.ended(id);
  expect(log.of(id)).toHaveLength(1000);
  expect(log.of(id).at(-2)?.text).toBe('1499');
});
