/**
 * The picture of a sound that the audio tower sees, exactly as the official inference makes it (paper-facts 4.3):
 * 48 kHz, FFT and periodic Hann window of 1024, hop 501, centred with reflection, power 2, 96 HTK mel bands up to
 * 24 kHz, 10 log10 with a floor of 1e-10.
 */
import { sharedFft } from '../dsp/fft.ts';

/** The rate that a log-mel picture is made at. */
export const LOG_MEL_RATE_HZ = 48_000;
/** Samples of a 3 s window; shorter sound is padded with zeros on the right, longer is cut. */
export const LOG_MEL_SAMPLES = 144_000;
/** Mel bands, lowest first. */
export const MEL_BANDS = 96;
/** Frames of a window. */
export const MEL_FRAMES = 288;

const FFT_SIZE = 1024;
const HOP_SAMPLES = 501;
const BINS = FFT_SIZE / 2 + 1;
const MEL_TOP_HZ = 24_000;
const POWER_FLOOR = 1e-10;

/** Log-mel of a window, dB, row 0 the lowest band // [96, 288]. `initFft` must have resolved. */
export function logMel(samples: Float32Array): Float32Array {
  const window = samples.length >= LOG_MEL_SAMPLES ? samples.subarray(0, LOG_MEL_SAMPLES) : padded(samples);
  const fft = sharedFft(FFT_SIZE);
  const frame = new Float32Array(FFT_SIZE);
  const spectrum = new Float32Array(FFT_SIZE);
  const power = new Float64Array(BINS);
  const result = new Float32Array(MEL_BANDS * MEL_FRAMES);
  for (let t = 0; t < MEL_FRAMES; t += 1) {
    const start = t * HOP_SAMPLES - FFT_SIZE / 2;
    for (let i = 0; i < FFT_SIZE; i += 1) frame[i] = window[reflected(start + i)]! * HANN[i]!;
    fft.forward(frame, spectrum);
    powerOf(spectrum, power);
    for (const [band, filter] of MEL_FILTERS.entries()) {
      let sum = 0;
      for (let i = 0; i < filter.weights.length; i += 1) sum += filter.weights[i]! * power[filter.start + i]!;
      result[band * MEL_FRAMES + t] = 10 * Math.log10(Math.max(sum, POWER_FLOOR));
    }
  }
  return result;
}

function padded(samples: Float32Array): Float32Array {
  const window = new Float32Array(LOG_MEL_SAMPLES);
  window.set(samples);
  return window;
}

/** Index of a sample beyond an end, mirrored at that end without repeating it. */
function reflected(index: number): number {
  if (index < 0) return -index;
  return index < LOG_MEL_SAMPLES ? index : 2 * (LOG_MEL_SAMPLES - 1) - index;
}

/** Power of each bin from pffft's packed spectrum: DC and Nyquist share the first two numbers. */
function powerOf(spectrum: Float32Array, power: Float64Array): void {
  power[0] = spectrum[0]! ** 2;
  power[BINS - 1] = spectrum[1]! ** 2;
  for (let bin = 1; bin < BINS - 1; bin += 1) {
    power[bin] = spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2;
  }
}

const HANN = Float32Array.from(
  { length: FFT_SIZE },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FFT_SIZE),
);

type MelFilter = { start: number; weights: Float32Array };

/** Triangles with a peak of 1 on the HTK scale, each from its first to its last bin above 0. */
const MEL_FILTERS: readonly MelFilter[] = makeMelFilters();

function makeMelFilters(): MelFilter[] {
  const topMel = hzToMel(MEL_TOP_HZ);
  const edges = Array.from({ length: MEL_BANDS + 2 }, (_, i) => melToHz((topMel * i) / (MEL_BANDS + 1)));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, peak, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    const weights = Array.from({ length: BINS }, (_, bin) => {
      const hz = (bin * LOG_MEL_RATE_HZ) / 2 / (BINS - 1);
      return Math.max(0, Math.min((hz - low) / (peak - low), (high - hz) / (high - peak)));
    });
    const start = weights.findIndex((weight) => weight > 0);
    const end = weights.findLastIndex((weight) => weight > 0);
    return { start, weights: Float32Array.from(weights.slice(start, end + 1)) };
  });
}

function hzToMel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function melToHz(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
