/** Long work: what a person sees of it. */
import type { ErrorData } from './errors.ts';

/** What a job does. */
export type JobKind = 'import' | 'check' | 'train' | 'evaluate' | 'estimate' | 'export' | 'decide' | 'setup';

/** How far a job is. `total` is null while it is not known; `done` never falls within a step. */
export type JobProgress = { step: string; done: number; total: number | null; unit: string; detail?: string };

/** One job; terminal states never change. `place` among those that wait: 1 is the next. */
export type JobSnapshot = {
  id: string;
  kind: JobKind;
  label: string;
} & (
  | { state: 'queued'; place: number }
  | { state: 'running'; progress: JobProgress }
  | { state: 'cancelling'; progress: JobProgress }
  | { state: 'succeeded'; result: JobResult }
  | { state: 'failed'; error: ErrorData }
  | { state: 'cancelled' }
);

/** What a finished job leaves: names and numbers, e.g. `{ titles: 24, pairs: 560 }` or `{ runId: "..." }`. */
export type JobResult = Record<string, string | number | null>;

/** Something that happened in a job. */
export type JobLogLine = { atMs: number; text: string };

/** Where a waiting job is moved to: to the head of those that wait, a place up or down, or to their end. */
export type JobMove = 'next' | 'up' | 'down' | 'last';

/** Whether a job has ended. */
export function isTerminal(job: JobSnapshot): boolean {
  return job.state === 'succeeded' || job.state === 'failed' || job.state === 'cancelled';
}
