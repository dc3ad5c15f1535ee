import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINE_NAMES, type EngineName, loadEngine } from '../../../core/engine/engine.ts';
import { readValues } from '../../../core/engine/read-values.ts';
import { type Tensor, type Tensor4D, tf } from '../../../core/engine/tf.ts';
import { createRng } from '../../../core/rng.ts';
import { hasEngine } from './every-engine.ts';

/** What the model's operations stand on, small: shapes of the inputs and the operation. */
type Case = { name: string; shapes: number[][]; op: (...inputs: Tensor[]) => Tensor };

const CASES: Case[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      name: `matMul in batches${transposeA ? ', first transposed' : ''}${transposeB ? ', second transposed' : ''}`,
      shapes: [transposeA ? [2, 3, 7, 5] : [2, 3, 5, 7], transposeB ? [2, 3, 4, 7] : [2, 3, 7, 4]],
      op: (a: Tensor, b: Tensor) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    name: 'matMul of more rows than a tile',
    shapes: [
      [70, 33],
      [33, 65],
    ],
    op: (a, b) => tf.matMul(a!, b!),
  },
  {
    name: 'matMul with a long sum',
    shapes: [
      [2100, 9],
      [2100, 17],
    ],
    op: (a, b) => tf.matMul(a!, b!, true, false),
  },
  { name: 'softmax', shapes: [[3, 4, 11]], op: (x) => tf.softmax(x!) },
  { name: 'logSoftmax', shapes: [[5, 7]], op: (x) => tf.logSoftmax(x!) },
  { name: 'transpose of five axes', shapes: [[2, 3, 2, 4, 3]], op: (x) => tf.transpose(x!, [3, 0, 2, 4, 1]) },
  {
    name: 'split, turned round and joined',
    shapes: [[3, 9]],
    op: (x) => tf.concat(tf.split(x!, [2, 3, 4], 1).reverse(), 1),
  },
  { name: 'twenty tensors joined', shapes: [[20, 3]], op: (x) => tf.concat(tf.unstack(x!).reverse()) },
  {
    name: 'slice and pad',
    shapes: [[4, 5, 6]],
    op: (x) =>
      tf.pad(tf.slice(x!, [1, 0, 2], [2, 4, 3]), [
        [1, 2],
        [0, 1],
        [2, 0],
      ]),
  },
  {
    name: 'gather along an axis',
    shapes: [[3, 5, 2]],
    op: (x) => tf.gather(x!, tf.tensor1d([4, 0, 0, 2], 'int32'), 1),
  },
  {
    name: 'depthwise convolution, valid',
    shapes: [
      [2, 7, 6, 5],
      [3, 3, 5, 1],
    ],
    op: (x, w) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, 'valid'),
  },
  {
    name: 'depthwise convolution with a stride',
    shapes: [
      [1, 9, 9, 8],
      [3, 3, 8, 1],
    ],
    op: (x, w) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, 2, 'valid'),
  },
  {
    name: 'convolution with overlapping patches',
    shapes: [
      [2, 11, 11, 3],
      [7, 7, 3, 6],
    ],
    op: (x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 4, 'valid'),
  },
  { name: 'max pooling', shapes: [[2, 7, 8, 4]], op: (x) => tf.maxPool(x as Tensor4D, 3, 2, 'same') },
  {
    name: 'sums and means',
    shapes: [[3, 40, 5]],
    op: (x) => tf.add(tf.sum(x!, [0, 2]), tf.mean(x!, [0, 2])),
  },
  { name: 'where', shapes: [[4, 6]], op: (x) => tf.where(mask(), tf.exp(x!), tf.mul(x!, 3)) },
  {
    name: 'one-hot product',
    shapes: [[5, 3]],
    op: (x) => tf.matMul(tf.cast(tf.oneHot(tf.tensor1d([4, 1, 1], 'int32'), 5), 'float32'), x!),
  },
];

/** Every third value of `[4, 6]`. */
function mask(): Tensor {
  return tf.reshape(tf.equal(tf.mod(tf.range(0, 24, 1, 'int32'), 3), 0), [4, 6]);
}

async function evaluate({ shapes, op }: Case): Promise<number[][]> {
  const draw = createRng(3).stream('test/kernels');
  const random = (shape: number[]): Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.normal()),
      shape,
    );
  const inputs = shapes.map(random);
  const value = op(...inputs);
  const pull = random(value.shape);
  const gradients = tf.grads((...xs) => tf.sum(tf.mul(op(...xs), pull)))(inputs);
  const results: number[][] = [];
  for (const tensor of [value, ...gradients]) results.push([...(await readValues(tensor))]);
  tf.dispose([...inputs, value, pull, ...gradients]);
  return results;
}

describe.skipIf(!hasEngine('webgpu') || !hasEngine('tensorflow'))('tfjs itself on WebGPU', () => {
  it.each(CASES)('computes value and gradients of $name as TensorFlow does', async (testCase) => {
    await loadEngine({ prefer: 'tensorflow' });
    const expected = await evaluate(testCase);
    await loadEngine({ prefer: 'webgpu' });
    const found = await evaluate(testCase);
    for (const [part, values] of expected.entries()) {
      expect(found[part]).toHaveLength(values.length);
      // Long sums round by the size of what is added, so by the largest result, not by each.
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      for (const [i, value] of values.entries()) {
        expect(Math.abs(found[part]![i]! - value)).toBeLessThan(1e-5 * largest);
      }
    }
  });
});

describe.skipIf(!hasEngine('webgpu'))('matrix products on WebGPU', () => {
  it('never sum in an order that depends on timing', async () => {
    await loadEngine({ prefer: 'webgpu' });
    for (const [rows, columns] of [
      [1, 40],
      [8, 40],
      [20, 70],
    ] as const) {
      const [a, b] = [tf.ones([rows, 2500]), tf.ones([2500, columns])];
      const product = tf.matMul(a, b);
      expect(new Set(await readValues(product))).toEqual(new Set([2500]));
      tf.dispose([a, b, product]);
    }
    const { pipelineCache } = tf.backend() as unknown as { pipelineCache: Record<string, unknown> };
    expect(Object.keys(pipelineCache).some((key) => key.startsWith('matMul'))).toBe(true);
    expect(Object.keys(pipelineCache).filter((key) => key.startsWith('matMulSplitK'))).toEqual([]);
  });
});

describe('the table of kernels in docs/engine.md', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/engine.md'), 'utf8');
  const [head, , ...rows] = text
    .slice(text.indexOf('| kernel |'))
    .split('\n\n')[0]!
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it.each(ENGINE_NAMES.filter(hasEngine))('is what %s has', async (name: EngineName) => {
    await loadEngine({ prefer: name });
    const kernels = new Set(tf.getKernelsForBackend(name).map(({ kernelName }) => kernelName));
    const column = head!.indexOf(`\`${name}\``);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      for (const kernel of row[0]!.replaceAll('`', '').split(', ')) {
        expect([kernel, kernels.has(kernel)]).toEqual([kernel, row[column] === 'yes']);
      }
    }
  });
});
