import { expect, it } from 'vitest';
import { type Scalar, tf } from '../../../core/engine/tf.ts';
import {
  inverseTemperature,
  logitScaleOf,
  MAX_INVERSE_TEMPERATURE,
} from '../../../core/training/temperature.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

function valueAndSlope(logitScale: number): [number, number] {
  const { value, grad } = tf.valueAndGrad((x) => inverseTemperature(x as Scalar))(tf.scalar(logitScale));
  return [value.dataSync()[0]!, grad.dataSync()[0]!];
}

onEveryEngine('trained temperature', () => {
  it('is the inverse of what its weight was made from, and its own slope', () => {
    for (const temperature of [1, 0.3, 0.07, 0.0101]) {
      const [value, slope] = valueAndSlope(logitScaleOf(temperature));
      expect(value * temperature).toBeCloseTo(1, 5);
      expect(slope * temperature).toBeCloseTo(1, 5);
    }
  });

  it('ends at 100 and has no slope beyond, however far', () => {
    for (const logitScale of [4.61, logitScaleOf(0.001), 1000]) {
      const [value, slope] = valueAndSlope(logitScale);
      expect(value / MAX_INVERSE_TEMPERATURE).toBeCloseTo(1, 6);
      expect(slope).toBe(0);
    }
  });
});
