/** Pictures of lag curves against the curve itself. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BED_RATE_HZ } from '../../../core/align/bed-signal.ts';
import { type LagLine, lagPicture } from '../../../core/align/lag-picture.ts';
import { createRng } from '../../../core/rng.ts';

const msOf = (index: number, maxLag: number): number => ((index - maxLag) * 1000) / BED_RATE_HZ;

/** The highest value of the curve in each column, found one by one. */
function expectHighest(line: LagLine, curve: Float32Array, maxLag: number, baseMs: number): void {
  const { fromMs, stepMs, heights } = line;
  for (const [i, height] of heights.entries()) {
    const inside = [...curve].filter((_, at) => {
      const column = (msOf(at, maxLag) + baseMs - fromMs) / stepMs;
      return column >= i - 1e-6 && column < i + 1 - 1e-6;
    });
    // The last column may go on beyond the part that is shown.
    if (i < heights.length - 1) expect(height).toBe(Math.max(...inside));
  }
}

it('keep the highest value of every column, also near the ends, also of a voice that was moved', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 6000 }),
      fc.integer({ min: -400, max: 400 }),
      fc.constantFrom(0, 1234.5),
      (maxLag, aroundMs, baseMs) => {
        const random = createRng(maxLag).stream('curve');
        const curve = Float32Array.from({ length: 2 * maxLag + 1 }, () => random.uniform());
        const { all, near } = lagPicture(curve, aroundMs, baseMs);
        expect(all.fromMs).toBeCloseTo(msOf(0, maxLag) + baseMs, 6);
        expect(Math.max(...all.heights)).toBe(Math.max(...curve));
        expect(all.heights.length).toBeLessThanOrEqual(400);
        expectHighest(all, curve, maxLag, baseMs);
        expectHighest(near, curve, maxLag, baseMs);
      },
    ),
    { numRuns: 20 },
  );
});

it('shows the surroundings of the place that is asked for', () => {
  const maxLag = 40_000;
  const curve = new Float32Array(2 * maxLag + 1);
  curve[maxLag + Math.round(0.3 * BED_RATE_HZ)] = 50;
  const { near } = lagPicture(curve, 300);
  const at = near.heights.indexOf(50);
  expect(near.fromMs + at * near.stepMs).toBeLessThanOrEqual(300);
  expect(near.fromMs + (at + 1) * near.stepMs).toBeGreaterThan(300);
  expect(near.stepMs).toBeLessThan(1);
});
