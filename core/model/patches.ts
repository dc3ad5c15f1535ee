/** Cuts videos and log-mel pictures into non-overlapping patches by reshaping: no convolution, so every engine can. */
import { type Tensor3D, type Tensor4D, type Tensor5D, tf } from '../engine/tf.ts';

/**
 * Patches of a video; the caller owns the result.
 * @param video `[batch, frames, height, width, 3]`; lengths are whole numbers of patches.
 * @returns `[batch, time, space, patch.frames * sizePx * sizePx * 3]`, space row by row
 */
export function videoPatches(video: Tensor5D, patch: { frames: number; sizePx: number }): Tensor4D {
  const [batch, frames, height, width, channels] = video.shape;
  const { sizePx } = patch;
  const [time, rows, columns] = [frames / patch.frames, height / sizePx, width / sizePx];
  return tf.tidy(() => {
    // Two moves of whole runs instead of one in six dimensions, which WebAssembly does ten times slower.
    const lines = tf.reshape(video, [-1, sizePx, columns, sizePx * channels]); // [rows, y, columns, x channels]
    const squares = tf.reshape(tf.transpose(lines, [0, 2, 1, 3]), [
      batch * time,
      patch.frames,
      rows * columns,
      sizePx * sizePx * channels,
    ]);
    const ordered = tf.transpose(squares, [0, 2, 1, 3]); // [batch time, space, frames of a patch, square]
    return tf.reshape(ordered, [batch, time, rows * columns, patch.frames * sizePx * sizePx * channels]);
  });
}

/**
 * Patches of log-mel pictures; the caller owns the result.
 * @param logMel `[batch, bands, frames]`; lengths are whole numbers of patches.
 * @returns `[batch, time, frequency, patch.bands * patch.frames]`
 */
export function audioPatches(logMel: Tensor3D, patch: { bands: number; frames: number }): Tensor4D {
  const [batch, bands, frames] = logMel.shape;
  const [time, frequency] = [frames / patch.frames, bands / patch.bands];
  return tf.tidy(() => {
    const split = tf.reshape(logMel, [batch, frequency, patch.bands, time, patch.frames]);
    const ordered = tf.transpose(split, [0, 3, 1, 2, 4]);
    return tf.reshape(ordered, [batch, time, frequency, patch.bands * patch.frames]);
  });
}
