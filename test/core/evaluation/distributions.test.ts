import { describe, expect, it } from 'vitest';
import { normalCdf, studentCdf, studentQuantile } from '../../../core/evaluation/distributions.ts';

describe('distributions', () => {
  it('equal the printed tables', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(-1.959964)).toBeCloseTo(0.025, 6);
    expect(normalCdf(1.281552)).toBeCloseTo(0.9, 6);
    expect(studentQuantile(0.025, 1)).toBeCloseTo(-12.7062, 3);
    expect(studentQuantile(0.025, 4)).toBeCloseTo(-2.776445, 4);
    expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262157, 4);
    expect(studentQuantile(0.025, 1000)).toBeCloseTo(-1.962339, 4);
    expect(studentCdf(2.228139, 10)).toBeCloseTo(0.975, 6);
  });
});
