/** The patch convolution of a tower: a convolution over data, which needs no gradient. */
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor5D, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';
import { matMul } from './mat-mul.ts';
import { nativeConv3dKernelGradient } from './native-op.ts';

type Extent3 = readonly [number, number, number];

/** Where a convolution looks. Lengths along time, height and width. */
export type PatchWindow = { kernel: Extent3; stride: Extent3; padding: Extent3 };

/**
 * Convolution with bias, with gradients for weights only. Saves `x`.
 * @param x `[batch, time, height, width, channels]`
 * @param w PyTorch's layout `[outputs, channels, time, height, width]`, or without time
 * @param b `[outputs]`
 * @returns `[batch, times, heights, widths, outputs]`
 */
export function linearOfPatches(x: Tensor5D, w: Tensor, b: Tensor1D, window: PatchWindow): Tensor5D {
  const isNative = tf.getBackend() === 'tensorflow';
  const [result] = customOp(
    [w, b],
    (save) => {
      const wide = padded(x, window.padding);
      save([wide]);
      const kernel = kernelOf(w, x.shape[4], window); // [time, height, width, channels, outputs]
      const product = isNative
        ? tf.conv3d(wide, kernel, [...window.stride], 'valid')
        : byProduct(wide, kernel, window);
      return [tf.add(product, b)];
    },
    ([dy], [wide]) => {
      const gradient = isNative
        ? nativeConv3dKernelGradient(wide!, dy!, kernelShape(w, wide!.shape[4]!, window), window.stride)
        : kernelGradientByProduct(wide as Tensor5D, dy as Tensor5D, window);
      const ordered = tf.transpose(
        tf.reshape(gradient, kernelShape(w, wide!.shape[4]!, window)),
        [4, 3, 0, 1, 2],
      );
      return [tf.reshape(ordered, w.shape), tf.sum(tf.reshape(dy!, [-1, dy!.shape[4]!]), 0)];
    },
  );
  return result as Tensor5D;
}

function padded(x: Tensor5D, [time, height, width]: Extent3): Tensor5D {
  return tf.pad(x, [
    [0, 0],
    [time, time],
    [height, height],
    [width, width],
    [0, 0],
  ]);
}

function kernelShape(
  w: Tensor,
  channels: number,
  { kernel }: PatchWindow,
): [number, number, number, number, number] {
  return [...kernel, channels, w.shape[0]!];
}

function kernelOf(w: Tensor, channels: number, { kernel }: PatchWindow): Tensor5D {
  const [time, height, width] = kernel;
  return tf.transpose(
    tf.reshape(w, [w.shape[0]!, channels, time, height, width]),
    [2, 3, 4, 1, 0],
  ) as Tensor5D;
}

function byProduct(wide: Tensor5D, kernel: Tensor5D, window: PatchWindow): Tensor5D {
  const patches = patchesOf(wide, window);
  const outputs = kernel.shape[4];
  const rows = tf.reshape(patches, [-1, patches.shape[4]!]) as Tensor2D;
  const product = tf.matMul(rows, tf.reshape(kernel, [-1, outputs]) as Tensor2D);
  const [batch, times, heights, widths] = patches.shape;
  return tf.reshape(product, [batch, times, heights, widths, outputs]);
}

function kernelGradientByProduct(wide: Tensor5D, dy: Tensor5D, window: PatchWindow): Tensor {
  const patches = patchesOf(wide, window);
  const rows = tf.reshape(patches, [-1, patches.shape[4]!]) as Tensor2D;
  return matMul(rows, tf.reshape(dy, [-1, dy.shape[4]]) as Tensor2D, { transposeA: true });
}

/** Every window's values side by side // [batch, times, heights, widths, kernel channels] */
function patchesOf(wide: Tensor5D, { kernel, stride }: PatchWindow): Tensor5D {
  const [batch, , , , channels] = wide.shape;
  const count = (axis: 0 | 1 | 2): number =>
    Math.floor((wide.shape[axis + 1]! - kernel[axis]) / stride[axis]) + 1;
  const counts: Extent3 = [count(0), count(1), count(2)];
  const taps: Tensor[] = [];
  for (let time = 0; time < kernel[0]; time += 1) {
    for (let row = 0; row < kernel[1]; row += 1) {
      for (let column = 0; column < kernel[2]; column += 1) {
        const begin = [0, time, row, column, 0];
        const end = [
          batch,
          time + (counts[0] - 1) * stride[0] + 1,
          row + (counts[1] - 1) * stride[1] + 1,
          column + (counts[2] - 1) * stride[2] + 1,
          channels,
        ];
        taps.push(tf.stridedSlice(wide, begin, end, [1, ...stride, 1]));
      }
    }
  }
  return tf.concat(taps, 4) as Tensor5D;
}
