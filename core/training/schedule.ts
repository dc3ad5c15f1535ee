/** The learning rate over a run: linear warm-up, then half a cosine (paper-facts 1.5, SlowFast's policy). */

/** What the schedule depends on. */
export type Schedule = {
  learningRate: number;
  finalLearningRate: number;
  /** Warm-up, steps (may be a fraction). */
  warmupSteps: number;
  totalSteps: number;
};

/**
 * Rate of `step` (0-based). Warm-up rises linearly from 0 and reaches `learningRate` after `warmupSteps`; its first
 * step already moves (it takes the value of the step's middle). The cosine ends at `finalLearningRate`.
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { learningRate, finalLearningRate, warmupSteps, totalSteps } = schedule;
  const at = step + 0.5;
  if (at < warmupSteps) return (learningRate * at) / warmupSteps;
  const share = Math.min(1, (at - warmupSteps) / Math.max(totalSteps - warmupSteps, 1));
  return finalLearningRate + ((learningRate - finalLearningRate) * (1 + Math.cos(Math.PI * share))) / 2;
}
