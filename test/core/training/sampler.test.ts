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

/** `clipCount` clips, `perTitle` of each title, titles mixed. */
const titlesOf = (clipCount: number, titleCount: number): string[] =>
  Array.from({ length: clipCount }, (_, i) => `title-${i % titleCount}`);

function groupedEpoch(
  epoch: number,
  batchSize: number,
  clipsPerTitle: number,
  titles: readonly string[],
): number[][] {
  const clipCount = titles.length;
  return Array.from({ length: stepsPerEpoch(clipCount, batchSize) }, (_, stepInEpoch) =>
    batchIndexes(createRng(1), { epoch, stepInEpoch }, { clipCount, batchSize, titles, clipsPerTitle }),
  );
}

describe('batchIndexes with clipsPerTitle', () => {
  it('fills batches with whole groups where they fit, otherwise anew each epoch', () => {
    const titles = titlesOf(60, 10);
    const meetings = new Set<string>();
    for (let epoch = 0; epoch < 20; epoch += 1) {
      for (const batch of groupedEpoch(epoch, 12, 3, titles)) {
        expect(batch).toHaveLength(12);
        for (let i = 0; i < 12; i += 3) {
          const group = batch.slice(i, i + 3);
          expect(new Set(group.map((index) => titles[index])).size).toBe(1);
          meetings.add([...group].sort((a, b) => a - b).join());
        }
      }
    }
    // Of 10 titles' 6 over 3 = 20 groups each, most have been together.
    expect(meetings.size).toBeGreaterThan(150);
  });

  it('shows every clip once an epoch, in batches of two clips to batchSize, whatever the titles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 120 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 9 }),
        (numbers, batchSize, clipsPerTitle) => {
          const batches = groupedEpoch(2, batchSize, clipsPerTitle, numbers.map(String));
          const sizes = batches.map((batch) => batch.length);
          expect(batches.flat().sort((a, b) => a - b)).toEqual([...numbers.keys()]);
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
          const largest = Math.max(batchSize, Math.ceil(numbers.length / batches.length));
          expect(Math.max(...sizes)).toBeLessThanOrEqual(largest);
        },
      ),
    );
  });

  it('is the plain order at 0 and 1, and repeats itself exactly', () => {
    const titles = titlesOf(20, 4);
    const plain = epochOf(1, 0, 20, 5);
    expect(groupedEpoch(0, 5, 0, titles)).toEqual(plain);
    expect(groupedEpoch(0, 5, 1, titles)).toEqual(plain);
    expect(groupedEpoch(0, 5, 4, titles)).toEqual(groupedEpoch(0, 5, 4, titles));
    expect(groupedEpoch(0, 5, 4, titles)).not.toEqual(plain);
  });
});
