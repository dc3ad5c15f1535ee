/** How often a training whose process crashed is started again: as long as it gets on in between. */
import { AppError, hasCode } from '../core/domain/errors.ts';

/** Starts after a crash without a step further in between, at most. */
const MOST_RESTARTS = 3;
const FIRST_PAUSE_MS = 500;

/** What a GPU's libraries say when it is lost or full; a new process gets a new one. */
const GPU_WORDS =
  /\bCUDA|CUDNN|\bOOM when allocating|out of memory|device (was |is )?lost|Dst tensor is not initialized/i;

/** Counts the crashes of one training. */
export type CrashCount = {
  /** Hears of each step that was made. */
  onStep(step: number): void;
  /**
   * Takes a crash.
   * @returns what to tell people, and how long to wait before the next start, ms
   * @throws AppError WORKER_CRASHED when the restarts without a step further are used up.
   */
  next(error: unknown): { text: string; pauseMs: number };
};

/** Whether a process ended for want of something (memory, a GPU) or was killed, and did not itself refuse to go on. */
export function isCrash(error: unknown): boolean {
  if (hasCode(error, 'WORKER_CRASHED') || hasCode(error, 'ENGINE_FAILED')) return true;
  return hasCode(error, 'INVARIANT') && error instanceof Error && GPU_WORDS.test(error.message);
}

/** @param doneSteps steps that were made before. */
export function createCrashCount(doneSteps: number): CrashCount {
  let furthest = doneSteps;
  let furthestAtCrash = -1;
  let crashes = 0;
  return {
    onStep: (step) => {
      furthest = Math.max(furthest, step);
    },
    next: (error) => {
      crashes = furthest > furthestAtCrash ? 1 : crashes + 1;
      furthestAtCrash = furthest;
      const reason = firstSentence(error);
      if (crashes > MOST_RESTARTS) throw givenUp(crashes, furthest, reason, error);
      return {
        text: `After step ${furthest}: ${reason} It is started again from its last checkpoint (${crashes} of at most ${MOST_RESTARTS} times without a step further).`,
        pauseMs: FIRST_PAUSE_MS * 2 ** (crashes - 1),
      };
    },
  };
}

function givenUp(crashes: number, step: number, reason: string, cause: unknown): AppError {
  const details = cause instanceof AppError ? cause.details : {};
  return new AppError(
    'WORKER_CRASHED',
    `The training crashed ${crashes} times after step ${step} without getting a step further, so it was not started again. The last time: ${reason} Its checkpoints are whole. See that there is memory enough (a smaller batch or chunk in a new run, other programs closed), then go on with it.`,
    { cause, details: { ...details, step, crashes } },
  );
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Two: how it ended, and the hint that may follow.
  return /^.*?\.(?= It was killed|\s|$)( It was killed[^.]*\.)?/s.exec(message)?.[0] ?? message;
}
