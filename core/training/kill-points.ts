/**
 * Places in the training loop where a test ends the process as hard as can be, to prove that a run killed anywhere
 * resumes to the same bytes (reliability.md F10, F15). Without `NODE_ENV=test` they do nothing.
 */

/** Every place, in the order in which a step meets them. The tests walk this list. */
export const KILL_PHASES = [
  'start',
  'before-step',
  'after-step',
  'mid-metrics-line',
  'after-metrics',
  'mid-validation-line',
  'after-validation',
  'checkpoint-begin',
  'checkpoint-mid-weights',
  'checkpoint-weights-unsynced',
  'checkpoint-after-weights',
  'checkpoint-mid-average',
  'checkpoint-after-average',
  'checkpoint-mid-optimizer',
  'checkpoint-after-optimizer',
  'checkpoint-after-state',
  'checkpoint-mid-manifest',
  'checkpoint-after-manifest',
  'checkpoint-before-rename',
  'checkpoint-after-rename',
  'checkpoint-after-verify',
  'rotate-before',
  'rotate-renamed',
  'rotate-after',
  'end',
] as const;

/** A place where a test may end the process. */
export type KillPhase = (typeof KILL_PHASES)[number];

/** Whether `DUBSCOPE_KILL` (`phase@step`) names this place; for places that must do half of something first. */
export function killsAt(phase: KillPhase, step: number): boolean {
  return process.env.NODE_ENV === 'test' && process.env.DUBSCOPE_KILL === `${phase}@${step}`;
}

/** Ends the process with SIGKILL when `DUBSCOPE_KILL` names this place. */
export function killPoint(phase: KillPhase, step: number): void {
  if (killsAt(phase, step)) killNow();
}

/** Ends this process with SIGKILL: no handler, no flush. */
export function killNow(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal takes a moment; nothing may happen in it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
