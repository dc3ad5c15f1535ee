/** How long several trainings and evaluations in a row will still take, from the speed of those that ran so far. */
import type { Clock } from '../../core/clock.ts';
import type { JobProgress } from '../../core/domain/job.ts';

/** What is still to do besides the job that runs now. */
export type WorkLeft = { steps: number; evaluations: number };

/** A guess that gets better as work is done. */
export type TimeLeft = {
  /** Begins a job; `after` is what follows it. */
  begin(kind: 'train' | 'evaluate', after: WorkLeft): void;
  /** Seconds that are left in all, or null while nothing has been measured. Call it with each progress of the job. */
  leftSec(progress: JobProgress): number | null;
  /** Ends a job. */
  end(): void;
};

/**
 * `expectedEvaluationSteps`: how many training steps an evaluation is taken to last until one was measured; default 10
 * (our choice, from the demo corpus).
 */
export function createTimeLeft(
  clock: Clock,
  { expectedEvaluationSteps = 10 }: { expectedEvaluationSteps?: number } = {},
): TimeLeft {
  const trained = { steps: 0, sec: 0 };
  const measured = { count: 0, sec: 0 };
  let kind: 'train' | 'evaluate' = 'train';
  let after: WorkLeft = { steps: 0, evaluations: 0 };
  let startMs = 0;
  // Of the running training: a resumed one begins above 0, and what comes before its first step is no training.
  let first: { done: number; atMs: number } | null = null;
  let last: { done: number; atMs: number } | null = null;
  const stepSec = (): number | null => {
    const steps = trained.steps + (first === null || last === null ? 0 : last.done - first.done);
    const sec = trained.sec + (first === null || last === null ? 0 : (last.atMs - first.atMs) / 1000);
    return steps === 0 ? null : sec / steps;
  };
  const evaluationSec = (): number | null => {
    if (measured.count > 0) return measured.sec / measured.count;
    const perStep = stepSec();
    return perStep === null ? null : perStep * expectedEvaluationSteps;
  };
  return {
    begin(nextKind, nextAfter) {
      [kind, after, startMs, first, last] = [nextKind, nextAfter, clock.monotonicMs(), null, null];
    },
    leftSec({ unit, done, total }) {
      const atMs = clock.monotonicMs();
      if (kind === 'train' && unit === 'steps') {
        first ??= { done, atMs };
        last = { done, atMs };
      }
      const perStep = stepSec();
      const perEvaluation = evaluationSec();
      const stepsHere = kind === 'train' && unit === 'steps' && total !== null ? total - done : 0;
      if (perEvaluation === null || (perStep === null && after.steps + stepsHere > 0)) return null;
      const evaluationHere = kind === 'evaluate' ? Math.max(0, perEvaluation - (atMs - startMs) / 1000) : 0;
      return (stepsHere + after.steps) * (perStep ?? 0) + after.evaluations * perEvaluation + evaluationHere;
    },
    end() {
      if (kind === 'evaluate') {
        measured.count += 1;
        measured.sec += (clock.monotonicMs() - startMs) / 1000;
      } else if (first !== null && last !== null) {
        trained.steps += last.done - first.done;
        trained.sec += (last.atMs - first.atMs) / 1000;
      }
      first = null;
      last = null;
    },
  };
}
