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
      return [
        inputGradient(dy as Tensor5D, savedX.shape, taps, stride),
        kernelGradient(dy as Tensor5D, savedX, savedKernel, taps, stride),
      ];
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
  const results = within(taps, x.shape[1]).map(({ shift, kernel }) => {
    const seen = framesOf(x, Math.max(shift, 0), x.shape[1] - Math.abs(shift));
    const result = tf.tidy(() => depthwise(flat(seen), kernel, stride));
    const [, height, width, channels] = result.shape;
    const shaped = tf.reshape(result, [x.shape[0], -1, height, width, channels]) as Tensor5D;
    return padFrames(shaped, Math.max(-shift, 0), Math.max(shift, 0));
  });
  return sum(results);
}

function inputGradient(
  dy: Tensor5D,
  shape: readonly number[],
  taps: readonly Tap[],
  stride: PoolStride,
): Tensor5D {
  const [batch, time, height, width, channels] = shape as [number, number, number, number, number];
  const parts = within(taps, time).map(({ shift, kernel }) =>
    tf.tidy(() => {
      const seen = framesOf(dy, Math.max(-shift, 0), time - Math.abs(shift));
      const part = depthwiseInputGradient(flat(seen), kernel, stride, { height, width });
      const shaped = tf.reshape(part, [batch, -1, height, width, channels]) as Tensor5D;
      return padFrames(shaped, Math.max(shift, 0), Math.max(-shift, 0));
    }),
  );
  return sum(parts);
}

function kernelGradient(
  dy: Tensor5D,
  x: Tensor5D,
  kernel: Tensor,
  taps: readonly Tap[],
  stride: PoolStride,
): Tensor {
  const time = x.shape[1];
  const features = kernel.shape[0]!;
  const perTap = taps.map(({ shift }) =>
    tf.tidy(() => {
      const frames = time - Math.abs(shift);
      if (frames <= 0) return tf.zeros([9, features]);
      const seen = flat(framesOf(x, Math.max(shift, 0), frames));
      const gradient = depthwiseKernelGradient(seen, flat(framesOf(dy, Math.max(-shift, 0), frames)), stride);
      const heads = tf.reshape(gradient, [9, -1, features]); // [height * width, heads, features]
      return tf.sum(heads, 1); // [height * width, features]
    }),
  );
  return tf.reshape(tf.transpose(tf.stack(perTap), [2, 0, 1]), kernel.shape);
}

/** The taps that see a frame at all: a single frame has no neighbours. */
function within(taps: readonly Tap[], frames: number): Tap[] {
  return taps.filter(({ shift }) => Math.abs(shift) < frames);
}

function flat(x: Tensor5D): Tensor4D {
  const [batch, time, height, width, channels] = x.shape;
  return tf.reshape(x, [batch * time, height, width, channels]);
}

function framesOf(x: Tensor5D, start: number, count: number): Tensor5D {
  if (count === x.shape[1]) return x;
  return tf.slice(x, [0, start, 0, 0, 0], [-1, count, -1, -1, -1]);
}

function padFrames(x: Tensor5D, before: number, after: number): Tensor5D {
  if (before === 0 && after === 0) return x;
  const zeros = (count: number): Tensor5D[] => {
    const [batch, , ...rest] = x.shape;
    return count === 0 ? [] : [tf.zeros([batch, count, ...rest]) as Tensor5D];
  };
  return tf.concat([...zeros(before), x, ...zeros(after)], 1);
}

function sum(parts: Tensor5D[]): Tensor5D {
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}
