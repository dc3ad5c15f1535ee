/** What import would have kept of a sound, made from samples in memory. */
import { LISTENING_RATE_HZ, type SoundReader } from '../../../core/align/sound-reader.ts';
import type { HeardSource } from '../../../core/checks/check-input.ts';
import { TrackMeter } from '../../../core/dsp/track-meter.ts';
import { cutWindow } from '../../../core/media/decode-audio.ts';
import { resample } from '../../../core/media/resample.ts';

const RATE_HZ = 48_000;

/** `samples`: mono, 48 kHz. Measured as import measures; `initFft` must have resolved (`runChecks` sees to it). */
export function heardSourceOf(samples: Float32Array): HeardSource {
  const meter = new TrackMeter({ sampleRateHz: RATE_HZ, channels: 1 });
  meter.push(samples);
  return { sound: readerOf(resample(samples, RATE_HZ, LISTENING_RATE_HZ)), measures: meter.finish(0) };
}

/** A reader of samples in memory, mono, 16 kHz. */
export function readerOf(samples: Float32Array): SoundReader {
  return {
    durationSec: samples.length / LISTENING_RATE_HZ,
    read: async (startSec, endSec) =>
      cutWindow(samples, LISTENING_RATE_HZ, { startSec, durationSec: endSec - startSec }),
  };
}
