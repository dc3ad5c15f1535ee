import { expect, it } from 'vitest';
import { type Tensor, tf } from '../../../core/engine/tf.ts';
import { createRng } from '../../../core/rng.ts';
import { inputStatistics, moveRunningStatistics } from '../../../core/training/input-statistics.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

const random = createRng(2).stream('values');
const VALUES = Uint8Array.from({ length: 3 * 5000 }, (_, i) => random.integer(60) + 80 * (i % 3));

/** Two passes, as a textbook has it. */
function naive(channel: number): { mean: number; variance: number } {
  const values = [...VALUES].filter((_, i) => i % 3 === channel).map((value) => value / 255);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

it('takes mean and biased variance of each channel, whatever the rows are', () => {
  for (const rowLength of [30, 3 * 5000, 3 * 7]) {
    const { mean, variance, count } = inputStatistics(VALUES, 3, 1 / 255, rowLength);
    expect(count).toBe(5000);
    for (const channel of [0, 1, 2]) {
      expect(mean[channel]).toBeCloseTo(naive(channel).mean, 10);
      expect(variance[channel]).toBeCloseTo(naive(channel).variance, 10);
    }
  }
});

it('keeps its precision far from zero', () => {
  const values = Float32Array.from({ length: 200_000 }, (_, i) => -1000 + (i % 2));
  expect(inputStatistics(values, 1, 1).variance[0]).toBeCloseTo(0.25, 8);
});

onEveryEngine('running statistics', () => {
  it('move a tenth of the way, the variance unbiased', () => {
    const buffers = new Map<string, Tensor>([
      ['n.running_mean', tf.tensor1d([1, 2])],
      ['n.running_var', tf.tensor1d([1, 1])],
      ['n.num_batches_tracked', tf.scalar(4)],
    ]);
    const before = tf.memory().numTensors;
    moveRunningStatistics(buffers, 'n', { mean: [11, 2], variance: [3, 0], count: 4 });
    expect(tf.memory().numTensors).toBe(before);
    const read = (name: string) => [...buffers.get(name)!.dataSync()];
    expect(read('n.running_mean')[0]).toBeCloseTo(2, 5);
    expect(read('n.running_mean')[1]).toBeCloseTo(2, 5);
    expect(read('n.running_var')[0]).toBeCloseTo(0.9 + 0.1 * 4, 5);
    expect(read('n.running_var')[1]).toBeCloseTo(0.9, 5);
    expect(read('n.num_batches_tracked')).toEqual([5]);
    moveRunningStatistics(buffers, 'elsewhere', { mean: [0, 0], variance: [0, 0], count: 4 });
    expect(read('n.num_batches_tracked')).toEqual([5]);
  });
});
