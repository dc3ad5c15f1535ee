/** What happened in each job and when: its steps, what it warned of, how it ended. Kept as long as the host lives. */
import type { Clock } from '../clock.ts';
import { isTerminal, type JobLogLine, type JobProgress, type JobSnapshot } from '../domain/job.ts';

/** Older lines of a job go when there are more. */
const MOST_LINES = 1000;

/** One a host. */
export class JobLog {
  readonly #clock: Clock;
  readonly #lines = new Map<string, JobLogLine[]>();
  readonly #last = new Map<string, JobSnapshot>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hears each change of a job; steps and states become lines, the progress within a step does not. */
  note(job: JobSnapshot): void {
    const before = this.#last.get(job.id);
    this.#last.set(job.id, job);
    if (job.state === 'running') {
      const step = before?.state === 'running' ? before.progress.step : null;
      if (step === null) this.#add(job.id, 'began');
      if (step !== null && step !== job.progress.step) {
        this.#add(job.id, stepText(job.progress));
      }
    } else if (before?.state !== job.state) this.#add(job.id, stateText(job));
  }

  /** A warning of the job of this label that runs now; without one it is not kept. */
  warn(label: string, text: string): void {
    const job = [...this.#last.values()].findLast((one) => one.label === label && !isTerminal(one));
    if (job !== undefined) this.#add(job.id, text);
  }

  /** The lines of a job, oldest first; empty for one that is not known. */
  of(jobId: string): JobLogLine[] {
    return [...(this.#lines.get(jobId) ?? [])];
  }

  #add(jobId: string, text: string): void {
    const lines = this.#lines.get(jobId) ?? [];
    lines.push({ atMs: this.#clock.nowMs(), text });
    if (lines.length > MOST_LINES) lines.shift();
    this.#lines.set(jobId, lines);
  }
}

function stepText({ step, total, unit }: JobProgress): string {
  return total === null ? step : `${step} ${total} ${unit}`.trim();
}

function stateText(job: JobSnapshot): string {
  switch (job.state) {
    case 'queued':
      return 'waits for its turn';
    case 'running':
      return 'began';
    case 'cancelling':
      return 'was asked to stop';
    case 'succeeded':
      return 'done';
    case 'failed':
      return `failed: ${job.error.message} [${job.error.code}]`;
    case 'cancelled':
      return 'stopped';
  }
}
