/** Max pooling in height and width, as the skip connection of MViT has it: side 3, stride 2, padding 1. */
import { type Tensor, type Tensor4D, tf } from '../tf.ts';
import { customOp } from './custom-op.ts';
import { nativeMaxPoolGradient } from './native-op.ts';

const SIDE = 3;
const STRIDE = 2;
/** Below every value there is, and finite: a padded place never wins. */
const LOWEST = -3e38;

/**
 * Largest value of each 3x3 square, every other place. The gradient goes to the first of equal values, row by row, as
 * PyTorch's does. Saves `x` and the result.
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, ceil(height / 2), ceil(width / 2), channels]`
 */
export function maxPool(x: Tensor4D): Tensor4D {
  const [result] = customOp(
    [x],
    (save) => {
      const pooled = tf.maxPool(padded(x), SIDE, STRIDE, 'valid');
      save([x, pooled]);
      return [pooled];
    },
    ([dy], saved) => [poolGradient(dy as Tensor4D, saved[0] as Tensor4D, saved[1] as Tensor4D)],
  );
  return result as Tensor4D;
}

function padded(x: Tensor4D): Tensor4D {
  return tf.pad(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    LOWEST,
  );
}

function poolGradient(dy: Tensor4D, x: Tensor4D, pooled: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const wide = padded(x);
  if (tf.getBackend() === 'tensorflow') {
    const gradient = nativeMaxPoolGradient(wide, pooled, dy, { side: SIDE, stride: STRIDE });
    return tf.slice(gradient as Tensor4D, [0, 1, 1, 0], [batch, height, width, channels]);
  }
  let open: Tensor = tf.onesLike(pooled); // 1 where no tap has won yet
  let sum: Tensor4D = tf.zerosLike(wide);
  for (let tap = 0; tap < SIDE * SIDE; tap += 1) {
    const place = { row: Math.floor(tap / SIDE), column: tap % SIDE };
    const before = [open, sum];
    const next = tf.tidy(() => {
      const wins = tf.mul(tf.cast(tf.equal(tapOf(wide, pooled, place), pooled), 'float32'), open);
      const part = spread(tf.mul(wins, dy) as Tensor4D, place, wide);
      return { open: tf.sub(open, wins), sum: tf.add(sum, part) as Tensor4D };
    });
    ({ open, sum } = next);
    tf.dispose(before);
  }
  return tf.slice(sum, [0, 1, 1, 0], [batch, height, width, channels]);
}

type Place = { row: number; column: number };

function tapOf(wide: Tensor4D, { shape }: Tensor4D, { row, column }: Place): Tensor4D {
  const [batch, height, width, channels] = shape;
  const end = [batch, row + (height - 1) * STRIDE + 1, column + (width - 1) * STRIDE + 1, channels];
  return tf.stridedSlice(wide, [0, row, column, 0], end, [1, STRIDE, STRIDE, 1]) as Tensor4D;
}

/** Puts each value at its tap's place in a picture of the shape of `wide`. */
function spread(values: Tensor4D, { row, column }: Place, wide: Tensor4D): Tensor4D {
  const [batch, rows, columns, channels] = values.shape;
  const [, height, width] = wide.shape;
  const spaced = tf.pad(tf.reshape(values, [batch * rows, 1, columns, 1, channels]), [
    [0, 0],
    [0, STRIDE - 1],
    [0, 0],
    [0, STRIDE - 1],
    [0, 0],
  ]);
  const grid = tf.reshape(spaced, [batch, rows * STRIDE, columns * STRIDE, channels]) as Tensor4D;
  const enough = tf.pad(grid, [
    [0, 0],
    [row, Math.max(0, height - row - rows * STRIDE)],
    [column, Math.max(0, width - column - columns * STRIDE)],
    [0, 0],
  ]);
  return tf.slice(enough, [0, 0, 0, 0], [batch, height, width, channels]);
}
