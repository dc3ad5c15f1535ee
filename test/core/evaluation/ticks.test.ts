import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceRange, niceTicks } from '../../../core/evaluation/ticks.ts';

describe('niceTicks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1], 1],
    [0, 480, 8, [0, 100, 200, 300, 400], 0],
    [-0.13, 0.21, 5, [-0.1, 0, 0.1, 0.2], 1],
    [0.71, 0.79, 5, [0.72, 0.74, 0.76, 0.78], 2],
  ])('of %d..%d in about %d', (min, max, count, values, digits) => {
    expect(niceTicks(min, max, count)).toEqual({ values, digits });
  });

  it('stay inside, rise by one step, and read back from their digits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 2, max: 10 }),
        (min, span, count) => {
          const { values, digits } = niceTicks(min, min + span, count);
          expect(values.length).toBeLessThanOrEqual(count + 1);
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(min - 1e-6 * span);
            expect(value).toBeLessThanOrEqual(min + span * (1 + 1e-6));
            expect(Math.abs(Number(value.toFixed(digits)) - value)).toBeLessThan(
              1e-9 * Math.max(1, Math.abs(value)),
            );
          }
        },
      ),
    );
  });
});

describe('niceRange', () => {
  it('holds the values and begins and ends with a tick', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 1e-3, max: 2, noNaN: true }),
        (min, span) => {
          const range = niceRange(min, min + span, 5);
          expect(range.min).toBeLessThanOrEqual(min + 1e-6);
          expect(range.max).toBeGreaterThanOrEqual(min + span - 1e-6);
          const { values } = niceTicks(range.min, range.max, 5);
          expect(values[0]).toBeCloseTo(range.min, 8);
          expect(values.at(-1)).toBeCloseTo(range.max, 8);
        },
      ),
    );
  });
});
