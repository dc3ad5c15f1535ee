/** Speed and time left of a job's present step. */
import type { JobProgress } from '../../core/domain/job.ts';

/** Units a second, and seconds to the end of the step where its length is known. */
export type JobRate = { perSec: number; leftSec: number | null };

/** @returns a function of progress and time (ms) that gives the mean rate since the step began; null at first. */
export function createRate(): (progress: JobProgress, nowMs: number) => JobRate | null {
  let step: string | null = null;
  let startMs = 0;
  let startDone = 0;
  return ({ step: present, done, total }, nowMs) => {
    if (present !== step) {
      step = present;
      startMs = nowMs;
      startDone = done;
    }
    const moved = done - startDone;
    const seconds = (nowMs - startMs) / 1000;
    if (moved <= 0 || seconds <= 0) return null;
    const perSec = moved / seconds;
    return { perSec, leftSec: total === null ? null : Math.max(0, total - done) / perSec };
  };
}
