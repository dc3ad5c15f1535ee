import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames, decodeFramesOfFile } from '../../../core/media/decode-frames.ts';
import { chooseFrames, type FrameTimes } from '../../../core/media/frame-times.ts';
import { scalePicture, shortSideSize } from '../../../core/media/scale-frame.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const tools = locateMediaTools();
const temporary = temporaryFolder();
afterAll(() => temporary.remove());

describe('chooseFrames', () => {
  const at = (rate: number, count: number): FrameTimes => ({
    timesSec: Array.from({ length: count }, (_, i) => i / rate),
    frameRate: rate,
    timeBaseSec: 1 / (rate * 1000),
  });

  it('takes both ends of a window: 76 frames of 3 s at 25 a second, every fifth', () => {
    expect(chooseFrames(at(25, 200), { startSec: 0, endSec: 3 }, 16)).toEqual(
      Array.from({ length: 16 }, (_, i) => 5 * i),
    );
    expect(chooseFrames(at(25, 75), { startSec: 0, endSec: 3 }, 16)).toEqual([
      0, 4, 9, 14, 19, 24, 29, 34, 39, 44, 49, 54, 59, 64, 69, 74,
    ]);
  });

  it('takes the frame before a start that lies between frames', () => {
    expect(chooseFrames(at(25, 200), { startSec: 1.01, endSec: 4.01 }, 16)[0]).toBe(25);
    expect(chooseFrames(at(25, 200), { startSec: 1, endSec: 4 }, 16)[0]).toBe(25);
  });

  it('brings other rates to 25 as numpy does, and repeats what is missing', () => {
    const times = at(50, 400);
    const frames = Array.from({ length: 151 }, (_, i) => i);
    const count = Math.ceil((151 / 50) * 25);
    const linspace = Array.from({ length: count }, (_, i) => frames[Math.floor((i * 150) / (count - 1))]!);
    const expected = Array.from({ length: 16 }, (_, i) => linspace[Math.floor((i * (count - 1)) / 15)]!);
    expect(chooseFrames(times, { startSec: 0, endSec: 3 }, 16)).toEqual(expected);
    expect(chooseFrames(at(25, 2), { startSec: 0, endSec: 3 }, 4)).toEqual([0, 0, 0, 1]);
  });
});

it('scales as torch does: bilinear, half-pixel centres, no antialiasing', () => {
  const random = createRng(1).stream('pixels');
  const picture = {
    width: 13,
    height: 9,
    data: Uint8Array.from({ length: 13 * 9 * 3 }, () => random.integer(256)),
  };
  const size = shortSideSize(13, 9, 16);
  expect(size).toEqual({ width: 23, height: 16 });
  const scaled = scalePicture(picture, size.width, size.height);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        const naive = naiveBilinear(picture, ((x + 0.5) * 13) / 23 - 0.5, ((y + 0.5) * 9) / 16 - 0.5, c);
        expect(Math.abs(scaled[(y * size.width + x) * 3 + c]! - naive)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    }
  }
  expect(shortSideSize(320, 240, 256)).toEqual({ width: 341, height: 256 });
  expect(shortSideSize(240, 320, 256)).toEqual({ width: 256, height: 341 });
});

describe('decoding frames', () => {
  const path = join(temporary.folder, 'grey.mp4');
  beforeAll(() => {
    // Frame n is a plain grey of 16 + n.
    const grey = "geq=lum='16+N':cb=128:cr=128";
    const made = spawnSync(tools.ffmpegPath, [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'color=black:s=96x64:r=25:d=4', '-vf', grey],
      ...['-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv420p', '-y', path],
    ]);
    expect(made.stderr.toString()).toBe('');
  });
  const source = { path, streamIndex: 0, sha256: '' };
  const request = { frameCount: 16, shortSidePx: 64 };

  it('gives the very frames that were chosen', async () => {
    const frames = await decodeFrames(source, { startSec: 0.4, endSec: 3.4 }, request, tools);
    expect([frames.frames, frames.height, frames.width]).toEqual([16, 64, 96]);
    for (let i = 0; i < 16; i += 1) {
      const luma = 16 + 10 + 5 * i;
      const grey = Math.round(((luma - 16) * 255) / 219);
      expect(Math.abs(frames.data[i * 64 * 96 * 3]! - grey)).toBeLessThanOrEqual(1);
    }
  });

  it('reads several windows in one pass as one by one', async () => {
    const windows = [
      { startSec: 0, endSec: 3 },
      { startSec: 0.96, endSec: 3.96 },
    ];
    const together = await decodeFramesOfFile(source, windows, request, tools);
    for (const [i, timeWindow] of windows.entries()) {
      expect(await decodeFrames(source, timeWindow, request, tools)).toEqual(together[i]);
    }
  });
});

function naiveBilinear(
  { data, width, height }: { data: Uint8Array; width: number; height: number },
  x: number,
  y: number,
  c: number,
): number {
  const [cx, cy] = [Math.max(0, x), Math.max(0, y)];
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  let sum = 0;
  for (const [dy, wy] of [
    [0, 1 - (cy - y0)],
    [1, cy - y0],
  ] as const) {
    for (const [dx, wx] of [
      [0, 1 - (cx - x0)],
      [1, cx - x0],
    ] as const) {
      const [px, py] = [Math.min(width - 1, x0 + dx), Math.min(height - 1, y0 + dy)];
      sum += wx * wy * data[(py * width + px) * 3 + c]!;
    }
  }
  return sum;
}
