/** From a task's kind to the core function that does it. Engines load only where they are needed. */
import type { Clock } from '../../core/clock.ts';
import type { ImportedFile } from '../../core/domain/planned-import.ts';
import type { MetricsRow } from '../../core/domain/run.ts';
import type { OnProgress } from '../../core/jobs/progress.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';

/** What a task may say while it works. */
export type TaskContext = {
  signal: AbortSignal;
  clock: Clock;
  onProgress: OnProgress;
  onFile: (file: ImportedFile) => void;
  onMetrics: (row: MetricsRow) => void;
  onEngine: (name: string) => void;
  onWarning: (text: string) => void;
  /** Whether a training was asked to end at the next checkpoint. */
  endsAtCheckpoint?: () => boolean;
};

/** Does one task. @throws AppError of the core function; CANCELLED when `signal` aborts. */
export async function runTask(
  task: WorkerTask,
  context: TaskContext,
): Promise<TaskResults[keyof TaskResults]> {
  switch (task.kind) {
    case 'import':
      return (await import('./import-task.ts')).importTask(task, context);
    case 'plan':
      return (await import('./import-task.ts')).planTask(task, context);
    case 'check':
      return (await import('./check-task.ts')).checkTask(task, context);
    case 'shards':
      return (await import('./shards-task.ts')).shardsTask(task, context);
    case 'plant':
      return (await import('./plant-task.ts')).plantTask(task, context);
    case 'parity':
      return (await import('./parity-task.ts')).parityTask(task, context);
    case 'estimate':
      return (await import('./estimate-task.ts')).estimateTask(task, context);
    case 'train':
      return (await import('./train-task.ts')).trainTask(task, context);
    case 'features':
      return (await import('./features-task.ts')).featuresTask(task, context);
    case 'evaluate':
      return (await import('./evaluate-task.ts')).evaluateTask(task, context);
  }
}
