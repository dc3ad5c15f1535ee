/** Rows by the place of the scroll bar, for lists that are taller than a browser lets an element be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  listPx,
  revealPx,
  rowsInSight,
  scrolledPx,
  scrollTopFor,
  TALLEST_PX,
} from '../../renderer/lib/tall-list.ts';

const anyList = fc.record({
  rows: fc.integer({ min: 1, max: 5_000_000 }),
  rowPx: fc.constantFrom(24, 32),
  viewPx: fc.integer({ min: 40, max: 2000 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a tall list', () => {
  it('is as tall as its rows while a browser takes that, and never taller', () => {
    expect(scrolledPx({ rows: 1000, rowPx: 32, viewPx: 500 })).toBe(32_000);
    expect(scrolledPx({ rows: 5_000_000, rowPx: 32, viewPx: 500 })).toBe(TALLEST_PX);
  });

  it('shows its first row at the top, its last at the bottom, and every row somewhere', () => {
    fc.assert(
      fc.property(anyList, share, (list, at) => {
        const far = Math.max(0, scrolledPx(list) - list.viewPx);
        expect(rowsInSight(list, 0, 0)).toMatchObject({ first: 0, offsetPx: 0 });
        const end = rowsInSight(list, far, 0);
        expect(end.last).toBe(list.rows - 1);
        const lastBottom = end.offsetPx + (end.last - end.first + 1) * list.rowPx;
        if (far > 0) expect(lastBottom).toBeCloseTo(far + list.viewPx, 2);
        const row = Math.floor(at * (list.rows - 1));
        const top = scrollTopFor(list, revealPx(list, row, 0));
        const seen = rowsInSight(list, top, 0);
        expect(seen.first).toBeLessThanOrEqual(row);
        expect(seen.last).toBeGreaterThanOrEqual(row);
      }),
    );
  });

  it('covers what is in sight without a gap, wherever the scroll bar is', () => {
    fc.assert(
      fc.property(anyList, share, (list, at) => {
        const top = at * Math.max(0, scrolledPx(list) - list.viewPx);
        const { first, last, offsetPx } = rowsInSight(list, top, 0);
        expect(offsetPx).toBeLessThanOrEqual(top + 0.01);
        const bottom = offsetPx + (last - first + 1) * list.rowPx;
        if (last < list.rows - 1) expect(bottom).toBeGreaterThanOrEqual(top + list.viewPx - 0.01);
      }),
    );
  });

  it('goes to and fro between the scroll bar and the list', () => {
    fc.assert(
      fc.property(anyList, share, (list, at) => {
        const whole = list.rows * list.rowPx - list.viewPx;
        if (whole <= 0) return;
        expect(listPx(list, scrollTopFor(list, at * whole))).toBeCloseTo(at * whole, 1);
      }),
    );
  });

  it('moves no further than it must to show a row', () => {
    const list = { rows: 100, rowPx: 32, viewPx: 320 };
    expect(revealPx(list, 5, 0)).toBe(0);
    expect(revealPx(list, 10, 0)).toBe(32);
    expect(revealPx(list, 3, 320)).toBe(96);
  });
});
