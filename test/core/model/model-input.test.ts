import { expect, it } from 'vitest';
import type { DecodedFrames } from '../../../core/domain/dataset.ts';
import { audioInput, middleCut, videoInput } from '../../../core/model/model-input.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

const PRESET = MICRO_PRESET.video;

/** A window whose every value tells where it lies. */
function window(height: number, width: number): DecodedFrames {
  const data = Uint8Array.from({ length: 4 * height * width * 3 }, (_, i) => (i * 7) % 251);
  return { data, frames: 4, height, width };
}

onEveryEngine('model input', () => {
  it.each([
    [10, 14],
    [10, 10],
    [13, 11],
  ])('takes the middle square of every other frame (%d x %d)', (height, width) => {
    const decoded = window(height, width);
    expect(middleCut(decoded, PRESET).frameIndexes).toEqual([0, 2]);
    const tensor = videoInput([decoded, decoded], PRESET);
    expect(tensor.shape).toEqual([2, 2, 8, 8, 3]);
    const found = tensor.dataSync();
    const [top, left] = [Math.floor((height - 8) / 2), Math.floor((width - 8) / 2)];
    let at = 0;
    for (let repeat = 0; repeat < 2; repeat += 1) {
      for (const frame of [0, 2]) {
        for (let y = 0; y < 8; y += 1) {
          for (let x = 0; x < 8; x += 1) {
            for (let c = 0; c < 3; c += 1) {
              const from = ((frame * height + top + y) * width + left + x) * 3 + c;
              expect(found[at]).toBe(decoded.data[from]);
              at += 1;
            }
          }
        }
      }
    }
  });

  it('stacks log-mel pictures', () => {
    const size = 96 * 288;
    const logMels = [new Float32Array(size).fill(-1), new Float32Array(size).fill(-2)];
    const tensor = audioInput(logMels, MICRO_PRESET.audio);
    expect(tensor.shape).toEqual([2, 96, 288]);
    expect(tensor.dataSync()[size]).toBe(-2);
  });
});
