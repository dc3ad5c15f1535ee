/** Requests about long work. */
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

/** Handlers of `job/*`. */
export function jobHandlers({ jobs }: HostContext) {
  return {
    'job/list': () => jobs.list(),
    'job/get': ({ jobId }) => jobs.get(jobId),
    'job/cancel': ({ jobId }) => jobs.cancel(jobId),
  } satisfies Partial<Handlers>;
}
