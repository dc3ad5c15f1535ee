/** Levels over time against sums written out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelBetween, levelLine } from '../../../core/dsp/level-line.ts';

/** Every 20 ms whose middle lies in a stretch, one after the other. */
function naive(levelsDb: readonly number[], startSec: number, from: number, to: number): number | null {
  const inside = levelsDb.filter((_, i) => {
    const middle = startSec + (i + 0.5) * 0.02;
    return middle >= from - 1e-10 && middle < to - 1e-10;
  });
  if (inside.length === 0) return null;
  const power = inside.reduce((sum, db) => sum + (db === -127 ? 0 : 10 ** (db / 10)), 0) / inside.length;
  return power === 0 ? -127 : Math.max(-127, 10 * Math.log10(power));
}

const levels = fc.array(fc.integer({ min: -127, max: 0 }), { minLength: 1, maxLength: 200 });

describe('levelLine', () => {
  it('is the mean power of what lies in each column', () => {
    fc.assert(
      fc.property(
        levels,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (db, startSec, columns) => {
          const stretch = { startSec: 0, endSec: columns * 0.1 + 0.013, columns };
          const line = levelLine({ levelsDb: Int8Array.from(db), startSec }, stretch);
          const width = stretch.endSec / columns;
          for (const [i, level] of line.entries()) {
            const expected = naive(db, startSec, i * width, (i + 1) * width);
            if (expected === null) expect(level).toBeNull();
            else expect(level).toBeCloseTo(expected, 0);
          }
        },
      ),
      { seed: 20_261_124 },
    );
  });

  it('shows the nearest 20 ms where a column is narrower, and nothing outside the track', () => {
    const measures = { levelsDb: Int8Array.from([-10, -20, -127]), startSec: 0.02 };
    const line = levelLine(measures, { startSec: 0, endSec: 0.1, columns: 10 });
    expect(line).toEqual([null, null, -10, -10, -20, -20, -127, -127, null, null]);
  });

  it('reads a track at its own times and over a longer window', () => {
    const levelsDb = Int8Array.from({ length: 100 }, (_, i) => (i < 50 ? -20 : -40));
    const stretch = { startSec: 0, endSec: 1, columns: 10 };
    const late = levelLine({ levelsDb, startSec: 0 }, stretch, { toTrack: (sec) => sec + 0.5 });
    expect(late).toEqual([-20, -20, -20, -20, -20, -40, -40, -40, -40, -40]);
    const wide = levelLine({ levelsDb, startSec: 0 }, stretch, { windowSec: 2 });
    expect(wide[9]).toBeCloseTo(naive([...levelsDb], 0, -0.05, 1.95)!, 0);
    expect(wide[0]).toBeCloseTo(naive([...levelsDb], 0, -0.95, 1.05)!, 0);
  });
});

it('tells the level of a stretch', () => {
  const measures = { levelsDb: Int8Array.from([-30, -20, -20, -127]), startSec: 1 };
  expect(levelBetween(measures, 1.02, 1.06)).toBe(-20);
  expect(levelBetween(measures, 1, 1.08)).toBeCloseTo(naive([-30, -20, -20, -127], 1, 1, 1.08)!, 1);
  expect(levelBetween(measures, 1.06, 1.08)).toBe(-127);
  expect(levelBetween(measures, 2, 3)).toBeNull();
});
