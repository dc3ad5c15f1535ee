import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetConfidence } from '../../../core/align/confidence.ts';

describe('offsetConfidence', () => {
  const height = fc.double({ min: 0, max: 300, noNaN: true });
  const ratio = fc.double({ min: 1, max: 100, noNaN: true });

  it('is a probability that grows with height and with lead, and is never certain', () => {
    fc.assert(
      fc.property(height, ratio, height, ratio, (h1, r1, h2, r2) => {
        const low = offsetConfidence({ peakHeight: Math.min(h1, h2), peakRatio: Math.min(r1, r2) });
        const high = offsetConfidence({ peakHeight: Math.max(h1, h2), peakRatio: Math.max(r1, r2) });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(0.995);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('gives chance no chance, and a clear peak its due', () => {
    expect(offsetConfidence({ peakHeight: 4.5, peakRatio: 1.05 })).toBeLessThan(0.05);
    expect(offsetConfidence({ peakHeight: 12, peakRatio: 3 })).toBe(0.995);
    expect(offsetConfidence({ peakHeight: 60, peakRatio: 1.3 })).toBeLessThanOrEqual(0.9);
    expect(offsetConfidence({ peakHeight: Number.NaN, peakRatio: 2 })).toBe(0);
  });
});
