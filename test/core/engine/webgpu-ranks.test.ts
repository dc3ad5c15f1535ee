import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../../core/engine/engine.ts';
import { readValues } from '../../../core/engine/read-values.ts';
import { type Tensor, tf } from '../../../core/engine/tf.ts';
import { hasEngine } from './every-engine.ts';

const SHAPE = [2, 3, 2, 4, 2, 3];
const axesOf = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

/** What a model does with tensors of many axes. */
const OPERATIONS: Record<string, (x: Tensor, rank: number) => Tensor> = {
  'pad with zeros': (x, rank) =>
    tf.pad(
      x,
      axesOf(rank).map((axis) => [axis % 2, 1] as [number, number]),
    ),
  'pad one axis with a value': (x, rank) =>
    tf.pad(
      x,
      axesOf(rank).map((axis) => (axis === 2 ? [2, 1] : [0, 0]) as [number, number]),
      -3e38,
    ),
  'pad nothing': (x, rank) =>
    tf.pad(
      x,
      axesOf(rank).map(() => [0, 0] as [number, number]),
    ),
  tile: (x, rank) =>
    tf.tile(
      x,
      axesOf(rank).map((axis) => 1 + (axis % 2)),
    ),
  reverse: (x) => tf.reverse(x, [0, 2]),
  'slice every other place': (x, rank) =>
    tf.stridedSlice(
      x,
      axesOf(rank).map(() => 0),
      [...x.shape],
      axesOf(rank).map((axis) => 1 + (axis % 2)),
    ),
  'slice with an axis dropped': (x, rank) =>
    tf.stridedSlice(
      x,
      axesOf(rank).map(() => 1),
      [...x.shape],
      axesOf(rank).map(() => 1),
      1,
      0,
      0,
      0,
      2,
    ),
  'slice backwards': (x, rank) =>
    tf.stridedSlice(
      x,
      axesOf(rank).map(() => -1),
      axesOf(rank).map(() => -10),
      axesOf(rank).map(() => -1),
    ),
  'add a vector': (x) => tf.add(x, tf.range(0, x.shape.at(-1)!)),
  'multiply a vector by it': (x) => tf.mul(tf.range(0, x.shape.at(-1)!), x),
  'divide by its first place': (x, rank) =>
    tf.div(
      x,
      tf.slice(
        x,
        axesOf(rank).map(() => 0),
        [1, 1, ...x.shape.slice(2)],
      ),
    ),
  'add a number': (x) => tf.add(x, 2),
  compare: (x) => tf.cast(tf.greater(x, 0.2), 'float32'),
  choose: (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 3)),
  'slice, join and turn round': (x, rank) =>
    tf.transpose(
      tf.concat(tf.split(x, 2, 2).reverse(), 2),
      axesOf(rank).map((axis) => (axis + 2) % rank),
    ),
  'sum over axes': (x) => tf.sum(x, [1, 3]),
  'gradient of a padded and weighted sum': (x, rank) =>
    tf.grad((y: Tensor) =>
      tf.sum(
        tf.mul(
          tf.pad(
            y,
            axesOf(rank).map(() => [1, 1] as [number, number]),
          ),
          tf.range(0, x.shape.at(-1)! + 2),
        ),
      ),
    )(x),
};

async function valuesOf(name: string, rank: number): Promise<{ shape: number[]; values: number[] }> {
  const shape = SHAPE.slice(0, rank);
  const size = shape.reduce((product, length) => product * length, 1);
  const x = tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 7) + 0.01),
    shape,
  );
  const result = tf.tidy(() => OPERATIONS[name]!(x, rank));
  const values = [...(await readValues(result))];
  tf.dispose([x, result]);
  return { shape: result.shape, values };
}

describe.skipIf(!hasEngine('webgpu') || !hasEngine('tensorflow'))('many axes on WebGPU', () => {
  const cases = Object.keys(OPERATIONS).flatMap((name) => [4, 5, 6].map((rank) => ({ name, rank })));
  it.each(cases)('$name with $rank axes as on TensorFlow, leaving nothing behind', async ({ name, rank }) => {
    await loadEngine({ prefer: 'tensorflow' });
    const expected = await valuesOf(name, rank);
    await loadEngine({ prefer: 'webgpu' });
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const before = backend.numDataIds();
    const found = await valuesOf(name, rank);
    expect(backend.numDataIds()).toBe(before);
    expect(found.shape).toEqual(expected.shape);
    for (const [i, value] of expected.values.entries()) {
      expect(Math.abs(found.values[i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
    }
  });
});
