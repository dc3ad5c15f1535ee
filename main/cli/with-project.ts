/** A command's project: opened, worked on, and given back whatever happens, Ctrl-C included. */

import { type Clock, systemClock } from '../../core/clock.ts';
import { CancelledError, fromErrorData } from '../../core/domain/errors.ts';
import { isTerminal, type JobProgress, type JobResult, type JobSnapshot } from '../../core/domain/job.ts';
import type { Client } from '../../core/rpc/client.ts';
import { printable, type Terminal } from './terminal.ts';

/** What a command works with once its project is open. */
export type OpenProject = {
  client: Client;
  /**
   * Follows a job to its end, with progress on the terminal; Ctrl-C asks it to stop. `note` is added to each
   * progress.
   * @throws the job's own error; CANCELLED when it was stopped.
   */
  follow(jobId: string, note?: (progress: JobProgress) => string): Promise<JobResult>;
};

/** Opens (or makes) a project for the length of `work`. */
export async function withProject<T>(
  terminal: Terminal,
  a: { folder: string; readOnly?: boolean; create?: boolean },
  work: (open: OpenProject) => Promise<T>,
): Promise<T> {
  // Loaded here, so that help and wrong arguments answer at once.
  const { createHost } = await import('../host.ts');
  const host = createHost({ program: 'the dubscope command' });
  const { client } = host;
  const interrupts = new Interrupts();
  client.on('job/warning', ({ label, text }) => {
    terminal.writeError(`${printable(`Warning (${label}): ${text}`)}\n`);
  });
  try {
    if (a.create === true) await client.call('project/create', { folder: a.folder });
    else await client.call('project/open', { folder: a.folder, readOnly: a.readOnly ?? false });
    return await work({
      client,
      follow: (jobId, note) => follow(client, terminal, { jobId, note }, interrupts),
    });
  } finally {
    interrupts.dispose();
    await host.close();
    terminal.clearStatus();
  }
}

/** Hears Ctrl-C: the first asks the running job to stop, the third time leaves at once. */
class Interrupts {
  onInterrupt: (() => void) | null = null;
  count = 0;
  readonly #listener = (): void => {
    this.count += 1;
    if (this.count >= 3 || this.onInterrupt === null) process.exit(130);
    this.onInterrupt();
  };

  constructor() {
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  dispose(): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }
}

async function follow(
  client: Client,
  terminal: Terminal,
  { jobId, note = () => '' }: { jobId: string; note?: ((progress: JobProgress) => string) | undefined },
  interrupts: Interrupts,
): Promise<JobResult> {
  const eta = createEta(systemClock);
  let unsubscribe = (): void => {};
  const ended = new Promise<JobSnapshot>((resolve) => {
    unsubscribe = client.on('job/changed', (job) => {
      if (job.id !== jobId) return;
      if (job.state === 'running') {
        const text = progressText(job.label, job.progress, eta(job.progress));
        terminal.status(`${text}${note(job.progress)}`);
      }
      if (isTerminal(job)) resolve(job);
    });
  });
  interrupts.onInterrupt = () => {
    terminal.status('Stopping ...');
    void client.call('job/cancel', { jobId });
  };
  try {
    const now = await client.call('job/get', { jobId });
    const job = isTerminal(now) ? now : await ended;
    terminal.clearStatus();
    if (job.state === 'failed') throw fromErrorData(job.error);
    if (job.state !== 'succeeded') throw new CancelledError();
    return job.result;
  } finally {
    unsubscribe();
    interrupts.onInterrupt = null;
  }
}

function progressText(label: string, progress: JobProgress, etaText: string): string {
  const { step, done, total, unit, detail } = progress;
  const share = total === null || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
  const count = total === null ? `${done}` : `${done}/${total}`;
  return `${label}: ${step} ${count} ${unit}${share}${etaText}${detail === undefined ? '' : `  ${detail}`}`;
}

/** Time left, from the mean speed of the present step. */
function createEta(clock: Clock): (progress: JobProgress) => string {
  let step = '';
  let startMs = 0;
  let startDone = 0;
  return (progress) => {
    const now = clock.monotonicMs();
    if (progress.step !== step) {
      step = progress.step;
      startMs = now;
      startDone = progress.done;
    }
    const moved = progress.done - startDone;
    if (progress.total === null || moved <= 0) return '';
    const leftSec = ((now - startMs) / moved) * ((progress.total - progress.done) / 1000);
    return `, ${durationText(leftSec)} left`;
  };
}

/** A duration for people: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}
