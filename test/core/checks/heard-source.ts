/** What import would have kept of a sound, made from samples in memory. */
import { LISTENING_RATE_HZ, type SoundReader } from '../../../core/align/sound-reader.ts';
import type { HeardSource } from '../../../core/checks/check-input.ts';
import { measureClipping, measureLevel } from '../../../core/dsp/level.ts';
import { integratedLoudness } from '../../../core/dsp/loudness.ts';
import { cutWindow } from '../../../core/media/decode-audio.ts';
import { resample } from '../../../core/media/resample.ts';

const RATE_HZ = 48_000;

/** `samples`: mono, 48 kHz. */
export function heardSourceOf(samples: Float32Array): HeardSource {
  const level = measureLevel(samples);
  return {
    sound: readerOf(resample(samples, RATE_HZ, LISTENING_RATE_HZ)),
    measures: {
      sampleRateHz: RATE_HZ,
      channels: 1,
      startSec: 0,
      durationSec: samples.length / RATE_HZ,
      invalidSamples: 0,
      ...level,
      clipping: measureClipping(samples, level.peak),
      integratedLufs: integratedLoudness(samples),
      rangeLu: null,
      truePeakDb: 20 * Math.log10(Math.max(1e-10, level.peak)),
      levelsDb: new Int8Array(0),
      channelDb: [],
      stereoCorrelation: null,
      bandwidthHz: 20_000,
    },
  };
}

/** A reader of samples in memory, mono, 16 kHz. */
export function readerOf(samples: Float32Array): SoundReader {
  return {
    durationSec: samples.length / LISTENING_RATE_HZ,
    read: async (startSec, endSec) =>
      cutWindow(samples, LISTENING_RATE_HZ, { startSec, durationSec: endSec - startSec }),
  };
}
