/**
 * The trainings of one host: each waits in the queue of jobs, runs in a worker, is started again when that worker
 * crashes, and can be paused, stopped, or stopped at its next checkpoint. What happened is kept in the run's own log.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dataset } from '../core/domain/dataset.ts';
import { AppError, CancelledError, hasCode } from '../core/domain/errors.ts';
import type { JobResult } from '../core/domain/job.ts';
import type { RunConfig, RunState, RunSummary } from '../core/domain/run.ts';
import type { RunLogLine } from '../core/domain/run-about.ts';
import type { OnProgress } from '../core/jobs/progress.ts';
import type { HostMessage, TaskResults } from '../core/jobs/worker-protocol.ts';
import type { Project } from '../core/project/project.ts';
import { getRun, runFolder, setRunState } from '../core/project/queries/runs.ts';
import { RUN_FILES } from '../core/training/run-folder.ts';
import { appendRunLog } from '../core/training/run-log.ts';
import { createCrashCount, isCrash } from './crash-count.ts';
import type { HostContext } from './host.ts';
import { runWorker } from './run-worker.ts';

/** How a training that runs or waits is to end. */
export type TrainingEnd = 'pause' | 'now' | 'checkpoint';

type Training = {
  project: Project;
  runId: string;
  jobId: string;
  /** The last that was asked for; null: it runs to its end. */
  wish: TrainingEnd | null;
  tell: (message: HostMessage) => void;
};

type TrainingParts = { runId: string; dataset: Dataset; config: RunConfig };

/** One a host. */
export class Trainings {
  readonly #context: HostContext;
  readonly #active = new Set<Training>();

  constructor(context: HostContext) {
    this.#context = context;
  }

  /**
   * Puts a run into the queue.
   * @returns the id of its job; of the one that there is already, where it runs or waits
   * @throws AppError ARGUMENT_INVALID while it is being stopped.
   */
  add(project: Project, parts: TrainingParts): string {
    const { runId } = parts;
    const present = this.#find(project, runId);
    if (present !== undefined) {
      if (this.#context.jobs.get(present.jobId).state !== 'cancelling') return present.jobId;
      throw new AppError(
        'ARGUMENT_INVALID',
        `${runId} is being stopped: its process writes a checkpoint. Nothing was started. Go on with it once it has stopped.`,
      );
    }
    const training: Training = { project, runId, jobId: '', wish: null, tell: () => {} };
    training.jobId = this.#context.jobs.add({
      kind: 'train',
      label: labelOf(runId),
      work: ({ signal, onProgress }) => this.#work(training, parts, signal, onProgress),
      onDropped: () => {
        this.#active.delete(training);
        const isPaused = training.wish === 'pause';
        const words = isPaused ? 'paused before it began' : 'taken out of the queue';
        this.#settle(training, isPaused ? 'paused' : 'stopped', words);
      },
    });
    this.#active.add(training);
    this.#setState(training, 'queued');
    return training.jobId;
  }

  /** Asks a run that trains or waits to end. @returns whether there was such a one. */
  end(project: Project, runId: string, how: TrainingEnd): boolean {
    const training = this.#find(project, runId);
    if (training === undefined) return false;
    const { state } = this.#context.jobs.get(training.jobId);
    training.wish = how;
    if (how !== 'checkpoint' || state === 'queued') this.#context.jobs.cancel(training.jobId);
    else {
      training.tell({ type: 'stop-at-checkpoint' });
      this.#note(training, 'state', 'asked to stop after the next checkpoint');
    }
    return true;
  }

  /** A run with the id of its job, where it has one. */
  withJob(project: Project, run: RunSummary): RunSummary {
    const jobId = this.#find(project, run.id)?.jobId;
    return jobId === undefined ? run : { ...run, jobId };
  }

  #find(project: Project, runId: string): Training | undefined {
    return [...this.#active].find(
      (training) => training.project.folder === project.folder && training.runId === runId,
    );
  }

  async #work(
    training: Training,
    parts: TrainingParts,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<JobResult> {
    const { project, runId } = training;
    const { step: before } = getRun(project, runId);
    this.#setState(training, 'running');
    this.#note(training, 'state', before === 0 ? 'began' : `goes on; ${before} steps were logged before`);
    try {
      const result = await this.#runUntilEnd(training, parts, { signal, onProgress, before });
      const words = result.finished ? 'finished' : 'stopped at a checkpoint, as asked';
      this.#settle(training, result.finished ? 'finished' : 'stopped', `${words}, step ${result.step}`);
      return { runId, step: result.step, engine: result.engine };
    } catch (error) {
      this.#settleError(training, error);
      throw error;
    } finally {
      this.#active.delete(training);
      this.#context.emit('project/changed', { what: 'runs' });
    }
  }

  /** Starts the worker, and again after each crash as long as that helps. */
  async #runUntilEnd(
    training: Training,
    parts: TrainingParts,
    { signal, onProgress, before }: { signal: AbortSignal; onProgress: OnProgress; before: number },
  ): Promise<TaskResults['train']> {
    const crashes = createCrashCount(before);
    for (;;) {
      try {
        return await this.#runOnce(training, parts, { signal, onProgress, onStep: crashes.onStep });
      } catch (error) {
        if (!isCrash(error) || signal.aborted) throw error;
        const { text, pauseMs } = crashes.next(error);
        this.#warn(training, text);
        await pause(pauseMs, undefined, { signal }).catch(() => {
          throw new CancelledError();
        });
      }
    }
  }

  #runOnce(
    training: Training,
    { dataset, config }: TrainingParts,
    {
      signal,
      onProgress,
      onStep,
    }: { signal: AbortSignal; onProgress: OnProgress; onStep: (step: number) => void },
  ): Promise<TaskResults['train']> {
    const { project, runId } = training;
    const folder = runFolder(project, runId);
    const cacheFolder = join(project.folder, 'cache');
    return runWorker(
      { kind: 'train', runFolder: folder, cacheFolder, dataset, validation: validationOf(folder), config },
      {
        signal,
        onStarted: (tell) => {
          training.tell = tell;
          // A worker that is started again knows nothing of what was asked of the one before it.
          if (training.wish === 'checkpoint') tell({ type: 'stop-at-checkpoint' });
        },
        onMessage: (message) => {
          if (message.type === 'progress') onProgress(message.progress);
          else if (message.type === 'metrics') {
            onStep(message.row.step);
            this.#context.emit('run/metrics', { runId, row: message.row });
          } else if (message.type === 'engine') this.#setState(training, 'running', message.name);
          else if (message.type === 'warning') this.#warn(training, message.text);
        },
      },
    );
  }

  #settleError(training: Training, error: unknown): void {
    const { project, runId, wish } = training;
    const step = project.db.open ? getRun(project, runId).step : 0;
    if (!hasCode(error, 'CANCELLED')) {
      const message = error instanceof Error ? error.message : String(error);
      this.#settle(training, 'failed', `failed after step ${step}: ${message}`);
    } else if (wish === 'pause') this.#settle(training, 'paused', `paused after step ${step}`);
    else this.#settle(training, 'stopped', `stopped after step ${step}`);
  }

  #settle(training: Training, state: RunState, text: string): void {
    this.#setState(training, state);
    this.#note(training, 'state', text);
  }

  /** A project that was closed meanwhile settles its runs when it is opened again. */
  #setState({ project, runId }: Training, state: RunState, engine: string | null = null): void {
    if (!project.db.open) return;
    setRunState(project.db, runId, state, engine);
    this.#context.emit('project/changed', { what: 'runs' });
  }

  #warn(training: Training, text: string): void {
    this.#note(training, 'warning', text);
    this.#context.emit('job/warning', { label: labelOf(training.runId), text });
  }

  #note({ project, runId }: Training, kind: RunLogLine['kind'], text: string): void {
    try {
      appendRunLog(runFolder(project, runId), { atMs: this.#context.clock.nowMs(), kind, text });
    } catch {
      // A full disk: the training's own warning says so, and a line less is no reason to end it.
    }
  }
}

function labelOf(runId: string): string {
  return `Train ${runId}`;
}

/** The held-out clips that a run measures between epochs: its own copy, or null. */
function validationOf(folder: string): Dataset | null {
  const path = join(folder, RUN_FILES.validation);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Dataset) : null;
}
