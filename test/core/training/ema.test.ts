import { expect, it } from 'vitest';
import { type Tensor, tf } from '../../../core/engine/tf.ts';
import { createEma } from '../../../core/training/ema.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

const SPECS = [
  { name: 'a', shape: [2, 2], initial: { constant: 0 } },
  { name: 'b', shape: [3], initial: { constant: 0 } },
];

function weightsAt(step: number): Map<string, Tensor> {
  return new Map<string, Tensor>([
    ['a', tf.tensor([step, 2 * step, -step, 1], [2, 2])],
    ['b', tf.tensor([Math.sin(step), 0, step * step], [3])],
  ]);
}

onEveryEngine('the average of the weights', () => {
  it('follows the naive sum, warm start included, and goes on from saved values', async () => {
    const decay = 0.5;
    const whole = createEma(SPECS, decay);
    let resumed = createEma(SPECS, decay);
    let naive: number[] = [];
    for (let step = 1; step <= 8; step += 1) {
      const weights = weightsAt(step);
      whole.update(weights, step);
      resumed.update(weights, step);
      const now = [...weights.values()].flatMap((tensor) => [...tensor.dataSync()]);
      const keep = Math.min(decay, (1 + step) / (10 + step));
      naive = step === 1 ? now : naive.map((value, i) => keep * value + (1 - keep) * now[i]!);
      tf.dispose([...weights.values()]);
      const saved = await resumed.values();
      resumed.dispose();
      resumed = createEma(SPECS, decay, saved);
    }
    const values = await whole.values();
    expect([...values.keys()]).toEqual(['a', 'b']);
    const flat = [...values.values()].flatMap(({ data }) => [...data]);
    for (const [i, value] of flat.entries()) expect(value).toBeCloseTo(naive[i]!, 4);
    expect(await resumed.values()).toEqual(values);
    const before = tf.memory().numTensors;
    whole.dispose();
    resumed.dispose();
    expect(tf.memory().numTensors).toBe(before - 4);
  });
});
