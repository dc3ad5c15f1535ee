/** The pooling convolution of MViT: depthwise over time, height and width, one kernel for all heads. */
import { type Tensor, type Tensor4D, type Tensor5D, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';
import { depthwise, depthwiseInputGradient, depthwiseKernelGradient } from './depthwise.ts';

/** Height and width strides of a pooling; time is never strided. */
export type PoolStride = number;

/**
 * Depthwise convolution with padding `kernel / 2` (paper-facts 3.1). tfjs has none in three dimensions: the taps in
 * time are two-dimensional convolutions of shifted frames, summed. Saves `x` and the kernel.
 * @param x `[batch, time, height, width, heads * features]`
 * @param kernel PyTorch's layout `[features, 1, time, height, width]`, or without time; odd lengths, 3 in space
 * @returns `[batch, time, ceil(height / stride), ceil(width / stride), heads * features]`
 */
export function poolConv(x: Tensor5D, kernel: Tensor, stride: PoolStride): Tensor5D {
  const [result] = customOp(
    [x, kernel],
    (save) => {
      save([x, kernel]);
      return [forward(x, tapsOf(kernel, x.shape[4]), stride)];
    },
    ([dy], saved) => {
      const [savedX, savedKernel] = saved as [Tensor5D, Tensor];
      const taps = tapsOf(savedKernel, savedX.shape[4]);
      return gradients(dy as Tensor5D, savedX, savedKernel, taps, stride);
    },
  );
  return result as Tensor5D;
}

/** One tap in time: output frame t sees input frame t + shift through `kernel` // [3, 3, channels, 1] */
type Tap = { shift: number; kernel: Tensor4D };

function tapsOf(kernel: Tensor, channels: number): Tap[] {
  const features = kernel.shape[0]!;
  const length = kernel.shape.length === 5 ? kernel.shape[2]! : 1;
  const [height, width] = kernel.shape.slice(-2) as [number, number];
  const perTime = tf.reshape(kernel, [features, length, height, width]);
  const ordered = tf.transpose(perTime, [1, 2, 3, 0]); // [time, height, width, features]
  return Array.from({ length }, (_, i) => {
    const tap = tf.reshape(tf.slice(ordered, [i, 0, 0, 0], [1, height, width, features]), [
      height,
      width,
      features,
    ]);
    const tiled = tf.tile(tap, [1, 1, channels / features]);
    return {
      shift: i - (length - 1) / 2,
      kernel: tf.reshape(tiled, [height, width, channels, 1]) as Tensor4D,
    };
  });
}

function forward(x: Tensor5D, taps: readonly Tap[], stride: PoolStride): Tensor5D {
  const frames = flat(x);
  const results = taps.map(({ shift, kernel }) => {
    const result = tf.tidy(() => depthwise(frames, kernel, stride));
    const [, height, width, channels] = result.shape;
    const [batch, time] = x.shape;
    return shifted(tf.reshape(result, [batch, time, height, width, channels]), shift);
  });
  return sum(results);
}

/** Gradients by input and kernel. What is shifted in time is `dy`: pooled, it is the smaller one. */
function gradients(
  dy: Tensor5D,
  x: Tensor5D,
  kernel: Tensor,
  taps: readonly Tap[],
  stride: PoolStride,
): [Tensor5D, Tensor] {
  const [, , height, width] = x.shape;
  const features = kernel.shape[0]!;
  const frames = flat(x);
  const parts = taps.map(({ shift, kernel: tap }) =>
    tf.tidy(() => {
      const seen = flat(shifted(dy, -shift));
      const byInput = depthwiseInputGradient(seen, tap, stride, { height, width });
      const byKernel = tf.reshape(depthwiseKernelGradient(frames, seen, stride), [9, -1, features]);
      // [height * width, features]: one kernel serves all heads.
      return { byInput: tf.reshape(byInput, x.shape) as Tensor5D, byKernel: tf.sum(byKernel, 1) };
    }),
  );
  const perTap = tf.stack(parts.map(({ byKernel }) => byKernel)); // [time, height * width, features]
  return [
    sum(parts.map(({ byInput }) => byInput)),
    tf.reshape(tf.transpose(perTap, [2, 0, 1]), kernel.shape),
  ];
}

/** Frame t of the result is frame t + shift of `x`, or zeros where there is none. */
function shifted(x: Tensor5D, shift: number): Tensor5D {
  if (shift === 0) return x;
  const frames = x.shape[1];
  const count = frames - Math.abs(shift);
  if (count <= 0) return tf.zerosLike(x);
  return tf.tidy(() =>
    tf.pad(tf.slice(x, [0, Math.max(shift, 0), 0, 0, 0], [-1, count, -1, -1, -1]), [
      [0, 0],
      [Math.max(-shift, 0), Math.max(shift, 0)],
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
  );
}

function flat(x: Tensor5D): Tensor4D {
  const [batch, time, height, width, channels] = x.shape;
  return tf.reshape(x, [batch * time, height, width, channels]);
}

function sum(parts: Tensor5D[]): Tensor5D {
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}
