/** Requests about long work. */
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

/** Handlers of `job/*`. */
export function jobHandlers({ jobs, jobLog }: HostContext) {
  return {
    'job/list': () => jobs.list(),
    'job/get': ({ jobId }) => jobs.get(jobId),
    'job/log': ({ jobId }) => {
      jobs.get(jobId);
      return jobLog.of(jobId);
    },
    'job/move': ({ jobId, to }) => jobs.move(jobId, to),
    'job/cancel': ({ jobId }) => jobs.cancel(jobId),
  } satisfies Partial<Handlers>;
}
