/**
 * Change of sample rate exactly as torchaudio 0.13 does it (paper-facts 4.3): sinc with a Hann (cos^2) window, low-pass
 * filter width 6, roll-off 0.99, polyphase over the reduced rates, zeros beyond both ends.
 */

const LOWPASS_FILTER_WIDTH = 6;
const ROLLOFF = 0.99;

/** Resamples mono sound. The result has ceil(samples * newRate / oldRate) samples. */
export function resample(samples: Float32Array, oldRateHz: number, newRateHz: number): Float32Array {
  if (oldRateHz === newRateHz) return samples;
  const divisor = greatestCommonDivisor(oldRateHz, newRateHz);
  const orig = oldRateHz / divisor;
  const next = newRateHz / divisor;
  const { kernel, taps, width } = sincKernel(orig, next);
  const length = Math.ceil((samples.length * next) / orig);
  const result = new Float32Array(length);
  for (let i = 0; i < length; i += 1) {
    const phase = i % next;
    const start = ((i - phase) / next) * orig - width;
    const from = Math.max(0, -start);
    const to = Math.min(taps, samples.length - start);
    let sum = 0;
    const row = phase * taps;
    for (let k = from; k < to; k += 1) sum += kernel[row + k]! * samples[start + k]!;
    result[i] = sum;
  }
  return result;
}

type SincKernel = { kernel: Float32Array; taps: number; width: number };

const kernels = new Map<string, SincKernel>();

/** One row of taps for each phase // [next, taps] */
function sincKernel(orig: number, next: number): SincKernel {
  const key = `${orig}/${next}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const base = Math.min(orig, next) * ROLLOFF;
  const width = Math.ceil((LOWPASS_FILTER_WIDTH * orig) / base);
  const taps = 2 * width + orig;
  const kernel = new Float32Array(next * taps);
  for (let phase = 0; phase < next; phase += 1) {
    for (let k = 0; k < taps; k += 1) {
      const t = clamp((-phase / next + (k - width) / orig) * base, LOWPASS_FILTER_WIDTH);
      const window = Math.cos((t * Math.PI) / LOWPASS_FILTER_WIDTH / 2) ** 2;
      const angle = t * Math.PI;
      kernel[phase * taps + k] = (angle === 0 ? 1 : Math.sin(angle) / angle) * window * (base / orig);
    }
  }
  const made = { kernel, taps, width };
  kernels.set(key, made);
  return made;
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
