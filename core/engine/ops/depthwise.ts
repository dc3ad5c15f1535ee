/**
 * Depthwise 3x3 convolution in two dimensions with padding 1, and its gradients. TensorFlow has kernels for all of
 * them; other engines only for the convolution itself, so there the gradients are made of convolutions, products and
 * sums.
 */
import { type Tensor, type Tensor4D, tf } from '../tf.ts';
import { nativeDepthwiseGradient } from './native-op.ts';

/** Side of the kernel. */
const SIDE = 3;

/**
 * The convolution.
 * @param x `[batch, height, width, channels]`
 * @param kernel `[3, 3, channels, 1]`
 * @returns `[batch, ceil(height / stride), ceil(width / stride), channels]`
 */
export function depthwise(x: Tensor4D, kernel: Tensor4D, stride: number): Tensor4D {
  // Without a stride 'same' is padding 1; with one, it depends on whether the size is even.
  if (stride === 1) return tf.depthwiseConv2d(x, kernel, 1, 'same');
  return tf.depthwiseConv2d(padded(x), kernel, stride, 'valid');
}

/** Gradient of the convolution by its input `[batch, size.height, size.width, channels]`. */
export function depthwiseInputGradient(
  dy: Tensor4D,
  kernel: Tensor4D,
  stride: number,
  size: { height: number; width: number },
): Tensor4D {
  const [batch, , , channels] = dy.shape;
  if (stride >= SIDE) return spread(dy, kernel, stride, size);
  if (tf.getBackend() === 'tensorflow') {
    const edge = stride === 1 ? 0 : 2;
    const shape = [batch, size.height + edge, size.width + edge, channels];
    const gradient = nativeDepthwiseGradient(
      'DepthwiseConv2dNativeBackpropInput',
      [tf.tensor1d(shape, 'int32'), kernel, dy],
      stride,
    );
    if (edge === 0) return gradient as Tensor4D;
    return tf.slice(gradient as Tensor4D, [0, 1, 1, 0], [batch, size.height, size.width, channels]);
  }
  const flipped = tf.reverse(kernel, [0, 1]);
  const wide = dilated(dy, stride, { height: size.height + 2, width: size.width + 2 });
  return tf.depthwiseConv2d(wide, flipped, 1, 'valid');
}

/** Gradient of the convolution by its kernel `[9, channels]`. */
export function depthwiseKernelGradient(x: Tensor4D, dy: Tensor4D, stride: number): Tensor {
  const [batch, height, width, channels] = dy.shape;
  if (tf.getBackend() === 'tensorflow') {
    const shape = tf.tensor1d([SIDE, SIDE, channels, 1], 'int32');
    const gradient = nativeDepthwiseGradient(
      'DepthwiseConv2dNativeBackpropFilter',
      [stride === 1 ? x : padded(x), shape, dy],
      stride,
    );
    return tf.reshape(gradient, [SIDE * SIDE, channels]);
  }
  const wide = padded(x);
  const taps = tapPlaces().map(([row, column]) =>
    tf.tidy(() => {
      const seen = tf.stridedSlice(
        wide,
        [0, row, column, 0],
        [batch, row + (height - 1) * stride + 1, column + (width - 1) * stride + 1, channels],
        [1, stride, stride, 1],
      );
      return tf.sum(tf.reshape(tf.mul(seen, dy), [-1, channels]), 0);
    }),
  );
  return tf.stack(taps);
}

function tapPlaces(): [number, number][] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => [Math.floor(i / SIDE), i % SIDE]);
}

function padded(x: Tensor4D): Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
}

/**
 * Input gradient where windows do not touch: every output value goes to its own 3x3 square. TensorFlow's kernel takes
 * fifty times as long at stride 8.
 */
function spread(
  dy: Tensor4D,
  kernel: Tensor4D,
  stride: number,
  { height, width }: { height: number; width: number },
): Tensor4D {
  const [batch, rows, columns, channels] = dy.shape;
  const factors = tf.reshape(kernel, [1, SIDE, 1, SIDE, channels]);
  const squares = tf.mul(tf.reshape(dy, [batch * rows, 1, columns, 1, channels]), factors);
  const spaced = tf.pad(squares, [
    [0, 0],
    [0, stride - SIDE],
    [0, 0],
    [0, stride - SIDE],
    [0, 0],
  ]);
  const grid = tf.reshape(spaced, [batch, rows * stride, columns * stride, channels]) as Tensor4D;
  // The grid begins one row and column before the picture.
  const missing = (length: number, have: number): number => Math.max(0, length + 1 - have);
  const enough = tf.pad(grid, [
    [0, 0],
    [0, missing(height, rows * stride)],
    [0, missing(width, columns * stride)],
    [0, 0],
  ]);
  return tf.slice(enough, [0, 1, 1, 0], [batch, height, width, channels]);
}

/**
 * `dy` with `stride - 1` zeros between its values, and around it what a 3x3 kernel needs to give `size`.
 */
function dilated(dy: Tensor4D, stride: number, size: { height: number; width: number }): Tensor4D {
  const [batch, rows, columns, channels] = dy.shape;
  const spaced = tf.pad(tf.reshape(dy, [batch * rows, 1, columns, 1, channels]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const grid = tf.reshape(spaced, [batch, rows * stride, columns * stride, channels]) as Tensor4D;
  const after = (length: number, have: number): number => Math.max(0, length - 1 - have);
  const wide = tf.pad(grid, [
    [0, 0],
    [1, after(size.height, rows * stride)],
    [1, after(size.width, columns * stride)],
    [0, 0],
  ]);
  return tf.slice(wide, [0, 0, 0, 0], [batch, size.height, size.width, channels]);
}
