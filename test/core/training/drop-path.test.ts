import { describe, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import { dropPathFactors, sliceFactors } from '../../../core/training/drop-path.ts';

const rng = createRng(4);
const SIZE = { rate: 0.4, depth: 5 };
const place = { epoch: 1, step: 2 };
const draw = (clipIndexes: number[], purposes = ['video primary', 'video secondary']) =>
  dropPathFactors(rng, place, SIZE, { purposes, clipIndexes });

describe('dropPathFactors', () => {
  it('drops more the deeper a block lies, and keeps the mean at 1', () => {
    const clips = Array.from({ length: 3000 }, (_, i) => i);
    const { batch, factors } = draw(clips, ['video primary']);
    for (let block = 0; block < SIZE.depth; block += 1) {
      const rate = (SIZE.rate * block) / (SIZE.depth - 1);
      for (const branch of [0, 1]) {
        const at = (2 * block + branch) * batch;
        const values = factors.subarray(at, at + batch);
        const dropped = values.filter((value) => value === 0).length / batch;
        expect(Math.abs(dropped - rate)).toBeLessThan(0.03);
        for (const value of values) {
          expect([0, Math.fround(1 / (1 - rate))]).toContain(value);
        }
        const mean = values.reduce((sum, value) => sum + value, 0) / batch;
        expect(Math.abs(mean - 1)).toBeLessThan(0.05);
      }
    }
  });

  it('depends on the clip and the view, not on what else is in the batch', () => {
    const together = draw([7, 3, 9]);
    const alone = draw([3]);
    expect(sliceFactors(together, 1, 2)).toEqual(sliceFactors(alone, 0, 1));
    expect(sliceFactors(together, 4, 5)).toEqual(sliceFactors(alone, 1, 2));
    const many = draw(Array.from({ length: 50 }, (_, i) => i));
    expect(sliceFactors(many, 0, 50).factors).not.toEqual(sliceFactors(many, 50, 100).factors);
  });

  it('is all ones at rate 0', () => {
    const { factors } = dropPathFactors(
      rng,
      place,
      { rate: 0, depth: 2 },
      { purposes: ['a'], clipIndexes: [1, 2] },
    );
    expect([...factors]).toEqual(Array(8).fill(1));
  });
});
