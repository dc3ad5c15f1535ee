import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../../../core/engine/engine.ts';
import {
  attention,
  gatherRows,
  gelu,
  l2Normalize,
  layerNorm,
  linear,
  linearOfData,
  withTapeAside,
} from '../../../../core/engine/ops/ops.ts';
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../../../../core/engine/tf.ts';
import { createRng } from '../../../../core/rng.ts';
import { hasEngine, onEveryEngine } from '../every-engine.ts';

type Op = (...inputs: Tensor[]) => Tensor;

/** A case: the operation, the same thing said with plain tfjs operations, and shapes of its inputs. */
type Case = { name: string; op: Op; naive: Op; shapes: number[][]; scale?: number };

const CASES: Case[] = [
  {
    name: 'linear with bias over three axes',
    op: (x, w, b) => linear(x!, w as Tensor2D, b as Tensor1D),
    naive: (x, w, b) => tf.reshape(tf.add(tf.matMul(tf.reshape(x!, [6, 5]), w!), b!), [2, 3, 4]),
    shapes: [[2, 3, 5], [5, 4], [4]],
  },
  {
    name: 'linear without bias',
    op: (x, w) => linear(x!, w as Tensor2D, null),
    naive: (x, w) => tf.matMul(x!, w!),
    shapes: [
      [7, 5],
      [5, 3],
    ],
  },
  {
    name: 'linearOfData',
    op: (w, b) => tf.tidy(() => linearOfData(someData(), w as Tensor2D, b as Tensor1D)),
    naive: (w, b) => tf.reshape(tf.add(tf.matMul(tf.reshape(someData(), [6, 5]), w!), b!), [2, 3, 4]),
    shapes: [[5, 4], [4]],
  },
  {
    name: 'layerNorm',
    op: (x, g, b) => layerNorm(x!, g as Tensor1D, b as Tensor1D, 1e-6),
    naive: (x, g, b) => {
      const { mean, variance } = tf.moments(x!, -1, true);
      return tf.add(tf.mul(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-6))), g!), b!);
    },
    shapes: [[2, 3, 8], [8], [8]],
  },
  {
    name: 'gelu',
    op: (x) => gelu(x!),
    naive: (x) => tf.mul(tf.mul(x!, 0.5), tf.add(1, tf.erf(tf.div(x!, Math.SQRT2)))),
    shapes: [[5, 9]],
    scale: 3,
  },
  {
    name: 'attention',
    op: (q, k, v) => attention(q!, k!, v!),
    naive: (q, k, v) => tf.matMul(tf.softmax(tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(4))), v!),
    shapes: [
      [2, 3, 5, 4],
      [2, 3, 7, 4],
      [2, 3, 7, 6],
    ],
  },
  {
    name: 'attention computed again in the backward pass',
    op: (q, k, v) => attention(q!, k!, v!, { recompute: true, scale: 0.7 }),
    naive: (q, k, v) => tf.matMul(tf.softmax(tf.mul(tf.matMul(q!, k!, false, true), 0.7)), v!),
    shapes: [
      [2, 5, 4],
      [2, 7, 4],
      [2, 7, 6],
    ],
  },
  {
    name: 'l2Normalize',
    op: (x) => l2Normalize(x!),
    naive: (x) => tf.div(x!, tf.sqrt(tf.sum(tf.square(x!), -1, true))),
    shapes: [[4, 6]],
  },
  {
    name: 'gatherRows with a row taken twice and one never',
    op: (t) => gatherRows(t as Tensor2D, [3, 0, 3, 1]),
    naive: (t) =>
      tf.matMul(
        tf.tensor2d([
          [0, 0, 0, 1, 0],
          [1, 0, 0, 0, 0],
          [0, 0, 0, 1, 0],
          [0, 1, 0, 0, 0],
        ]),
        t!,
      ),
    shapes: [[5, 3]],
  },
];

function someData(): Tensor {
  return tf.reshape(tf.linspace(-1, 1, 30), [2, 3, 5]);
}

function inputsOf(testCase: Case): Tensor[] {
  const draw = createRng(11).stream('test/ops');
  return testCase.shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => draw.normal() * (testCase.scale ?? 1)),
      shape,
    );
  });
}

/** Value and gradients of a weighted sum of the result, so that every element pulls differently. */
function evaluate(op: Op, inputs: Tensor[]): { value: number[]; shape: number[]; gradients: number[][] } {
  return withNumbers(() => {
    const result = op(...inputs);
    const draw = createRng(5).stream('test/weights');
    const weights = tf.tensor(
      Float32Array.from({ length: result.size }, () => draw.normal()),
      result.shape,
    );
    const gradients = tf.grads((...xs) => tf.sum(tf.mul(op(...xs), weights)))(inputs);
    return {
      value: [...result.dataSync()],
      shape: result.shape,
      gradients: gradients.map((gradient) => [...gradient.dataSync()]),
    };
  });
}

function withNumbers<T>(work: () => T): T {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
  expect(actual.every(Number.isFinite)).toBe(true);
}

onEveryEngine('operations equal their plain versions', () => {
  for (const testCase of CASES) {
    it(`${testCase.name}: value and gradients`, () => {
      const inputs = inputsOf(testCase);
      const ours = evaluate(testCase.op, inputs);
      const plain = evaluate(testCase.naive, inputs);
      expect(ours.shape).toEqual(plain.shape);
      expectClose(ours.value, plain.value, 2e-6);
      ours.gradients.forEach((gradient, i) => {
        expectClose(gradient, plain.gradients[i]!, 1e-5);
      });
      expect(Math.max(...ours.gradients.flat().map(Math.abs))).toBeGreaterThan(0.1);
      tf.dispose(inputs);
    });

    it(`${testCase.name}: leaves no tensor behind`, () => {
      const inputs = inputsOf(testCase);
      const before = tf.memory().numTensors;
      const result = testCase.op(...inputs);
      expect(tf.memory().numTensors).toBe(before + 1);
      result.dispose();
      tf.dispose(tf.grads((...xs) => tf.sum(testCase.op(...xs)))(inputs));
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose(inputs);
    });
  }

  it('l2Normalize leaves a row of zeros at zero, with a finite gradient', () => {
    const { value, gradients } = evaluate((x) => l2Normalize(x!, 1e-3), [tf.zeros([1, 3])]);
    expect(value).toEqual([0, 0, 0]);
    expect(gradients[0]!.every(Number.isFinite)).toBe(true);
    expect(Math.abs(gradients[0]![0]!)).toBeGreaterThan(1);
  });

  it('gelu is exact to 1e-6 against the double precision error function', () => {
    // erf(0.5), erf(1), erf(2) to 16 digits, Abramowitz and Stegun table 7.1.
    const erf = [0.5204998778130465, 0.8427007929497149, 0.9953222650189527];
    const points = [0.5, 1, 2].map((z) => z * Math.SQRT2);
    const value = withNumbers(() => [...gelu(tf.tensor1d(points)).dataSync()]);
    expectClose(
      value,
      points.map((x, i) => (x * (1 + erf[i]!)) / 2),
      1e-6,
    );
  });

  it('differentiates inside a gradient when the tape is put aside', () => {
    const cube = tf.customGrad((...args) => {
      const [x, save] = args as unknown as [Tensor, (t: Tensor[]) => void];
      save([x]);
      const gradFunc = (dy: Tensor, [saved]: Tensor[]): Tensor =>
        withTapeAside(() => tf.mul(dy, tf.grads((y) => tf.sum(tf.pow(y!, 3)))([saved!])[0]!));
      return { value: tf.pow(x, 3), gradFunc };
    });
    const gradient = withNumbers(() => [
      ...tf
        .grads((x) => tf.sum(tf.mul(cube(tf.mul(x!, 1)), 2)))([tf.tensor1d([1, 2, -3])])[0]!
        .dataSync(),
    ]);
    expectClose(gradient, [6, 24, 54], 1e-4);
  });
});

describe.each(['tensorflow', 'webgpu'] as const)('%s and wasm', (other) => {
  for (const testCase of CASES) {
    it.skipIf(!hasEngine(other))(`${testCase.name}: agree to 2e-6`, async () => {
      const results = [];
      for (const prefer of [other, 'wasm'] as const) {
        await loadEngine({ prefer });
        const inputs = inputsOf(testCase);
        results.push(evaluate(testCase.op, inputs));
        tf.dispose(inputs);
      }
      expectClose(results[0]!.value, results[1]!.value, 2e-6);
      expectClose(results[0]!.gradients.flat(), results[1]!.gradients.flat(), 5e-6);
    });
  }
});
