/** From a track's listening copy and measures to what the checks keep of it. */
import { type BedSignal, bedSignalOfCopy } from '../align/bed-signal.ts';
import { fingerprintOf } from '../align/fingerprint.ts';
import type { TrackMeasures } from '../dsp/track-measures.ts';
import type { CheckTrack } from './check-input.ts';
import { type HeardTrack, SILENT_BELOW_DB } from './heard.ts';

/** A track as heard, with the signals that are dropped once its shot has been compared. */
export type MeasuredTrack = { heard: HeardTrack; bed: BedSignal; isSilent: boolean };

/** Puts together what is known of one track. `samples`: its listening copy, mono, 16 kHz; not kept. */
export function measureTrack(
  track: CheckTrack,
  voice: string,
  measures: TrackMeasures,
  samples: Float32Array,
): MeasuredTrack {
  const { peak, loudestDb, clipping, integratedLufs } = measures;
  const isSilent = loudestDb < SILENT_BELOW_DB;
  const bed = isSilent ? { flat: new Float32Array(0), plain: new Float32Array(0) } : bedSignalOfCopy(samples);
  return {
    heard: {
      trackId: track.trackId,
      language: track.language,
      role: track.role,
      voice,
      durationSec: measures.startSec + measures.durationSec,
      level: { peak, loudestDb },
      clipping,
      loudnessLufs: integratedLufs,
      fingerprint: fingerprintOf(bed.flat),
      againstOriginal: null,
      measures,
    },
    bed,
    isSilent,
  };
}
