/**
 * The process of one heavy job: ffmpeg children, alignment, TensorFlow. It does the one task it is sent and ends. A
 * crash here is a failed job and nothing more.
 */
import { systemClock } from '../core/clock.ts';
import { CancelledError, toErrorData } from '../core/domain/errors.ts';
import { throttleProgress } from '../core/jobs/progress.ts';
import type { HostMessage, WorkerMessage, WorkerTask } from '../core/jobs/worker-protocol.ts';
import { runTask } from './tasks/run-task.ts';

const controller = new AbortController();
let endsAtCheckpoint = false;

/** How long an orphaned worker may take to stop by itself, ms. */
const ORPHAN_GRACE_MS = 10_000;

setUp();

function setUp(): void {
  // Ctrl-C in a terminal reaches the whole group; the host decides what it means and sends 'cancel'.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => {
    controller.abort(new CancelledError());
    setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
  });
  process.on('message', (message: HostMessage) => {
    if (message.type === 'cancel') controller.abort(new CancelledError());
    else if (message.type === 'stop-at-checkpoint') endsAtCheckpoint = true;
    else void run(message.task);
  });
}

async function run(task: WorkerTask): Promise<void> {
  try {
    const result = await runTask(task, {
      signal: controller.signal,
      clock: systemClock,
      onProgress: throttleProgress(systemClock, (progress) => send({ type: 'progress', progress })),
      onFile: (file) => send({ type: 'file', file }),
      onMetrics: (row) => send({ type: 'metrics', row }),
      onEngine: (name) => send({ type: 'engine', name }),
      onWarning: (text) => send({ type: 'warning', text }),
      endsAtCheckpoint: () => endsAtCheckpoint,
    });
    end({ type: 'done', result });
  } catch (error) {
    end({ type: 'failed', error: toErrorData(controller.signal.aborted ? new CancelledError() : error) });
  }
}

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, () => {});
}

function end(message: WorkerMessage): void {
  if (!process.connected) process.exit(1);
  // Native engines keep threads alive: leave on purpose, once the last message is out.
  process.send?.(message, () => process.exit(0));
}
