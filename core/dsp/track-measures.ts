/** What one pass over a track's samples measures: numbers that the checks judge by, small enough to keep for good. */
import type { Clipping } from './level.ts';

/** Length of one value of `levelsDb`, s. */
export const LEVEL_STEP_SEC = 0.02;

/** One track, measured over its whole length at its own rate, with all its channels. Full scale is 1. */
export type TrackMeasures = {
  sampleRateHz: number;
  channels: number;
  /** When its first sample is heard, s from the file's first instant. */
  startSec: number;
  durationSec: number;
  /** Samples that are NaN, infinite or above 1000 times full scale. */
  invalidSamples: number;
  /** Largest sample of any channel, absolute. */
  peak: number;
  /** RMS of the loudest 100 ms of the mean of all channels, dBFS; -200 for digital silence. */
  loudestDb: number;
  clipping: Clipping;
  /** EBU R 128 / BS.1770-4 over all channels; null where not defined (too short, too quiet). */
  integratedLufs: number | null;
  /** EBU Tech 3342 loudness range, LU; null under 3 s or too quiet. */
  rangeLu: number | null;
  /** BS.1770-4 annex 2 (4 times oversampled), dBTP; -200 for digital silence. */
  truePeakDb: number;
  /** RMS of every 20 ms of the mean of all channels, dBFS rounded to 1 dB; -127 for digital silence. */
  levelsDb: Int8Array;
  /** RMS of each channel, dBFS. */
  channelDb: number[];
  /** Correlation of the first two channels, -1..1; null for mono or where one of them is silent. */
  stereoCorrelation: number | null;
  /** Above this there is nothing but a codec's or resampler's leavings, Hz (see core/dsp/bandwidth.ts). */
  bandwidthHz: number;
};
