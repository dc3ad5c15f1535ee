import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import { batchIndexes, stepsPerEpoch } from '../../../core/training/sampler.ts';

function epochOf(seed: number, epoch: number, clipCount: number, batchSize: number): number[][] {
  return Array.from({ length: stepsPerEpoch(clipCount, batchSize) }, (_, stepInEpoch) =>
    batchIndexes(createRng(seed), { epoch, stepInEpoch }, { clipCount, batchSize }),
  );
}

describe('batchIndexes', () => {
  it('shows every clip once an epoch, in batches of nearly equal size and never of one clip', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.integer({ min: 2, max: 80 }),
        (clipCount, batchSize) => {
          const batches = epochOf(1, 3, clipCount, batchSize);
          const sizes = batches.map((batch) => batch.length);
          expect(batches.flat().sort((a, b) => a - b)).toEqual(
            Array.from({ length: clipCount }, (_, i) => i),
          );
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
          if (clipCount % 2 === 0 || batchSize > 2) expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize);
        },
      ),
    );
  });

  it('shuffles anew each epoch and for each seed, and repeats itself exactly', () => {
    expect(epochOf(1, 0, 20, 5)).toEqual(epochOf(1, 0, 20, 5));
    expect(epochOf(1, 1, 20, 5)).not.toEqual(epochOf(1, 0, 20, 5));
    expect(epochOf(2, 0, 20, 5)).not.toEqual(epochOf(1, 0, 20, 5));
  });

  it('lets every two clips meet in a batch', () => {
    const met = new Set<string>();
    for (let epoch = 0; epoch < 60; epoch += 1) {
      for (const batch of epochOf(1, epoch, 12, 4)) {
        for (const a of batch) for (const b of batch) met.add(`${a} ${b}`);
      }
    }
    expect(met.size).toBe(144);
  });
});
