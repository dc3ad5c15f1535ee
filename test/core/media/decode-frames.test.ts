/** The frames that were chosen are the frames that come, in long files, odd containers and damaged ones too. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DecodedFrames } from '../../../core/domain/dataset.ts';
import type { TimeWindow } from '../../../core/domain/time.ts';
import { decodeEachWindow, decodeFramesOfFile } from '../../../core/media/decode-frames.ts';
import { chooseFrames, readFrameTimes } from '../../../core/media/frame-times.ts';
import { hasSharedMedia, SHARED_MEDIA } from '../../fixtures/media.ts';
import { make, mediaFolder, sourceOf, tools } from './make-media.ts';

const folder = mediaFolder();
const request = { frameCount: 16, shortSidePx: 64 };
const RATE = 25;

/** Frame n is grey: its left half says n mod 50, its right half n div 50, in steps of 4 levels of luma. */
const COUNTING = "geq=lum='if(lt(X,48),16+4*mod(N,50),16+4*floor(N/50))':cb=128:cr=128";
const H264 = ['-c:v', 'libx264', '-qp', '0', '-g', '250', '-bf', '2', '-pix_fmt', 'yuv420p'];

/** Reads the frame number back. */
function numberOf(frames: DecodedFrames, index: number): number {
  const at = index * frames.height * frames.width * 3;
  const step = (column: number): number => Math.round(((frames.data[at + 3 * column]! / 255) * 219) / 4);
  return step(8) + 50 * step(88);
}

const numbers = (frames: DecodedFrames): number[] =>
  Array.from({ length: frames.frames }, (_, i) => numberOf(frames, i));

/** What paper-facts 4.2 says for 25 frames a second from 0: all frames from start to end, both included; 16 of them. */
function expected({ startSec, endSec }: TimeWindow, count: number): number[] {
  const first = Math.floor(startSec * RATE + 1e-6);
  const last = Math.min(count - 1, Math.floor(endSec * RATE + 1e-6));
  return Array.from({ length: 16 }, (_, i) => first + Math.floor((i * (last - first)) / 15));
}

describe('decodeFramesOfFile', () => {
  const seconds = 60;
  const count = seconds * RATE;
  const windows = Array.from({ length: 20 }, (_, i) => ({ startSec: 3 * i, endSec: 3 * i + 3 }));
  let mp4 = '';
  beforeAll(() => {
    const source = ['-f', 'lavfi', '-i', `color=black:s=96x64:r=${RATE}:d=${seconds}`, '-vf', COUNTING];
    mp4 = make(folder, ...source, ...H264, 'count.mp4');
  });

  it('gives more than 100 different frames of one file', async () => {
    const decoded = await decodeFramesOfFile(sourceOf(mp4), windows, request, tools);
    expect(decoded.map(numbers)).toEqual(windows.map((window) => expected(window, count)));
  });

  it.for(['count.mkv', 'count.ts', 'count.mov'])(
    'gives them a few at a time, from %s',
    async (name, { skip }) => {
      const path = make(folder, '-i', mp4, '-c', 'copy', name);
      const { signal } = spawnSync(tools.ffprobePath, ['-v', 'quiet', '-i', path]);
      if (signal !== null)
        process.stderr.write(`NOT TESTED on ${name}: this ffprobe dies of it (${signal}).\n`);
      skip(signal !== null);
      const decoded = await decodeFramesOfFile(sourceOf(path), windows, request, tools, { framesAtOnce: 64 });
      const times = await readFrameTimes(sourceOf(path), tools);
      expect(times.timesSec).toHaveLength(count);
      // Containers with coarse clocks shift a frame over the edge of a window: the choice itself is tested apart.
      expect(decoded.map(numbers)).toEqual(windows.map((window) => chooseFrames(times, window, 16)));
    },
  );

  it('hands windows over in order of time, whatever their order, with the place they were asked at', async () => {
    const mixed = [windows[9]!, windows[2]!, windows[15]!, windows[2]!];
    const order: number[] = [];
    await decodeEachWindow(sourceOf(mp4), mixed, request, tools, {
      framesAtOnce: 16,
      onWindow: async (frames, index) => {
        order.push(index);
        expect(numbers(frames)).toEqual(expected(mixed[index]!, count));
      },
    });
    expect(order).toEqual([1, 3, 0, 2]);
  });

  it('stops between two batches on request', async () => {
    const abort = new AbortController();
    const work = decodeEachWindow(sourceOf(mp4), windows, request, tools, {
      framesAtOnce: 16,
      signal: abort.signal,
      onWindow: async () => abort.abort(),
    });
    await expect(work).rejects.toThrow();
  });

  it('takes the frames that come out where a file is damaged', async () => {
    const path = join(folder, 'damaged.mp4');
    copyFileSync(mp4, path);
    const bytes = readFileSync(path);
    // The middle third of the samples becomes nothing that can be decoded.
    bytes.fill(0xff, Math.floor(bytes.length / 3), Math.floor((2 * bytes.length) / 3));
    writeFileSync(path, bytes);
    const decoded = await decodeFramesOfFile(sourceOf(path), windows, request, tools);
    expect(decoded).toHaveLength(windows.length);
    expect(numbers(decoded[0]!)).toEqual(expected(windows[0]!, count));
  });

  it('names a file that is gone', async () => {
    const gone = decodeFramesOfFile(sourceOf(join(folder, 'gone.mp4')), windows, request, tools);
    await expect(gone).rejects.toMatchObject({
      code: 'MEDIA_DAMAGED',
      message: expect.stringContaining('gone.mp4'),
    });
  });
});

describe('readFrameTimes', () => {
  it('keeps every frame of a variable rate at its own time', async () => {
    const path = make(
      folder,
      ...['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=50:d=4', '-vf', "select='not(mod(n,2))+lt(n,100)'"],
      ...['-fps_mode', 'vfr', '-c:v', 'libx264', 'vfr.mkv'],
    );
    const { timesSec } = await readFrameTimes(sourceOf(path), tools);
    expect(timesSec).toHaveLength(150);
    expect(timesSec[50]).toBeCloseTo(1, 3);
    expect(timesSec[149]).toBeCloseTo(3.96, 3);
  });

  it.runIf(hasSharedMedia)('decodes where packets have no times: AVI with B-frames', async () => {
    const path = join(SHARED_MEDIA, 'action', 'Alex_applauding_himself_clap_u_cm_np1_fr_med_1.avi');
    const times = await readFrameTimes(sourceOf(path), tools);
    // 77 frames, the last of which is shown at no known time.
    expect(times.timesSec).toHaveLength(76);
    const [frames] = await decodeFramesOfFile(sourceOf(path), [{ startSec: 0, endSec: 2.6 }], request, tools);
    expect([frames!.frames, frames!.height, frames!.width]).toEqual([16, 64, 85]);
  });
});

describe('chooseFrames', () => {
  /** The official reader, in clock ticks (torchvision's read_video), then every frame of 25 a second. */
  function naive(ticks: number[], tickSec: number, { startSec, endSec }: TimeWindow): number[] {
    const [start, end] = [Math.floor(startSec / tickSec), Math.ceil(endSec / tickSec)];
    const inside = ticks.filter((tick) => tick >= start && tick <= end);
    const before = ticks.filter((tick) => tick < start);
    if (start > 0 && !ticks.includes(start) && before.length > 0) inside.unshift(before.at(-1)!);
    return inside.map((tick) => ticks.indexOf(tick));
  }

  it('takes the frame before whenever none is shown at the very tick a window begins at', () => {
    // Matroska's millisecond clock at 24000/1001 frames a second: ticks lie unevenly around the true times.
    const tickSec = 0.001;
    const ticks = Array.from({ length: 400 }, (_, i) => Math.round((i * 1001) / 24));
    const times = { timesSec: ticks.map((tick) => tick * tickSec), frameRate: RATE, timeBaseSec: tickSec };
    for (let start = 0; start < 4000; start += 7) {
      const window = { startSec: start / 1000 + 0.0004, endSec: start / 1000 + 3.0004 };
      const all = naive(ticks, tickSec, window);
      const sixteen = Array.from({ length: 16 }, (_, i) => all[Math.floor((i * (all.length - 1)) / 15)]);
      expect(chooseFrames(times, window, 16)).toEqual(sixteen);
    }
  });
});
