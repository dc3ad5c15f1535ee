import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { initFft } from '../../../core/dsp/fft.ts';
import { measureClipping, measureLevel } from '../../../core/dsp/level.ts';
import type { TrackMeasures } from '../../../core/dsp/track-measures.ts';
import { TrackMeter } from '../../../core/dsp/track-meter.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { makeBed, makeTrack, scaled } from '../align/synthetic-sound.ts';
import { ebur128, interleave, type Sound, sine } from './meter-input.ts';

beforeAll(initFft);

/** Pushes in pieces of every size. */
function measure({ samples, sampleRateHz, channels }: Sound, seed = 1): TrackMeasures {
  const random = createRng(seed).stream('pieces');
  const meter = new TrackMeter({ sampleRateHz, channels });
  for (let at = 0; at < samples.length; ) {
    const frames = random.integer(random.pick([2, 700, 5000, 40_000])) + 1;
    meter.push(samples.subarray(at, at + frames * channels));
    at += frames * channels;
  }
  return meter.finish(0);
}

const mono = (samples: Float32Array): Sound => ({ samples, sampleRateHz: 48_000, channels: 1 });
const stereo = (a: Float32Array, b: Float32Array): Sound => ({
  samples: interleave(a, b),
  sampleRateHz: 48_000,
  channels: 2,
});
const speech = (seed: number): Float32Array => makeTrack(makeBed(seed, 8), { voiceSeed: seed });

describe('TrackMeter against FFmpeg', () => {
  const surround = [1, 2, 3, 4, 5, 6].map((seed) => scaled(speech(seed), 0.2 + 0.1 * seed));
  const cases: [string, () => Sound][] = [
    ['speech over a bed', () => mono(speech(3))],
    ['two channels', () => stereo(speech(4), scaled(speech(5), 0.3))],
    ['5.1', () => ({ samples: interleave(...surround), sampleRateHz: 48_000, channels: 6 })],
    [
      '7.1',
      () => ({
        samples: interleave(...surround, surround[0]!, surround[1]!),
        sampleRateHz: 48_000,
        channels: 8,
      }),
    ],
    ['44.1 kHz', () => ({ samples: speech(6), sampleRateHz: 44_100, channels: 1 })],
    ['16 kHz', () => ({ samples: speech(7), sampleRateHz: 16_000, channels: 1 })],
    ['96 kHz', () => ({ samples: speech(8), sampleRateHz: 96_000, channels: 1 })],
    ['loud and quiet parts', () => mono(Float32Array.from([...speech(9), ...scaled(speech(10), 0.1)]))],
    [
      'a tone between its samples',
      () => mono(sine(11_025, 0.7, 4).map((x, i) => x * Math.sin((Math.PI * i) / 192_000))),
    ],
    ['sound, then silence', () => mono(Float32Array.from([...speech(2), ...new Float32Array(200_000)]))],
  ];

  it.each(cases)('agrees within 0.1 on %s', async (_, make) => {
    const sound = make();
    const own = measure(sound);
    const theirs = await ebur128(sound);
    // FFmpeg prints one digit: half a step more than 0.1.
    expect(Math.abs(own.integratedLufs! - theirs.integratedLufs)).toBeLessThan(0.15);
    expect(Math.abs(own.truePeakDb - theirs.truePeakDb)).toBeLessThan(0.15);
  });
});

const FOLDER = join(import.meta.dirname, '../../../../shared/media/real-dubs');

describe.skipIf(!existsSync(FOLDER))('TrackMeter on real dubs (skipped without ../shared/media)', () => {
  it.each(['80114859_228_de', '80114859_541_fr', '81056348_114_es', '81215414_12_en', '80145138_271_ja'])(
    'agrees with FFmpeg on %s within 0.1',
    async (name) => {
      const source = { path: join(FOLDER, `${name}.mp4`), streamIndex: 1, sha256: '' };
      const sound = mono(await decodeAudio(source, { sampleRateHz: 48_000 }, locateMediaTools()));
      const own = measure(sound);
      const theirs = await ebur128(sound);
      expect(Math.abs(own.integratedLufs! - theirs.integratedLufs)).toBeLessThan(0.15);
      expect(Math.abs(own.truePeakDb - theirs.truePeakDb)).toBeLessThan(0.15);
    },
  );

  it.each(['en', 'it'])('agrees on the loudness range of 40 s of %s, twice', async (language) => {
    // FFmpeg takes its percentiles one block beside EBU Tech 3342's, which tells on short sound.
    const names = readdirSync(FOLDER).filter((name) => name.endsWith(`_${language}.mp4`));
    const parts = await Promise.all(
      names.map((name) =>
        decodeAudio(
          { path: join(FOLDER, name), streamIndex: 1, sha256: '' },
          { sampleRateHz: 48_000 },
          locateMediaTools(),
        ),
      ),
    );
    const sound = mono(Float32Array.from([...parts, ...parts].flatMap((part) => [...part])));
    const own = measure(sound);
    const theirs = await ebur128(sound);
    expect(Math.abs(own.rangeLu! - theirs.rangeLu)).toBeLessThan(0.15);
  });
});

describe('TrackMeter', () => {
  it('gives the same whatever the pieces', () => {
    const sound = stereo(speech(1), speech(2));
    const first = measure(sound, 1);
    expect(measure(sound, 2)).toEqual(first);
    expect(first).toMatchObject({ sampleRateHz: 48_000, channels: 2, startSec: 0, durationSec: 8 });
  });

  it('measures peak, loudest tenth and clipping as over the whole track at once', () => {
    for (const [seed, drive, ceiling] of [
      [1, 1, 1],
      [2, 20, 0.99],
      [3, 9, 0.2],
      [4, 9, 0.99],
    ] as const) {
      const samples = speech(seed).map((x) => Math.max(-ceiling, Math.min(ceiling, drive * x)));
      const own = measure(mono(samples));
      const level = measureLevel(samples);
      expect(own.peak).toBe(level.peak);
      expect(own.loudestDb).toBeCloseTo(level.loudestDb, 6);
      const naive = measureClipping(samples, level.peak);
      expect(own.clipping).toEqual({ ...naive, flatTopShare: expect.closeTo(naive.flatTopShare, 4) });
    }
  });

  it('judges clipping by the channel that has most of it', () => {
    const clipped = speech(2).map((x) => Math.max(-0.99, Math.min(0.99, 20 * x)));
    const both = measure(stereo(scaled(speech(1), 0.1), clipped));
    expect(both.clipping).toEqual(measure(mono(clipped)).clipping);
  });

  it('gives the level of every 20 ms of the mean of all channels, and of each channel', () => {
    const a = Float32Array.from([
      ...sine(1000, 0.5, 0.1),
      ...new Float32Array(4800),
      ...sine(1000, 0.5, 0.09),
    ]);
    const measures = measure(stereo(a, new Float32Array(a.length)));
    expect([...measures.levelsDb]).toEqual([
      ...Array(5).fill(-15),
      ...Array(5).fill(-127),
      ...Array(5).fill(-15),
    ]);
    expect(measures.channelDb[0]).toBeCloseTo(-9.03 + 10 * Math.log10(0.19 / 0.29), 2);
    expect(measures.channelDb[1]).toBe(-200);
    expect(measures.stereoCorrelation).toBeNull();
  });

  it('tells how alike two channels are', () => {
    const [a, b] = [speech(1), speech(2)];
    expect(measure(stereo(a, a)).stereoCorrelation).toBeCloseTo(1, 6);
    expect(measure(stereo(a, scaled(a, -0.5))).stereoCorrelation).toBeCloseTo(-1, 6);
    expect(Math.abs(measure(stereo(a, b)).stereoCorrelation!)).toBeLessThan(0.1);
    expect(measure(mono(a)).stereoCorrelation).toBeNull();
  });

  it('counts samples that are no numbers, and is not led astray by them', () => {
    const clean = speech(1);
    const broken = Float32Array.from(clean);
    broken[1000] = Number.NaN;
    broken[2000] = Number.POSITIVE_INFINITY;
    broken[3000] = -5000;
    const zeroed = clean.map((x, i) => (i === 1000 || i === 2000 || i === 3000 ? 0 : x));
    expect(measure(mono(broken))).toEqual({ ...measure(mono(zeroed)), invalidSamples: 3 });
  });

  it('has words for nothing at all', () => {
    expect(measure(mono(new Float32Array(0)))).toMatchObject({
      durationSec: 0,
      peak: 0,
      loudestDb: -200,
      integratedLufs: null,
      rangeLu: null,
      truePeakDb: -200,
      channelDb: [-200],
    });
    expect(measure(mono(new Float32Array(96_000)))).toMatchObject({
      durationSec: 2,
      loudestDb: -200,
      integratedLufs: null,
    });
    expect(() => new TrackMeter({ sampleRateHz: 48_000, channels: 0 })).toThrow(/0 channels/);
  });
});
