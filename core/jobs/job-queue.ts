/** Jobs in the order they were asked for, one heavy and one light one at a time; what people see of them is a `JobSnapshot`. */
import { AppError, CancelledError, hasCode, InvariantError, toErrorData } from '../domain/errors.ts';
import {
  isTerminal,
  type JobKind,
  type JobMove,
  type JobProgress,
  type JobResult,
  type JobSnapshot,
} from '../domain/job.ts';
import type { OnProgress } from './progress.ts';

/** Does a job's work. It must end soon after `signal` aborts, and reject with CANCELLED then. */
export type JobWork = (options: { signal: AbortSignal; onProgress: OnProgress }) => Promise<JobResult>;

/** The queue of one host. */
export type JobQueue = {
  /**
   * Puts a job at the end. `beside`: it is no heavy one, and runs beside those, after the one of its own sort before it.
   * `onDropped`: called when it is cancelled before it began, so that `work` is never called.
   * @returns its id at once.
   */
  add(job: { kind: JobKind; label: string; work: JobWork; beside?: boolean; onDropped?: () => void }): string;
  list(): JobSnapshot[];
  /** @throws AppError NOT_FOUND. */
  get(jobId: string): JobSnapshot;
  /** Asks a job to stop; a queued one never starts. @throws AppError NOT_FOUND. */
  cancel(jobId: string): JobSnapshot;
  /** Moves a waiting job among those that wait with it; one that runs or has ended stays. @throws AppError NOT_FOUND. */
  move(jobId: string, to: JobMove): JobSnapshot;
  /** Resolves when the job has ended, whichever way. */
  ended(jobId: string): Promise<JobSnapshot>;
  /** Stops everything and waits for it. */
  close(): Promise<void>;
};

/** Jobs that wait for each other. */
type Lane = { queue: Entry[]; running: Promise<void> | null };

type Entry = {
  lane: Lane;
  snapshot: JobSnapshot;
  work: JobWork;
  onDropped: () => void;
  controller: AbortController;
  waiting: ((job: JobSnapshot) => void)[];
};

const NOT_BEGUN: JobProgress = { step: 'starting', done: 0, total: null, unit: '' };

/** A queue that tells each change of a job to `onChanged`. */
export function createJobQueue(onChanged: (job: JobSnapshot) => void): JobQueue {
  const entries = new Map<string, Entry>();
  const heavy: Lane = { queue: [], running: null };
  const light: Lane = { queue: [], running: null };
  let closing = false;

  const change = (entry: Entry, snapshot: JobSnapshot): void => {
    if (isTerminal(entry.snapshot)) throw new InvariantError(`Job ${snapshot.id} ended twice.`);
    entry.snapshot = snapshot;
    onChanged(snapshot);
    if (!isTerminal(snapshot)) return;
    for (const tell of entry.waiting.splice(0)) tell(snapshot);
  };

  /** Tells each waiting job where it stands now. */
  const tellPlaces = (lane: Lane): void => {
    for (const [i, entry] of lane.queue.entries()) {
      const { snapshot } = entry;
      if (snapshot.state === 'queued' && snapshot.place !== i + 1)
        change(entry, { ...snapshot, place: i + 1 });
    }
  };

  const runNext = (lane: Lane): void => {
    if (lane.running !== null) return;
    const entry = lane.queue.shift();
    if (entry === undefined) return;
    tellPlaces(lane);
    lane.running = runEntry(entry, change).finally(() => {
      lane.running = null;
      runNext(lane);
    });
  };

  const find = (jobId: string): Entry => {
    const entry = entries.get(jobId);
    if (entry === undefined) throw new AppError('NOT_FOUND', `There is no job "${jobId}". Nothing was done.`);
    return entry;
  };

  const cancel = (jobId: string): JobSnapshot => {
    const entry = find(jobId);
    const { snapshot } = entry;
    if (snapshot.state === 'queued') {
      entry.lane.queue.splice(entry.lane.queue.indexOf(entry), 1);
      change(entry, { ...identity(snapshot), state: 'cancelled' });
      entry.onDropped();
      tellPlaces(entry.lane);
    } else if (snapshot.state === 'running') {
      change(entry, { ...snapshot, state: 'cancelling' });
      entry.controller.abort(new CancelledError());
    }
    return entry.snapshot;
  };

  const move = (jobId: string, to: JobMove): JobSnapshot => {
    const entry = find(jobId);
    const { queue } = entry.lane;
    const from = queue.indexOf(entry);
    if (from < 0) return entry.snapshot;
    const wanted = { next: 0, up: from - 1, down: from + 1, last: queue.length - 1 }[to];
    queue.splice(from, 1);
    queue.splice(Math.max(0, wanted), 0, entry);
    tellPlaces(entry.lane);
    return entry.snapshot;
  };

  return {
    add: ({ kind, label, work, beside = false, onDropped = () => {} }) => {
      if (closing) throw new AppError('CANCELLED', 'The project is being closed. The job was not started.');
      const id = `j_${entries.size + 1}`;
      const lane = beside ? light : heavy;
      const entry: Entry = {
        lane,
        snapshot: { id, kind, label, state: 'queued', place: lane.queue.length + 1 },
        work,
        onDropped,
        controller: new AbortController(),
        waiting: [],
      };
      entries.set(id, entry);
      lane.queue.push(entry);
      onChanged(entry.snapshot);
      // The caller gets the id before the first event of the running job.
      queueMicrotask(() => runNext(lane));
      return id;
    },
    list: () => [...entries.values()].map((entry) => entry.snapshot),
    get: (jobId) => find(jobId).snapshot,
    cancel,
    move,
    ended: (jobId) => {
      const entry = find(jobId);
      if (isTerminal(entry.snapshot)) return Promise.resolve(entry.snapshot);
      return new Promise((resolve) => entry.waiting.push(resolve));
    },
    close: async () => {
      closing = true;
      for (const [jobId, entry] of entries) if (!isTerminal(entry.snapshot)) cancel(jobId);
      await Promise.all([heavy.running, light.running]);
    },
  };
}

async function runEntry(entry: Entry, change: (entry: Entry, snapshot: JobSnapshot) => void): Promise<void> {
  const who = identity(entry.snapshot);
  change(entry, { ...who, state: 'running', progress: NOT_BEGUN });
  const onProgress: OnProgress = (progress) => {
    if (entry.snapshot.state === 'running') change(entry, { ...who, state: 'running', progress });
  };
  try {
    const result = await entry.work({ signal: entry.controller.signal, onProgress });
    change(entry, { ...who, state: 'succeeded', result });
  } catch (error) {
    const stopped = entry.controller.signal.aborted && (hasCode(error, 'CANCELLED') || isAbort(error));
    change(
      entry,
      stopped ? { ...who, state: 'cancelled' } : { ...who, state: 'failed', error: toErrorData(error) },
    );
  }
}

function identity(job: JobSnapshot): Pick<JobSnapshot, 'id' | 'kind' | 'label'> {
  return { id: job.id, kind: job.kind, label: job.label };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
