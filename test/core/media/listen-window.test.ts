/** What a browser is given to hear is what training decodes, at the same place, wherever it begins. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../core/domain/errors.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { listenWindow, PLAY_RATE_HZ } from '../../../core/media/listen-window.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const tools = locateMediaTools();
const temporary = temporaryFolder();
afterAll(() => temporary.remove());

/** A sweep: every moment sounds like no other. */
const SWEEP = "aevalsrc='0.4*sin(2*PI*(200*t+30*t*t))|0.4*sin(2*PI*(200*t+30*t*t))':s=48000:d=40";
const CASES: [name: string, args: string[]][] = [
  ['sweep.wav', ['-c:a', 'pcm_s16le']],
  ['sweep.flac', ['-c:a', 'flac', '-ar', '44100', '-ac', '1']],
  ['sweep.mp4', ['-c:a', 'aac', '-b:a', '192k']],
  ['sweep.mkv', ['-c:a', 'libopus', '-b:a', '192k']],
  ['late.mkv', ['-c:a', 'flac', '-output_ts_offset', '0.7']],
  ['sweep.mp3', ['-c:a', 'libmp3lame', '-b:a', '192k']],
  ['six.mka', ['-c:a', 'ac3', '-ac', '6', '-b:a', '448k']],
];
const source = (name: string) => ({ path: join(temporary.folder, name), streamIndex: 0, sha256: name });

beforeAll(() => {
  for (const [name, args] of CASES) {
    const made = spawnSync(tools.ffmpegPath, [
      ...['-v', 'error', '-f', 'lavfi', '-i', SWEEP, ...args],
      join(temporary.folder, name),
    ]);
    expect(made.stderr.toString()).toBe('');
  }
});

const leftOf = (wav: Uint8Array): Float32Array => {
  const view = new DataView(wav.buffer, wav.byteOffset + 44);
  return Float32Array.from({ length: (wav.length - 44) / 4 }, (_, i) => view.getInt16(4 * i, true) / 32_768);
};

/** How much later `b` is than `a`, samples: where they correlate most. */
function lagOf(a: Float32Array, b: Float32Array): number {
  const most = 960;
  let [best, height] = [0, Number.NEGATIVE_INFINITY];
  for (let lag = -most; lag <= most; lag += 1) {
    let sum = 0;
    for (let i = most; i < a.length - most; i += 7) sum += a[i]! * b[i + lag]!;
    if (sum > height) [best, height] = [lag, sum];
  }
  return best;
}

describe('listenWindow', () => {
  it.each(CASES.map(([name]) => name))(
    '%s sounds at the same place as in training, within 1 ms',
    async (name) => {
      for (const startSec of [0, 2.5, 17.123, 30]) {
        const wav = await listenWindow(source(name), { startSec, endSec: startSec + 3 }, tools);
        expect(Buffer.from(wav.subarray(0, 4)).toString()).toBe('RIFF');
        expect(wav.length).toBe(44 + 3 * PLAY_RATE_HZ * 4);
        const wanted = await decodeAudio(
          source(name),
          { sampleRateHz: PLAY_RATE_HZ, startSec, durationSec: 3 },
          tools,
        );
        expect([name, startSec, Math.abs(lagOf(wanted, leftOf(wav))) <= PLAY_RATE_HZ / 1000]).toEqual([
          name,
          startSec,
          true,
        ]);
      }
    },
  );

  it('is silence beyond the end and before a late start', async () => {
    const after = leftOf(await listenWindow(source('sweep.wav'), { startSec: 39, endSec: 42 }, tools));
    expect(Math.max(...after.subarray(0, 40_000))).toBeGreaterThan(0.3);
    expect(after.subarray(PLAY_RATE_HZ + 100).every((value) => value === 0)).toBe(true);
    const beyond = leftOf(await listenWindow(source('sweep.wav'), { startSec: 60, endSec: 61 }, tools));
    expect(beyond.every((value) => value === 0)).toBe(true);
  });

  it('joins without a seam: two halves are the whole', async () => {
    const whole = await listenWindow(source('sweep.flac'), { startSec: 8, endSec: 12 }, tools);
    const first = await listenWindow(source('sweep.flac'), { startSec: 8, endSec: 10 }, tools);
    const second = await listenWindow(source('sweep.flac'), { startSec: 10, endSec: 12 }, tools);
    const joined = Float32Array.from([...leftOf(first), ...leftOf(second)]);
    const most = leftOf(whole).reduce((worst, x, i) => Math.max(worst, Math.abs(x - joined[i]!)), 0);
    expect(most).toBeLessThan(0.002);
  });

  it('says so where there is nothing to decode', async () => {
    const gone = listenWindow(source('gone.wav'), { startSec: 0, endSec: 1 }, tools);
    await expect(gone).rejects.toThrow(AppError);
    await expect(gone).rejects.toThrow(/can no longer be decoded.*nothing was changed/);
  });
});
