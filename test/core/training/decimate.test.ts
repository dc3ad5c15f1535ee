import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debiasedMean, decimate, indexOfStep } from '../../../core/training/decimate.ts';

const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constant(Number.NaN),
  fc.constant(1),
);
const curve = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), value), { minLength: 1, maxLength: 400 });

function columns(rows: readonly (readonly [number, number])[]) {
  let step = 0;
  const steps = Float64Array.from(rows, ([gap]) => (step += gap));
  return { steps, values: Float64Array.from(rows, ([, one]) => one) };
}

describe('decimate', () => {
  it('keeps the smallest, the largest and the first gap of every bucket, as a naive search finds them', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 3, max: 120 }), (rows, points) => {
        const { steps, values } = columns(rows);
        const kept = decimate({ steps, values, from: 0, to: rows.length }, points);
        expect(kept.length).toBeLessThanOrEqual(points);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        if (rows.length <= points) {
          expect(kept).toHaveLength(rows.length);
          return;
        }
        const buckets = Math.floor(points / (values.every(Number.isFinite) ? 2 : 3));
        const width = (steps.at(-1)! - steps[0]! + 1) / buckets;
        for (let bucket = 0; bucket < buckets; bucket += 1) {
          const inside = [...steps.keys()].filter(
            (i) => Math.floor((steps[i]! - steps[0]!) / width) === bucket,
          );
          const shown = kept.filter((i) => inside.includes(i)).map((i) => values[i]!);
          const all = inside.map((i) => values[i]!);
          const numbers = all.filter(Number.isFinite);
          if (numbers.length > 0) {
            expect(shown).toContain(Math.min(...numbers));
            expect(shown).toContain(Math.max(...numbers));
          }
          expect(shown.some(Number.isNaN)).toBe(all.some(Number.isNaN));
        }
      }),
    );
  });

  it('shows every row once the range holds no more than was asked for', () => {
    const steps = Float64Array.from({ length: 5000 }, (_, i) => i + 1);
    const from = indexOfStep(steps, 5000, 2001);
    const to = indexOfStep(steps, 5000, 2101);
    const kept = decimate({ steps, values: steps, from, to }, 100);
    expect(kept.map((i) => steps[i])).toEqual(Array.from({ length: 100 }, (_, i) => 2001 + i));
    expect(decimate({ steps, values: steps, from: 7, to: 7 }, 100)).toEqual([]);
  });
});

describe('debiasedMean', () => {
  it('is the weighted mean of all rows before, gaps passed over', () => {
    const values = [4, 2, Number.NaN, 8, -1];
    const smoothing = 0.7;
    const naive = values.map((own, n) => {
      if (Number.isNaN(own)) return Number.NaN;
      const known = values.slice(0, n + 1).filter(Number.isFinite);
      const weights = known.map((_, i) => smoothing ** (known.length - 1 - i));
      const sum = known.reduce((total, one, i) => total + one * weights[i]!, 0);
      return sum / weights.reduce((total, one) => total + one, 0);
    });
    const means = debiasedMean(Float64Array.from(values), values.length, smoothing);
    for (const [i, mean] of naive.entries()) {
      if (Number.isNaN(mean)) expect(means[i]).toBeNaN();
      else expect(means[i]).toBeCloseTo(mean, 12);
    }
  });
});
