import { expect, it } from 'vitest';
import type { Tensor3D, Tensor5D } from '../../../core/engine/tf.ts';
import { tf } from '../../../core/engine/tf.ts';
import { audioPatches, videoPatches } from '../../../core/model/patches.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

onEveryEngine('patches', () => {
  it('of a video hold the pixels of their place and time', () => {
    const [batch, frames, height, width] = [2, 4, 6, 9];
    const patch = { frames: 2, sizePx: 3 };
    const shape: [number, number, number, number, number] = [batch, frames, height, width, 3];
    const index = (b: number, t: number, y: number, x: number, c: number) =>
      (((b * frames + t) * height + y) * width + x) * 3 + c;
    const video = tf.range(0, batch * frames * height * width * 3) as unknown as Tensor5D;
    const found = videoPatches(tf.reshape(video, shape) as Tensor5D, patch);
    const naive: number[] = [];
    for (let b = 0; b < batch; b += 1) {
      for (let t = 0; t < frames; t += 2) {
        for (let y = 0; y < height; y += 3) {
          for (let x = 0; x < width; x += 3) {
            for (let dt = 0; dt < 2; dt += 1) {
              for (let dy = 0; dy < 3; dy += 1) {
                for (let dx = 0; dx < 3; dx += 1) {
                  for (let c = 0; c < 3; c += 1) naive.push(index(b, t + dt, y + dy, x + dx, c));
                }
              }
            }
          }
        }
      }
    }
    expect(found.shape).toEqual([2, 2, 6, 54]);
    expect(Array.from(found.dataSync())).toEqual(naive);
  });

  it('of a sound hold the bands and frames of their place', () => {
    const [batch, bands, frames] = [2, 6, 8];
    const logMel = tf.reshape(tf.range(0, batch * bands * frames), [batch, bands, frames]) as Tensor3D;
    const found = audioPatches(logMel, { bands: 3, frames: 4 });
    const naive: number[] = [];
    for (let b = 0; b < batch; b += 1) {
      for (let t = 0; t < frames; t += 4) {
        for (let f = 0; f < bands; f += 3) {
          for (let df = 0; df < 3; df += 1) {
            for (let dt = 0; dt < 4; dt += 1) naive.push((b * bands + f + df) * frames + t + dt);
          }
        }
      }
    }
    expect(found.shape).toEqual([2, 2, 2, 12]);
    expect(Array.from(found.dataSync())).toEqual(naive);
  });
});
