/**
 * The low-pass of the listening copy: a sinc under a Kaiser window (Kaiser 1974), 6 dB down at the lower of both Nyquist
 * frequencies, flat to 15/16 of it and 60 dB down at 17/16; what little folds back lies above what is listened to.
 */

const STOP_DB = 60;
const KAISER_BETA = 0.1102 * (STOP_DB - 8.7);
/** Width of the transition, share of the lower Nyquist frequency. */
const TRANSITION = 1 / 8;

/** A row of taps for each phase, each with a sum of 1 // [up, taps] */
export type LowPass = { kernel: Float32Array; taps: number };

const kernels = new Map<string, LowPass>();

/**
 * The filter between two rates whose ratio is `up / down`; a row is a multiple of four long, and tap `k` of phase `p` is
 * for the sample `k - taps / 2 + 1` after the one at or before the result's place, which lies `p / up` behind that.
 */
export function lowPass(up: number, down: number): LowPass {
  const key = `${up}/${down}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  /** Of the Nyquist frequency of what comes in. */
  const cutoff = Math.min(1, up / down);
  const half = Math.ceil((STOP_DB - 8) / (2.285 * Math.PI * cutoff * TRANSITION) / 4) * 2;
  const taps = 2 * half;
  const kernel = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase += 1) {
    let sum = 0;
    for (let k = 0; k < taps; k += 1) {
      const t = k - half + 1 - phase / up;
      // The one tap without a counterpart on the other side.
      if (t >= half) continue;
      const inside = Math.sqrt(Math.max(0, 1 - (t / half) ** 2));
      const angle = Math.PI * t * cutoff;
      kernel[phase * taps + k] = bessel(KAISER_BETA * inside) * (angle === 0 ? 1 : Math.sin(angle) / angle);
      sum += kernel[phase * taps + k]!;
    }
    for (let k = 0; k < taps; k += 1) kernel[phase * taps + k]! /= sum;
  }
  const made = { kernel, taps };
  kernels.set(key, made);
  return made;
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
