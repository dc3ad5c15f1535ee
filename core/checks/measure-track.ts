/** From a track's samples to what the checks keep of it. */
import { type BedSignal, bedSignal, SOUND_RATE_HZ } from '../align/bed-signal.ts';
import { fingerprintOf } from '../align/fingerprint.ts';
import { TrackMeter } from '../dsp/track-meter.ts';
import type { CheckTrack } from './check-input.ts';
import { type HeardTrack, SILENT_BELOW_DB } from './heard.ts';

/** A track as heard, with the signals that are dropped once its shot has been compared. */
export type MeasuredTrack = { heard: HeardTrack; bed: BedSignal; isSilent: boolean };

/** Measures one track. `samples`: mono, 48 kHz; not kept. */
export function measureTrack(track: CheckTrack, voice: string, samples: Float32Array): MeasuredTrack {
  const meter = new TrackMeter({ sampleRateHz: SOUND_RATE_HZ, channels: 1 });
  meter.push(samples);
  const measures = meter.finish(0);
  const isSilent = measures.loudestDb < SILENT_BELOW_DB;
  const bed = isSilent ? { flat: new Float32Array(0), plain: new Float32Array(0) } : bedSignal(samples);
  return {
    heard: {
      trackId: track.trackId,
      language: track.language,
      role: track.role,
      voice,
      durationSec: samples.length / SOUND_RATE_HZ,
      level: { peak: measures.peak, loudestDb: measures.loudestDb },
      clipping: measures.clipping,
      loudnessLufs: measures.integratedLufs,
      fingerprint: fingerprintOf(bed.flat),
      againstOriginal: null,
    },
    bed,
    isSilent,
  };
}
