import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from '../../../core/evaluation/paired-bootstrap.ts';
import { createRng } from '../../../core/rng.ts';

const rng = createRng(3);
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `shot ${i}`);
/** Seeds × clips around `mean`, with noise of its own for each clip and for each seed. */
function made(seeds: number, clips: number, mean: number, clipNoise: number, seedNoise: number): number[][] {
  return Array.from({ length: seeds }, (_, s) => {
    const shift = seedNoise * rng.stream('seed', s).normal();
    const stream = rng.stream('clips', s);
    return Array.from({ length: clips }, () => mean + shift + clipNoise * stream.normal());
  });
}

describe('pairedBootstrap', () => {
  it('gives the mean, and of equal differences an interval without width', () => {
    const row = Array.from({ length: 12 }, () => 0.25);
    expect(pairedBootstrap([row, row], names(12), rng)).toEqual({
      mean: 0.25,
      low: 0.25,
      high: 0.25,
      perSeed: [0.25, 0.25],
    });
  });

  it('is as wide as the standard error says where only clips differ', () => {
    const row = made(1, 400, 0, 1, 0)[0]!;
    const { mean, low, high } = pairedBootstrap([row, row, row], names(400), rng);
    const average = row.reduce((sum, value) => sum + value, 0) / 400;
    const error = Math.sqrt(row.reduce((sum, value) => sum + (value - average) ** 2, 0) / 400 / 400);
    expect(mean).toBeCloseTo(average, 10);
    expect(high - low).toBeGreaterThan(2 * 1.96 * error * 0.9);
    expect(high - low).toBeLessThan(2 * 1.96 * error * 1.1);
  });

  it('is wider where seeds differ too, and where clips come in shots that are alike', () => {
    const width = (rows: number[][], groups: string[]): number => {
      const { low, high } = pairedBootstrap(rows, groups, rng);
      return high - low;
    };
    const quiet = made(3, 60, 0, 1, 0);
    const loud = quiet.map((row, s) => row.map((value) => value + s));
    expect(width(loud, names(60))).toBeGreaterThan(2 * width(quiet, names(60)));
    const repeated = [quiet[0]!.map((_, i, row) => row[i - (i % 6)]!)];
    const shots = names(60).map((_, i) => `shot ${Math.floor(i / 6)}`);
    expect(width(repeated, shots)).toBeGreaterThan(1.5 * width(repeated, names(60)));
  });

  it('holds the true mean in about 95 of 100 intervals', () => {
    let held = 0;
    for (let i = 0; i < 60; i += 1) {
      const stream = rng.stream('coverage', i);
      const row = Array.from({ length: 40 }, () => stream.normal());
      const { low, high } = pairedBootstrap([row], names(40), rng);
      if (low <= 0 && high >= 0) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(52);
    expect(held).toBeLessThanOrEqual(60);
  });

  it('gives the same interval again, and another one from another seed', () => {
    const rows = made(3, 20, 0.1, 1, 0.1);
    const first = pairedBootstrap(rows, names(20), createRng(0));
    expect(pairedBootstrap(rows, names(20), createRng(0))).toEqual(first);
    expect(pairedBootstrap(rows, names(20), createRng(1)).low).not.toBe(first.low);
  });
});
