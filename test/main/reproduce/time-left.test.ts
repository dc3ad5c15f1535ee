import { expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { createTimeLeft } from '../../../main/reproduce/time-left.ts';

const steps = (done: number) => ({ step: 'train', done, total: 100, unit: 'steps' });
const windows = (done: number) => ({ step: 'Embed', done, total: 10, unit: 'windows' });

it('counts what is left of this job and of those after it, at the speed measured', () => {
  const clock = manualClock(0);
  const left = createTimeLeft(clock, { expectedEvaluationSteps: 5 });
  left.begin('train', { steps: 300, evaluations: 4 });
  clock.advance(60_000);
  // Decoding before the first step says nothing of the speed of steps, nor does the first step itself.
  expect(left.leftSec({ step: 'decode', done: 3, total: 9, unit: 'clips' })).toBeNull();
  expect(left.leftSec(steps(0))).toBeNull();
  clock.advance(20_000);
  expect(left.leftSec(steps(10))).toBe((90 + 300) * 2 + 4 * 5 * 2);
  clock.advance(180_000);
  left.leftSec(steps(100));
  left.end();
  left.begin('evaluate', { steps: 300, evaluations: 3 });
  expect(left.leftSec(windows(0))).toBe(300 * 2 + 3 * 10 + 10);
  clock.advance(4000);
  expect(left.leftSec(windows(5))).toBe(300 * 2 + 3 * 10 + 6);
  clock.advance(26_000);
  left.end();
  // An evaluation was measured: 30 s and not the 10 s that were expected.
  left.begin('train', { steps: 200, evaluations: 3 });
  expect(left.leftSec(steps(0))).toBe((100 + 200) * 2 + 3 * 30);
});

it('is not misled by a run that goes on in its middle', () => {
  const clock = manualClock(0);
  const left = createTimeLeft(clock, { expectedEvaluationSteps: 5 });
  left.begin('train', { steps: 0, evaluations: 1 });
  left.leftSec(steps(90));
  clock.advance(5000);
  expect(left.leftSec(steps(95))).toBe(5 + 5);
});
