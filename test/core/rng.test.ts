import { describe, expect, it } from 'vitest';
import { createRng, threefry } from '../../core/rng.ts';

describe('threefry', () => {
  // Known answers of the Random123 distribution for threefry2x32, 20 rounds.
  it.each([
    [[0, 0], 0, 0, [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff], 0xffffffff, 0xffffffff, [0x1cb996fc, 0xbb002be7]],
    [[0x13198a2e, 0x03707344], 0x243f6a88, 0x85a308d3, [0xc4923a9c, 0x483df7a0]],
  ] as const)('key %j', (key, c0, c1, expected) => {
    expect(threefry(key, c0, c1)).toEqual(expected);
  });
});

describe('streams', () => {
  it('give the same numbers for the same place, whatever else was drawn', () => {
    const first = createRng(0);
    first.stream('other').uniform();
    const a = first.stream('crop', 3, 7);
    const b = createRng(0).stream('crop', 3, 7);
    expect([a.uniform(), a.uniform(), a.normal()]).toEqual([b.uniform(), b.uniform(), b.normal()]);
  });

  it('differ by seed, purpose, counter and counter order', () => {
    const draws = [
      createRng(0).stream('crop', 1, 2),
      createRng(1).stream('crop', 1, 2),
      createRng(0).stream('flip', 1, 2),
      createRng(0).stream('crop', 2, 1),
      createRng(0).stream('crop', 1),
      createRng(0).stream('crop', 1, 2 + 2 ** 32),
    ].map((stream) => stream.uniform());
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('are uniform and normal', () => {
    const stream = createRng(5).stream('test');
    const uniform = Array.from({ length: 20_000 }, () => stream.uniform());
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.01);
    const normal = Array.from({ length: 20_000 }, () => stream.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.04);
  });

  it('fill an array with pairs of normals of whole blocks, and go on after them', () => {
    const filled = createRng(5).stream('weight', 1);
    filled.uniform();
    const values = new Float32Array(20_001);
    filled.fillNormal(values, 0.5);
    expect(Math.abs(mean([...values]))).toBeLessThan(0.015);
    expect(Math.abs(mean([...values].map((x) => x * x)) - 0.25)).toBeLessThan(0.01);
    const again = createRng(5).stream('weight', 1);
    again.uniform();
    const parts = [new Float32Array(20_000), new Float32Array(1)];
    for (const part of parts) again.fillNormal(part, 0.5);
    expect([...parts[0]!, ...parts[1]!]).toEqual([...values]);
    expect(filled.uniform()).toBe(again.uniform());
  });

  it('fill with what the known generator gives', () => {
    // The first block of the stream, found through uniform().
    const plain = createRng(7).stream('weight');
    const [u1, u2] = [plain.uniform(), plain.uniform()];
    const values = new Float32Array(2);
    createRng(7).stream('weight').fillNormal(values, 1);
    const radius = Math.sqrt(-2 * Math.log(1 - u1));
    expect(values[0]).toBeCloseTo(radius * Math.cos(2 * Math.PI * u2), 6);
    expect(values[1]).toBeCloseTo(radius * Math.sin(2 * Math.PI * u2), 6);
  });

  it('shuffle without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = createRng(9).stream('order').shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
