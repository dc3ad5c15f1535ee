/** Long work: every job of this start, with speed and time left worked out from its progress. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { isTerminal, type JobMove, type JobSnapshot } from '../../core/domain/job.ts';
import { useClient } from '../client.ts';
import { createRate, type JobRate } from '../lib/job-rate.ts';
import { jobResultText } from '../lib/job-words.ts';
import { plural } from '../lib/words.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';

/** A job and how fast it goes. */
export type JobView = { job: JobSnapshot; rate: JobRate | null };

export const useJobs = defineStore('jobs', () => {
  const client = useClient();
  const notices = useNotices();
  const views = shallowRef<ReadonlyMap<string, JobView>>(new Map());
  const rates = new Map<string, ReturnType<typeof createRate>>();
  const list = computed(() => [...views.value.values()].toReversed());
  const active = computed(() => list.value.filter(({ job }) => !isTerminal(job)).toReversed());

  function put(job: JobSnapshot): void {
    const before = views.value.get(job.id)?.job;
    const measure = rates.get(job.id) ?? createRate();
    rates.set(job.id, measure);
    const rate = job.state === 'running' ? measure(job.progress, performance.now()) : null;
    views.value = new Map(views.value).set(job.id, { job, rate });
    if (before !== undefined && !isTerminal(before)) announce(job);
  }

  function announce(job: JobSnapshot): void {
    // Who asked for a look is looking.
    if (job.state === 'succeeded' && job.result.preview !== undefined) return;
    if (job.state === 'succeeded' && job.kind === 'decide') {
      notices.done(`Changed ${plural(Number(job.result.changed), 'pair')}. One undo takes it back.`);
    } else if (job.state === 'succeeded') notices.done(`${job.label}: ${jobResultText(job.result)}`);
    else if (job.state === 'failed') notices.error('error', job.error.message, job.error.code);
    else if (job.state === 'cancelled') notices.done(`${job.label}: stopped.`);
  }

  async function refresh(): Promise<void> {
    const jobs = await notices.attempt(() => client.call('job/list', {}));
    for (const job of jobs ?? []) put(job);
  }

  /** Resolves with the job when it has ended; also one that ended before its first event was heard. */
  function ended(jobId: string): Promise<JobSnapshot> {
    return new Promise((resolve) => {
      const stop = watch(
        views,
        (present) => {
          const job = present.get(jobId)?.job;
          if (job === undefined || !isTerminal(job)) return;
          resolve(job);
          queueMicrotask(() => stop());
        },
        { immediate: true },
      );
      void client.call('job/get', { jobId }).then(
        (job) => {
          // Events travel another way: one that is newer may be here already.
          const known = views.value.get(jobId)?.job;
          if (known === undefined || !isTerminal(known)) put(job);
        },
        () => {},
      );
    });
  }

  const cancel = (jobId: string) => notices.attempt(() => client.call('job/cancel', { jobId }));

  const move = (jobId: string, to: JobMove) => notices.attempt(() => client.call('job/move', { jobId, to }));
  /** Jobs that wait, those of one sort with each other. */
  const waiting = computed(() => list.value.filter(({ job }) => job.state === 'queued').length);
  const find = (jobId: string | undefined): JobSnapshot | null =>
    jobId === undefined ? null : (views.value.get(jobId)?.job ?? null);

  client.on('job/changed', put);
  client.on('job/warning', ({ label, text }) => notices.warn(`${label}: ${text}`));
  useConnection().onReturn(() => void refresh());

  return { list, active, waiting, find, refresh, cancel, move, ended };
});
