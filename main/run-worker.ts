/** The host's side of a worker: starts it, passes cancel on, and turns a crash into an error. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, CancelledError, fromErrorData } from '../core/domain/errors.ts';
import type { OnProgress } from '../core/jobs/progress.ts';
import type { HostMessage, TaskResults, WorkerMessage, WorkerTask } from '../core/jobs/worker-protocol.ts';

/** How long a worker may take to stop after 'cancel' before it is killed, ms. A training step cannot be cut short. */
const CANCEL_GRACE_MS = 30_000;
/** How long a worker may take to end after its last word, ms. */
const END_GRACE_MS = 5000;
const STDERR_KEPT = 4096;

/** Hears what a worker says besides its result. */
export type WorkerListener = (message: Exclude<WorkerMessage, { type: 'done' } | { type: 'failed' }>) => void;

/** Passes only progress on. */
export function onlyProgress(onProgress: OnProgress): WorkerListener {
  return (message) => {
    if (message.type === 'progress') onProgress(message.progress);
  };
}

/**
 * Runs one task in a process of its own.
 * @throws the task's own error; CANCELLED when `signal` aborts; WORKER_CRASHED when the process ends without a word.
 */
export async function runWorker<T extends WorkerTask>(
  task: T,
  options: {
    signal: AbortSignal;
    onMessage: WorkerListener;
    env?: Record<string, string>;
    /** Gets the way to tell the worker something while it works. */
    onStarted?: (tell: (message: HostMessage) => void) => void;
  },
): Promise<TaskResults[T['kind']]> {
  const { signal } = options;
  if (signal.aborted) throw new CancelledError();
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let killTimer: NodeJS.Timeout | null = null;
  const cancel = (): void => {
    if (child.connected) child.send({ type: 'cancel' } satisfies HostMessage, () => {});
    killTimer = setTimeout(() => child.kill('SIGKILL'), CANCEL_GRACE_MS);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      let stderr = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
      });
      child.on('message', (message: WorkerMessage) => {
        if (message.type === 'done') resolve(message.result as TaskResults[T['kind']]);
        else if (message.type === 'failed') reject(fromErrorData(message.error));
        else options.onMessage(message);
      });
      child.once('error', reject);
      child.once('close', (exitCode, exitSignal) => reject(crashError(signal, exitCode, exitSignal, stderr)));
      child.send({ type: 'start', task } satisfies HostMessage);
      options.onStarted?.((message) => {
        if (child.connected) child.send(message, () => {});
      });
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    if (killTimer !== null) clearTimeout(killTimer);
    const lingering = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
    await exited;
    clearTimeout(lingering);
  }
}

function crashError(
  signal: AbortSignal,
  exitCode: number | null,
  exitSignal: NodeJS.Signals | null,
  stderr: string,
): AppError {
  if (signal.aborted) return new CancelledError();
  const how = exitSignal ?? `status ${exitCode}`;
  const hint = exitSignal === 'SIGKILL' ? ' It was killed, perhaps for want of memory.' : '';
  return new AppError(
    'WORKER_CRASHED',
    `The process of this job ended unexpectedly (${how}).${hint} What was saved before is intact. Start it again; a training goes on from its last checkpoint.`,
    { details: { stderr } },
  );
}
