/** Progress of long work: how it is told, and how often. */
import type { Clock } from '../clock.ts';
import type { JobProgress } from '../domain/job.ts';

/** Receives progress; calls must be cheap. */
export type OnProgress = (progress: JobProgress) => void;

/** What long core functions take besides their input. */
export type WorkOptions = { signal?: AbortSignal | undefined; onProgress?: OnProgress };

/** The default of `onProgress`. */
export const noProgress: OnProgress = () => {};

const INTERVAL_MS = 100;

/**
 * Lets progress through at most ten times a second, and always when a step begins or is complete, so that the last
 * one is never lost.
 */
export function throttleProgress(clock: Clock, onProgress: OnProgress): OnProgress {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastStep = '';
  return (progress) => {
    const now = clock.monotonicMs();
    const isEdge = progress.step !== lastStep || progress.done === progress.total;
    if (!isEdge && now - lastMs < INTERVAL_MS) return;
    lastMs = now;
    lastStep = progress.step;
    onProgress(progress);
  };
}
