import { expect, it } from 'vitest';
import type { LossForm } from '../../../core/domain/run.ts';
import { type Tensor, type Tensor2D, tf } from '../../../core/engine/tf.ts';
import {
  infoNce,
  LOSS_TERMS,
  ntXent,
  oneDirection,
  type ToLogits,
} from '../../../core/training/loss-terms.ts';
import { onEveryEngine } from '../engine/every-engine.ts';
import { naiveTerm, slopes, unitRows } from './naive-loss.ts';

const FORMS = Object.keys(LOSS_TERMS) as LossForm[];
const at =
  (temperature: number): ToLogits =>
  (similarities) =>
    tf.div(similarities, temperature);
const numberOf = (tensor: Tensor): number => tensor.dataSync()[0]!;

onEveryEngine('terms of the contrastive loss', () => {
  it('are the naive sums', () => {
    for (const batch of [2, 5]) {
      const [x, y] = [unitRows('x', batch), unitRows('y', batch)];
      for (const form of FORMS) {
        for (const temperature of [1, 0.07]) {
          const ours = numberOf(LOSS_TERMS[form](tf.tensor2d(x), tf.tensor2d(y), at(temperature)));
          const naive = naiveTerm(form, x, y, temperature);
          expect(ours / naive, `${form}, batch ${batch}, ${temperature}`).toBeCloseTo(1, 5);
        }
      }
    }
  });

  it('have the gradients that differences of the naive sums give', () => {
    for (const batch of [2, 5]) {
      const [x, y] = [unitRows('x', batch), unitRows('y', batch)];
      for (const form of FORMS) {
        const gradients = tf.grads((a, b) => LOSS_TERMS[form](a as Tensor2D, b as Tensor2D, at(0.3)))([
          tf.tensor2d(x),
          tf.tensor2d(y),
        ]);
        const naive = [
          slopes((rows) => naiveTerm(form, rows, y, 0.3), x),
          slopes((rows) => naiveTerm(form, x, rows, 0.3), y),
        ];
        for (const [side, wanted] of naive.entries()) {
          const ours = gradients[side]!.dataSync();
          for (const [i, value] of wanted.entries()) expect(ours[i], form).toBeCloseTo(value, 4);
        }
      }
    }
  });

  it('are 0 for one sample and chance for embeddings that are all the same', () => {
    const same = tf.tensor2d(Array.from({ length: 8 }, () => [1, 0]));
    const one = tf.tensor2d([[0.6, 0.8]]);
    for (const form of FORMS) {
      const chance = form === 'nt-xent' ? Math.log(15) : Math.log(8);
      expect(numberOf(LOSS_TERMS[form](one, one, at(0.07))), form).toBeCloseTo(0, 6);
      expect(numberOf(LOSS_TERMS[form](same, same, at(0.07))), form).toBeCloseTo(chance, 5);
    }
  });

  it('are finite, with finite gradients, at the lowest temperature for the best and the worst embeddings', () => {
    const same = tf.tensor2d(Array.from({ length: 8 }, () => [1, 0]));
    const opposite = tf.neg(same);
    expect(numberOf(infoNce(same, opposite, at(0.001)))).toBeCloseTo(Math.log(8), 3);
    expect(numberOf(oneDirection(same, opposite, at(0.001)))).toBeCloseTo(Math.log(8), 3);
    // The counterpart is 2000 below each of the 7 others of its own side.
    expect(numberOf(ntXent(same, opposite, at(0.001)))).toBeCloseTo(2000 + Math.log(7), 2);
    const apart = tf.eye(2);
    for (const form of FORMS) {
      expect(numberOf(LOSS_TERMS[form](apart, apart, at(0.001))), form).toBeCloseTo(0, 6);
      for (const other of [apart, tf.neg(apart), tf.reverse(apart, 0)] as Tensor2D[]) {
        const [dx, dy] = tf.grads((a, b) => LOSS_TERMS[form](a as Tensor2D, b as Tensor2D, at(0.001)))([
          apart,
          other,
        ]);
        for (const value of [...dx!.dataSync(), ...dy!.dataSync()]) expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  it('of one direction finds the second side from the first', () => {
    // Both rows of x look for the first of y, which is wrong by 100 for the second; from y, both of x look the same.
    const x = tf.tensor2d([
      [1, 0],
      [1, 0],
    ]);
    const y = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    const [forth, back] = [oneDirection(x, y, at(0.01)), oneDirection(y, x, at(0.01))].map(numberOf);
    expect(forth).toBeCloseTo(50, 3);
    expect(back).toBeCloseTo(Math.log(2), 5);
  });
});
