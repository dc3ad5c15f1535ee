/** Short spectra of sound at 16 kHz, in step with voice activity: two to a step of 32 ms. */
import { LISTENING_RATE_HZ } from '../align/sound-reader.ts';
import { sharedFft } from '../dsp/fft.ts';

/** 32 ms frames, half overlapping. */
export const FRAME_SAMPLES = 512;
/** From frame to frame, samples (16 ms). */
export const HOP_SAMPLES = FRAME_SAMPLES / 2;
/** Width of a bin, Hz. */
export const BIN_HZ = LISTENING_RATE_HZ / FRAME_SAMPLES;

const shape = Float32Array.from({ length: FRAME_SAMPLES }, (_, i) =>
  Math.sin((Math.PI * (i + 0.5)) / FRAME_SAMPLES),
);

/** Packed spectra (core/dsp/fft.ts) of all whole frames under a sine window. `initFft` must have resolved. */
export function spectraOf(samples: Float32Array): Float32Array[] {
  const fft = sharedFft(FRAME_SAMPLES);
  const frame = new Float32Array(FRAME_SAMPLES);
  const count = Math.max(0, Math.floor((samples.length - FRAME_SAMPLES) / HOP_SAMPLES) + 1);
  return Array.from({ length: count }, (_, t) => {
    for (let i = 0; i < FRAME_SAMPLES; i += 1) frame[i] = samples[t * HOP_SAMPLES + i]! * shape[i]!;
    const spectrum = new Float32Array(FRAME_SAMPLES);
    fft.forward(frame, spectrum);
    return spectrum;
  });
}

/** Power of bin `bin` (1..255) of a packed spectrum. */
export function powerOf(spectrum: Float32Array, bin: number): number {
  const re = spectrum[2 * bin]!;
  const im = spectrum[2 * bin + 1]!;
  return re * re + im * im;
}

/** Highest probability of voice in the two steps that frame `t` touches. */
export function voiceOfFrame(probabilities: Float32Array, t: number): number {
  return Math.max(probabilities[t >> 1] ?? 0, probabilities[(t + 1) >> 1] ?? 0);
}
