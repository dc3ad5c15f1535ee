import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BandwidthMeter } from '../../../core/dsp/bandwidth.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { reencode } from '../align/reencode.ts';
import { makeBed, makeTrack } from '../align/synthetic-sound.ts';

beforeAll(initFft);

function bandwidthHz(samples: Float32Array, sampleRateHz = 48_000): number {
  const meter = new BandwidthMeter(sampleRateHz);
  meter.push(samples, 0, samples.length);
  return meter.finish();
}

const full = makeTrack(makeBed(3, 6), { voiceSeed: 3 });

describe('BandwidthMeter', () => {
  it('finds no end in sound that has none, nor in silence', () => {
    expect(bandwidthHz(full)).toBe(24_000);
    expect(bandwidthHz(new Float32Array(48_000))).toBe(24_000);
  });

  it.each([
    [8000, 3250, 4250],
    [16_000, 7000, 8500],
    [22_050, 9500, 12_250],
    [32_000, 14_000, 18_000],
  ])('tells sound that once had %i Hz', async (rate, low, high) => {
    const hz = bandwidthHz(await reencode(full, ['-ar', `${rate}`, '-c:a', 'pcm_s16le'], 'wav'));
    expect(hz).toBeGreaterThanOrEqual(low);
    expect(hz).toBeLessThanOrEqual(high);
  });

  it.each([
    ['MP3 at 64 kbit/s', ['-c:a', 'libmp3lame', '-b:a', '64k', '-cutoff', '11000'], 'mp3', 9500, 11_500],
    ['AAC at 64 kbit/s', ['-c:a', 'aac', '-b:a', '64k', '-cutoff', '14000'], 'm4a', 13_000, 15_000],
  ] as const)('tells the low-pass of %s', async (_, args, extension, low, high) => {
    const hz = bandwidthHz(await reencode(full, [...args], extension));
    expect(hz).toBeGreaterThanOrEqual(low);
    expect(hz).toBeLessThanOrEqual(high);
  });

  it('is not misled by a few clicks', async () => {
    const low = await reencode(full, ['-ar', '16000', '-c:a', 'pcm_s16le'], 'wav');
    for (const at of [50_000, 170_000]) low.fill(0, at, at + 9000);
    expect(bandwidthHz(low)).toBeLessThanOrEqual(8500);
  });
});

const FOLDER = join(import.meta.dirname, '../../../../shared/media/real-dubs');

describe.skipIf(!existsSync(FOLDER))('on real dubs (skipped without ../shared/media)', () => {
  it.each(['80114859_228', '81056348_114', '81215414_12'])(
    'tells every language of %s from one brought through 16 kHz',
    async (shot) => {
      for (const language of ['de', 'en', 'es', 'fr', 'it', 'ja']) {
        const source = { path: join(FOLDER, `${shot}_${language}.mp4`), streamIndex: 1, sha256: '' };
        const samples = await decodeAudio(source, { sampleRateHz: 48_000 }, locateMediaTools());
        const own = bandwidthHz(samples);
        const low = bandwidthHz(await reencode(samples, ['-ar', '16000', '-c:a', 'pcm_s16le'], 'wav'));
        expect(own).toBeGreaterThan(11_000);
        expect(low).toBeLessThanOrEqual(8500);
      }
    },
  );
});
