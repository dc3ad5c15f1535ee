/** Numbers and marks of the picture of a fit. */
import { expect, it } from 'vitest';
import { curvePath, nextHighest, ticksOf } from '../../renderer/lib/lag-curve.ts';

it('leaves the peak itself out of what is highest elsewhere', () => {
  const line = { fromMs: -10, stepMs: 2, heights: [1, 2, 9, 3, 8, 2, 1, 1, 7, 4] };
  // The peak at -2 ms takes -8 to 4 ms; columns begin at -10, -8, ... 8.
  expect(nextHighest(line, -2)).toBe(7);
  expect(nextHighest({ fromMs: 0, stepMs: 1, heights: [5] }, 0)).toBe(0);
});

it('marks round places inside the picture', () => {
  expect(ticksOf(-173.4, 126.6)).toEqual([-150, -100, -50, 0, 50, 100]);
  expect(ticksOf(-2500, 2500)).toEqual([-2000, -1000, 0, 1000, 2000]);
});

it('draws the highest value near the top and chance at the bottom', () => {
  expect(curvePath([0, 10, -3], 30, 100)).toBe('M5.0 100.0L15.0 4.0L25.0 100.0');
});
