/** Sound comes out at its place in time, to the sample, whatever the container does. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutWindow, decodeAudio } from '../../../core/media/decode-audio.ts';
import { createRng } from '../../../core/rng.ts';
import { make, mediaFolder, picture, sourceOf, tone, tools } from './make-media.ts';

const folder = mediaFolder();
const RATE_HZ = 48_000;

/** Noise as a 16-bit WAV: every sample differs from its neighbours, so that a shift of one shows. */
function noiseWav(name: string, seconds: number, channels = 1): { path: string; mono: Float32Array } {
  const random = createRng(5).stream(name);
  const values = Int16Array.from(
    { length: seconds * RATE_HZ * channels },
    () => random.integer(20_000) - 10_000,
  );
  const raw = join(folder, `${name}.raw`);
  writeFileSync(raw, new Uint8Array(values.buffer));
  const path = make(
    folder,
    ...['-f', 's16le', '-ar', '48000', '-ac', `${channels}`, '-i', raw],
    `${name}.wav`,
  );
  const mono = new Float32Array(seconds * RATE_HZ);
  for (let i = 0; i < mono.length; i += 1) {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += values[i * channels + c]! / 32_768;
    mono[i] = sum / channels;
  }
  return { path, mono };
}

const read = (path: string, request = {}, streamIndex = 0): Promise<Float32Array> =>
  decodeAudio(sourceOf(path, streamIndex), { sampleRateHz: RATE_HZ, ...request }, tools);

describe('decodeAudio', () => {
  it('gives the very samples of a WAV, and the mean of its channels', async () => {
    const one = noiseWav('one', 1);
    expect(await read(one.path)).toEqual(one.mono);
    const three = noiseWav('three', 1, 3);
    expect(await read(three.path)).toEqual(three.mono);
  });

  it('keeps every sample of a lossless track in a container with millisecond times', async () => {
    const { path, mono } = noiseWav('mkv', 3);
    const mkv = make(folder, ...picture(3), '-i', path, '-c:a', 'flac', 'lossless.mkv');
    expect(await read(mkv, {}, 1)).toEqual(mono);
  });

  it('cuts any window out of the same samples, with zeros outside the track', async () => {
    const { path, mono } = noiseWav('cut', 2);
    for (const [startSec, durationSec] of [
      [0, 1],
      [0.123456, 0.5],
      [-0.25, 1],
      [1.5, 1],
      [3, 0.5],
      [-2, 1],
    ] as const) {
      const start = Math.round(startSec * RATE_HZ);
      const expected = Float32Array.from(
        { length: Math.round(durationSec * RATE_HZ) },
        (_, i) => mono[start + i] ?? 0,
      );
      expect(await read(path, { startSec, durationSec })).toEqual(expected);
    }
  });

  it('puts a track that starts late at its place, also when only its silence is asked for', async () => {
    const { path, mono } = noiseWav('late', 1);
    const late = make(folder, ...picture(3), '-itsoffset', '1.5', '-i', path, '-c:a', 'flac', 'late.mkv');
    const found = await read(late, {}, 1);
    expect(found.subarray(72_000)).toEqual(mono);
    expect(found.subarray(0, 72_000).every((sample) => sample === 0)).toBe(true);
    const silence = await read(late, { startSec: 0, durationSec: 0.5 }, 1);
    expect(silence).toEqual(new Float32Array(24_000));
  });

  it('does not insert silence where a track goes over from six channels to two', async () => {
    const tail = ['-c:a', 'ac3'];
    const six = make(folder, ...tone(440, 2), '-ac', '6', ...tail, 'six.ac3');
    const two = make(folder, ...tone(440, 2), '-ac', '2', ...tail, 'two.ac3');
    const both = join(folder, 'both.ac3');
    writeFileSync(both, readFileSync(six));
    appendFileSync(both, readFileSync(two));
    const mkv = make(folder, '-i', both, '-c', 'copy', 'both.mkv');
    // AC-3 comes in frames of 1536 samples: 63 of them for each 2 s.
    expect(await read(mkv)).toHaveLength(2 * 63 * 1536);
  });

  it('does not take a long tag for sound', async () => {
    const { path, mono } = noiseWav('tagged', 1);
    const tags = join(folder, 'tags.txt');
    writeFileSync(tags, `;FFMETADATA1\ntitle=${'x'.repeat(200_000)}\n`);
    const mkv = make(folder, '-i', path, '-i', tags, ...['-map_metadata', '1', '-c:a', 'flac'], 'tagged.mkv');
    expect(await read(mkv)).toEqual(mono);
  });

  it('resamples other rates to the length torchaudio gives', async () => {
    const path = make(folder, ...tone(440, 1, 44_100), 'other-rate.wav');
    const found = await read(path);
    expect(found).toHaveLength(48_000);
    // A sine stays a sine: lavfi's has an amplitude of 1/8.
    for (let i = 2000; i < 46_000; i += 997) {
      expect(Math.abs(found[i]! - Math.sin((2 * Math.PI * 440 * i) / 48_000) / 8)).toBeLessThan(2e-4);
    }
  });

  it('names a file that is gone or has changed to something else', async () => {
    await expect(read(join(folder, 'gone.wav'))).rejects.toMatchObject({ code: 'MEDIA_DAMAGED' });
    writeFileSync(join(folder, 'words.wav'), 'only words');
    await expect(read(join(folder, 'words.wav'))).rejects.toMatchObject({
      code: 'MEDIA_DAMAGED',
      message: expect.stringContaining('words.wav'),
    });
  });

  it('stops on request', async () => {
    const { path } = noiseWav('stop', 1);
    const signal = AbortSignal.abort();
    await expect(
      decodeAudio(sourceOf(path), { sampleRateHz: RATE_HZ }, tools, { signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('cutWindow returns the track itself where nothing is cut', () => {
  const samples = Float32Array.of(1, 2, 3);
  expect(cutWindow(samples, 1, { startSec: 0, durationSec: undefined })).toBe(samples);
  expect([...cutWindow(samples, 1, { startSec: 1, durationSec: undefined })]).toEqual([2, 3]);
});
