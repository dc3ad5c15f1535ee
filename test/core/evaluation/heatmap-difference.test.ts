import { describe, expect, it } from 'vitest';
import { cellIntervals, drawUnits } from '../../../core/evaluation/bootstrap.ts';
import type { UnitSums } from '../../../core/evaluation/cell-sums.ts';
import {
  differenceInterval,
  differencePicture,
  pairedDraws,
} from '../../../core/evaluation/heatmap-difference.ts';
import { languagesPicture } from '../../../core/evaluation/heatmap-kinds.ts';
import { colourPicture } from '../../../core/evaluation/heatmap-picture.ts';
import { createRng } from '../../../core/rng.ts';
import { exampleResult } from './examples.ts';

const NAMES = { of: 'eval-2', less: 'eval-1' };

describe('differencePicture', () => {
  it('takes one from the other by name, and leaves out what only one has', () => {
    const of = languagesPicture(exampleResult(['en', 'de', 'fr', 'ja']), 'gap');
    const less = languagesPicture(exampleResult(['fr', 'en', 'ja', 'pl']), 'gap');
    const picture = differencePicture(of, less, NAMES, (row, column) =>
      row === 'en' && column === 'fr' ? { low: -0.1, high: 0.2 } : null,
    );
    expect(picture.rows.map(({ key }) => key)).toEqual(['en', 'fr', 'ja']);
    const value = (from: typeof of, a: string, b: string): number => {
      const row = from.rows.findIndex(({ key }) => key === a);
      return from.cells[row * from.columns.length + from.columns.findIndex(({ key }) => key === b)]!.value!;
    };
    expect(picture.cells[1]!.value).toBeCloseTo(value(of, 'en', 'fr') - value(less, 'en', 'fr'), 12);
    expect(picture.cells[1]).toMatchObject({ low: -0.1, high: 0.2, isFew: false });
    expect(picture.cells[1]!.lines.join('; ')).toMatch(
      /^English \(en\) and French \(fr\); difference .*, 95 % interval −0\.1000 to 0\.2000; eval-2 .*, n = 28; eval-1 .*, n = 28$/,
    );
    expect(picture.cells[2]!.isFew).toBe(true);
    const { range, cells } = colourPicture(picture);
    expect(range.min).toBe(-range.max);
    // Fixed by definition, or too few: no colour.
    expect(cells.map(({ colour }) => colour !== null)).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

/** Sums of `units` of 4 clips each: a common part that both evaluations share, and noise of each. */
function world(seed: number, units: number, shift: number): { a: UnitSums; b: UnitSums; names: string[] } {
  const { normal } = createRng(seed).stream('world');
  const make = (): UnitSums => ({
    count: new Float64Array(units).fill(4),
    same: new Float64Array(units),
    part: new Float64Array(units),
  });
  const [a, b] = [make(), make()];
  for (let unit = 0; unit < units; unit += 1) {
    const common = 0.5 + 0.2 * normal();
    a.same[unit] = 4 * (common + shift + 0.05 * normal());
    b.same[unit] = 4 * (common + 0.05 * normal());
    a.part[unit] = 4 * 2 * (0.1 + 0.02 * normal());
    b.part[unit] = 4 * 2 * (0.1 + 0.02 * normal());
  }
  return { a, b, names: Array.from({ length: units }, (_, i) => `t${i}`) };
}

const otherOf = ({ part, count }: UnitSums): number =>
  part.reduce((sum, value) => sum + value, 0) / 2 / count.reduce((sum, value) => sum + value, 0);

describe('differenceInterval', () => {
  const resampling = (count: number) => ({ unit: 'titles' as const, count });

  it('is nothing wide where nothing differs', () => {
    const { a, names } = world(1, 12, 0);
    const paired = pairedDraws({ resampling: resampling(12), names }, { resampling: resampling(12), names })!;
    const side = { names, sums: a, otherClip: otherOf(a) };
    for (const measure of ['gap', 'sameClip', 'otherClip'] as const)
      expect(differenceInterval(side, side, measure, paired)).toEqual({ low: 0, high: 0 });
  });

  it('finds units by name, in whatever order, and some of one only', () => {
    const { a, b, names } = world(2, 12, 0.1);
    const turned = [...names].reverse();
    const back = (values: Float64Array): Float64Array => Float64Array.from(values).reverse();
    const left = { names, sums: a, otherClip: otherOf(a) };
    const right = { names, sums: b, otherClip: otherOf(b) };
    const rightTurned = {
      names: turned,
      sums: { count: back(b.count), same: back(b.same), part: back(b.part) },
      otherClip: otherOf(b),
    };
    const of = (other: typeof right) =>
      differenceInterval(
        left,
        other,
        'gap',
        pairedDraws({ ...left, resampling: resampling(12) }, { ...other, resampling: resampling(12) })!,
      );
    expect(of(rightTurned)).toEqual(of(right));
    const more = {
      names: [...names, 'only here'],
      sums: {
        count: Float64Array.of(...b.count, 4),
        same: Float64Array.of(...b.same, 2),
        part: Float64Array.of(...b.part, 0.8),
      },
      otherClip: otherOf(b),
    };
    expect(of(more)!.low).toBeLessThan(of(more)!.high);
  });

  it('holds the true difference as often as it says, and is much narrower than without pairing', () => {
    const worlds = 300;
    const held = { gap: 0, sameClip: 0 };
    const widths = { paired: 0, alone: 0 };
    for (let seed = 0; seed < worlds; seed += 1) {
      const { a, b, names } = world(1000 + seed, 20, 0.03);
      const paired = pairedDraws(
        { resampling: resampling(20), names },
        { resampling: resampling(20), names },
      )!;
      const [left, right] = [a, b].map((sums) => ({ names, sums, otherClip: otherOf(sums) }));
      for (const measure of ['gap', 'sameClip'] as const) {
        const { low, high } = differenceInterval(left!, right!, measure, paired)!;
        if (low <= 0.03 && 0.03 <= high) held[measure] += 1;
      }
      const alone = cellIntervals(
        { clipCount: 80, sameClip: 0.5, otherClip: otherOf(a), units: a },
        drawUnits(20, createRng(1)),
      ).sameClip!;
      const { low, high } = differenceInterval(left!, right!, 'sameClip', paired)!;
      widths.paired += high - low;
      widths.alone += alone.high - alone.low;
    }
    // 95 of 100, less three standard errors of 300 worlds.
    for (const count of Object.values(held)) {
      expect(count / worlds).toBeGreaterThan(0.912);
      expect(count / worlds).toBeLessThanOrEqual(0.99);
    }
    expect(widths.paired).toBeLessThan(0.5 * widths.alone);
  });

  it('is not told where one drew titles and the other shots, or units are too few', () => {
    const { a, b, names } = world(3, 12, 0);
    expect(
      pairedDraws({ resampling: resampling(12), names }, { resampling: { unit: 'shots', count: 12 }, names }),
    ).toBeNull();
    const few = { names: names.slice(0, 4), resampling: resampling(4) };
    const cut = ({ count, same, part }: UnitSums): UnitSums => ({
      count: count.slice(0, 4),
      same: same.slice(0, 4),
      part: part.slice(0, 4),
    });
    const paired = pairedDraws(few, few)!;
    const sides = [a, b].map((sums) => ({ names: few.names, sums: cut(sums), otherClip: 0.1 }));
    expect(differenceInterval(sides[0]!, sides[1]!, 'sameClip', paired)).toBeNull();
  });
});
