import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../../core/training/schedule.ts';

const SCHEDULE = { learningRate: 0.1, finalLearningRate: 0.01, warmupSteps: 10, totalSteps: 110 };

describe('learningRateAt', () => {
  it('rises in a straight line, then falls along half a cosine', () => {
    const naive = (step: number) => {
      const t = step + 0.5;
      if (t < 10) return 0.1 * (t / 10);
      return 0.01 + 0.09 * 0.5 * (1 + Math.cos(Math.PI * ((t - 10) / 100)));
    };
    for (let step = 0; step < 110; step += 1) {
      expect(learningRateAt(step, SCHEDULE)).toBeCloseTo(naive(step), 12);
    }
  });

  it('moves from the first step and ends near the final rate', () => {
    expect(learningRateAt(0, SCHEDULE)).toBeCloseTo(0.005, 12);
    expect(learningRateAt(109, SCHEDULE)).toBeGreaterThanOrEqual(0.01);
    expect(learningRateAt(109, SCHEDULE)).toBeLessThan(0.0101);
  });

  it('takes no warm-up and a warm-up longer than the run', () => {
    expect(learningRateAt(0, { ...SCHEDULE, warmupSteps: 0 })).toBeCloseTo(0.1, 4);
    expect(learningRateAt(109, { ...SCHEDULE, warmupSteps: 200 })).toBeCloseTo(0.1 * (109.5 / 200), 12);
  });
});
