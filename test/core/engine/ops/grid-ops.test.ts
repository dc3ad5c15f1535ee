/** The operations over grids of tokens and over rows, each against loops in double precision. */
import { it } from 'vitest';
import { linearOfPatches, linearRows, maxPool, poolConv } from '../../../../core/engine/ops/ops.ts';
import {
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type Tensor5D,
  tf,
} from '../../../../core/engine/tf.ts';
import { onEveryEngine } from '../every-engine.ts';
import { checkOp } from './check-op.ts';
import { type Dims, naiveMaxPool, naivePatches, naivePoolConv, outLength } from './naive-grid.ts';

type PoolCase = { what: string; dims: Dims; features: number; times: number; stride: number };

const dims = (batch: number, time: number, height: number, width: number, channels: number): Dims => ({
  batch,
  time,
  height,
  width,
  channels,
});
const shapeOf = (d: Dims): number[] => [d.batch, d.time, d.height, d.width, d.channels];

const POOLS: PoolCase[] = [
  { what: 'stride 1 with time, two heads', dims: dims(2, 3, 4, 3, 4), features: 2, times: 3, stride: 1 },
  { what: 'stride 1 of one frame with time', dims: dims(1, 1, 3, 3, 2), features: 2, times: 3, stride: 1 },
  { what: 'stride 1 of two frames', dims: dims(2, 2, 2, 5, 2), features: 2, times: 3, stride: 1 },
  { what: 'stride 2, odd sizes', dims: dims(2, 2, 5, 7, 2), features: 1, times: 3, stride: 2 },
  { what: 'stride 2, even sizes', dims: dims(1, 3, 4, 6, 3), features: 3, times: 3, stride: 2 },
  { what: 'stride 2, one row', dims: dims(1, 2, 1, 4, 2), features: 2, times: 3, stride: 2 },
  { what: 'stride 4, just past whole strides', dims: dims(2, 2, 9, 5, 2), features: 2, times: 3, stride: 4 },
  { what: 'stride 4, whole strides', dims: dims(1, 1, 8, 12, 2), features: 1, times: 1, stride: 4 },
  { what: 'stride 4, smaller than a stride', dims: dims(1, 2, 3, 2, 2), features: 2, times: 3, stride: 4 },
  { what: 'stride 8, just past, two heads', dims: dims(1, 2, 9, 10, 2), features: 1, times: 3, stride: 8 },
  { what: 'stride 8, whole strides', dims: dims(1, 2, 8, 16, 1), features: 1, times: 3, stride: 8 },
  { what: 'without time, stride 1', dims: dims(2, 1, 3, 5, 4), features: 2, times: 1, stride: 1 },
  { what: 'without time, stride 2', dims: dims(2, 1, 3, 5, 2), features: 2, times: 1, stride: 2 },
];

onEveryEngine('poolConv', () => {
  it.each(POOLS)('$what', ({ dims: d, features, times, stride }) => {
    checkOp({
      op: (x, kernel) => poolConv(x as Tensor5D, kernel!, stride),
      naive: (x, kernel) => naivePoolConv(x!, kernel!, d, { features, times, stride }),
      shapes: [shapeOf(d), [features, 1, times, 3, 3]],
      shape: [d.batch, d.time, Math.ceil(d.height / stride), Math.ceil(d.width / stride), d.channels],
    });
  });

  it('takes a kernel without a time axis', () => {
    const d = dims(1, 2, 3, 4, 4);
    checkOp({
      op: (x, kernel) => poolConv(x as Tensor5D, kernel!, 2),
      naive: (x, kernel) => naivePoolConv(x!, kernel!, d, { features: 2, times: 1, stride: 2 }),
      shapes: [shapeOf(d), [2, 1, 3, 3]],
      shape: [1, 2, 2, 2, 4],
    });
  });
});

onEveryEngine('maxPool', () => {
  it.each([
    [2, 5, 7],
    [1, 4, 6],
    [2, 4, 5],
    [1, 1, 3],
    [3, 1, 1],
    [1, 2, 2],
  ])('of %i pictures of %i x %i', (batch, height, width) => {
    const d = dims(batch, 1, height, width, 3);
    checkOp({
      op: (x) => maxPool(x as Tensor4D),
      naive: (x) => naiveMaxPool(x!, d).values,
      shapes: [[batch, height, width, 3]],
      shape: [batch, Math.ceil(height / 2), Math.ceil(width / 2), 3],
    });
  });

  it.each([
    ['few different values', 7, 6, (value: number) => Math.round(value)],
    ['one value', 5, 5, () => -2],
    ['values below zero', 6, 7, (value: number) => -1 - Math.abs(Math.round(value))],
  ])('gives the gradient of %s to the first of equals, row by row', (_, height, width, change) => {
    const d = dims(2, 1, height, width, 2);
    checkOp({
      op: (x) => maxPool(x as Tensor4D),
      naive: (x) => naiveMaxPool(x!, d).values,
      prepare: (values) => values.set(values.map(change)),
      naiveGradients: (pull, [x]) => {
        const gradient = new Float64Array(x!.length);
        for (const [i, from] of naiveMaxPool(x!, d).from.entries()) gradient[from]! += pull[i]!;
        return [gradient];
      },
      shapes: [[2, height, width, 2]],
      shape: [2, Math.ceil(height / 2), Math.ceil(width / 2), 2],
    });
  });
});

onEveryEngine('linearRows', () => {
  const naive =
    (outputs: number) =>
    (x: Float64Array, w: Float64Array, b: Float64Array): number[] => {
      const inputs = w.length / outputs;
      return Array.from({ length: (x.length / inputs) * outputs }, (_, i) => {
        const [row, output] = [Math.floor(i / outputs), i % outputs];
        let sum = b[output]!;
        for (let k = 0; k < inputs; k += 1) sum += x[row * inputs + k]! * w[output * inputs + k]!;
        return sum;
      });
    };

  it('is a linear layer with rows of weights', () => {
    checkOp({
      op: (x, w, b) => linearRows(x!, w as Tensor2D, b as Tensor1D)[0]!,
      naive: (x, w, b) => naive(4)(x!, w!, b!),
      shapes: [[2, 3, 5], [4, 5], [4]],
      shape: [2, 3, 4],
    });
  });

  it('cuts its features into three results', () => {
    checkOp({
      op: (x, w, b) => tf.tidy(() => tf.concat(linearRows(x!, w as Tensor2D, b as Tensor1D, 3), -1)),
      naive: (x, w, b) => naive(6)(x!, w!, b!),
      shapes: [[2, 3, 4], [6, 4], [6]],
      shape: [2, 3, 6],
    });
  });

  it('has zeros as the gradient of a result that nothing uses', () => {
    checkOp({
      op: (x, w, b) =>
        tf.tidy(() => {
          const [first, , third] = linearRows(x!, w as Tensor2D, b as Tensor1D, 3);
          return tf.sub(first!, third!);
        }),
      naive: (x, w, b) => {
        const all = naive(6)(x!, w!, b!);
        return Array.from({ length: 10 }, (_, i) => {
          const at = Math.floor(i / 2) * 6 + (i % 2);
          return all[at]! - all[at + 4]!;
        });
      },
      shapes: [[5, 4], [6, 4], [6]],
      shape: [5, 2],
    });
  });
});

const WINDOWS = [
  { what: 'apart', kernel: [2, 3, 3], stride: [2, 3, 3], padding: [0, 0, 0], d: dims(2, 4, 6, 3, 2) },
  {
    what: 'video, overlap off',
    kernel: [3, 9, 9],
    stride: [2, 8, 8],
    padding: [1, 4, 4],
    d: dims(2, 3, 9, 8, 3),
  },
  {
    what: 'video, overlap on',
    kernel: [3, 7, 7],
    stride: [2, 4, 4],
    padding: [1, 3, 3],
    d: dims(1, 4, 7, 9, 2),
  },
  {
    what: 'audio, overlap off',
    kernel: [1, 7, 9],
    stride: [1, 4, 8],
    padding: [0, 3, 4],
    d: dims(2, 1, 9, 17, 1),
  },
  {
    what: 'audio, overlap on',
    kernel: [1, 7, 7],
    stride: [1, 4, 4],
    padding: [0, 3, 3],
    d: dims(2, 1, 8, 10, 1),
  },
] as const;

onEveryEngine('linearOfPatches', () => {
  it.each(WINDOWS)('$what', ({ d, ...window }) => {
    const isFlat = window.kernel[0] === 1;
    const data = Float64Array.from({ length: shapeOf(d).reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.fround(Math.sin(i * i)),
    );
    const lengths = [d.time, d.height, d.width].map((length, i) =>
      outLength(length, window.kernel[i]!, window.stride[i]!, window.padding[i]!),
    );
    const picture = tf.tensor5d(
      Float32Array.from(data),
      shapeOf(d) as [number, number, number, number, number],
    );
    const kernel = isFlat ? window.kernel.slice(1) : [...window.kernel];
    checkOp({
      op: (w, b) => linearOfPatches(picture, w!, b as Tensor1D, window),
      naive: (w, b) => naivePatches(data, w!, b!, d, window),
      shapes: [[3, d.channels, ...kernel], [3]],
      shape: [d.batch, ...lengths, 3],
    });
    picture.dispose();
  });
});
