/**
 * From decoded windows to the towers' input, as evaluation sees them: the middle of the picture, the first frame of
 * each run, the sound as it is. Training's own views (core/training/views.ts) are taken from the same windows.
 */
import type { DecodedFrames } from '../domain/dataset.ts';
import { type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import type { AudioPreset, VideoPreset } from './presets.ts';

/** Which part of a decoded window a view takes. */
export type VideoCut = {
  /** The decoded frames it shows, in order. */
  frameIndexes: readonly number[];
  topPx: number;
  leftPx: number;
};

/** Numbers in one video input of the tower. */
export function videoInputSize(preset: VideoPreset): number {
  return preset.frames * preset.cropPx ** 2 * 3;
}

/** The cut that evaluation takes: middle crop, first frame of each run of `frameCount / frames`. */
export function middleCut(decoded: DecodedFrames, preset: VideoPreset): VideoCut {
  const run = preset.frameCount / preset.frames;
  return {
    frameIndexes: Array.from({ length: preset.frames }, (_, i) => Math.floor(i * run)),
    topPx: Math.floor((decoded.height - preset.cropPx) / 2),
    leftPx: Math.floor((decoded.width - preset.cropPx) / 2),
  };
}

/**
 * Copies a cut into `into` at `offset`, as floats 0..255 // [frames, cropPx, cropPx, 3]
 */
export function copyCut(
  decoded: DecodedFrames,
  cut: VideoCut,
  cropPx: number,
  into: Float32Array,
  offset: number,
): void {
  const rowBytes = decoded.width * 3;
  let at = offset;
  for (const frame of cut.frameIndexes) {
    const start = frame * decoded.height * rowBytes + cut.topPx * rowBytes + cut.leftPx * 3;
    for (let row = 0; row < cropPx; row += 1) {
      const from = start + row * rowBytes;
      into.set(decoded.data.subarray(from, from + cropPx * 3), at);
      at += cropPx * 3;
    }
  }
}

/** Input of `encodeVideo` for evaluation; the caller owns it. // [windows, frames, cropPx, cropPx, 3] */
export function videoInput(windows: readonly DecodedFrames[], preset: VideoPreset): Tensor5D {
  const size = videoInputSize(preset);
  const values = new Float32Array(windows.length * size);
  for (const [i, decoded] of windows.entries()) {
    copyCut(decoded, middleCut(decoded, preset), preset.cropPx, values, i * size);
  }
  return tf.tensor5d(values, [windows.length, preset.frames, preset.cropPx, preset.cropPx, 3]);
}

/** Input of `encodeAudio`; the caller owns it. // [windows, melBands, melFrames] */
export function audioInput(logMels: readonly Float32Array[], preset: AudioPreset): Tensor3D {
  const size = preset.melBands * preset.melFrames;
  const values = new Float32Array(logMels.length * size);
  for (const [i, logMel] of logMels.entries()) values.set(logMel, i * size);
  return tf.tensor3d(values, [logMels.length, preset.melBands, preset.melFrames]);
}
