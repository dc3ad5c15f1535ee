/** True peak after ITU-R BS.1770-4 annex 2: the height of the wave between its samples. */

/** Samples of the sound on either side that decide a point between two samples. */
export const TRUE_PEAK_REACH = 16;
const TAPS = 2 * TRUE_PEAK_REACH;
/** Kaiser window: 90 dB of stop band. */
const BETA = 9;
/** Rate at which the wave is looked at, Hz, at least. */
const LOOK_RATE_HZ = 192_000;
/**
 * Points are worked out only where one of the four samples around reaches this share of the peak so far. A wave rises
 * above twice its four nearest samples only near half the sample rate, where the next waves show the peak as well.
 */
const NEAR_PEAK = 0.5;
/** Stretches are passed over at once where none of their samples does, samples. */
const STRETCH = 32;

/** Measures one channel. */
export class TruePeak {
  /** Highest so far, absolute. */
  peak = 0;
  readonly #phases: Float64Array[];

  /** `sampleRateHz`: of the samples to come. */
  constructor(sampleRateHz: number) {
    const factor = Math.max(1, 2 ** Math.ceil(Math.log2(LOOK_RATE_HZ / sampleRateHz) - 0.2));
    const points = Math.min(4, factor);
    this.#phases = Array.from({ length: points - 1 }, (_, i) => interpolator((i + 1) / points));
  }

  /**
   * Looks between the samples `from..to` of `samples`, which must reach `TRUE_PEAK_REACH` farther on both sides.
   */
  look(samples: Float32Array, from: number, to: number): void {
    for (let start = from; start < to; start += STRETCH) {
      const end = Math.min(to, start + STRETCH);
      let highest = 0;
      for (let i = start - 1; i < end + 2; i += 1) {
        const level = Math.abs(samples[i]!);
        if (level > highest) highest = level;
      }
      if (highest > this.peak) this.peak = highest;
      if (highest > NEAR_PEAK * this.peak) this.#lookClosely(samples, start, end);
    }
  }

  #lookClosely(samples: Float32Array, start: number, end: number): void {
    let peak = this.peak;
    let threshold = NEAR_PEAK * peak;
    // Last place whose sample reaches the threshold: its neighbourhood is looked at.
    let last = Math.abs(samples[start - 1]!) > threshold ? start - 1 : -4;
    if (Math.abs(samples[start]!) > threshold) last = start;
    if (Math.abs(samples[start + 1]!) > threshold) last = start + 1;
    for (let n = start; n < end; n += 1) {
      if (Math.abs(samples[n + 2]!) > threshold) last = n + 2;
      if (last < n - 1) continue;
      for (const phase of this.#phases) {
        let sum = 0;
        const first = n - TRUE_PEAK_REACH + 1;
        for (let k = 0; k < TAPS; k += 4) {
          sum +=
            samples[first + k]! * phase[k]! +
            samples[first + k + 1]! * phase[k + 1]! +
            samples[first + k + 2]! * phase[k + 2]! +
            samples[first + k + 3]! * phase[k + 3]!;
        }
        const level = Math.abs(sum);
        if (level > peak) {
          peak = level;
          threshold = NEAR_PEAK * peak;
        }
      }
    }
    this.peak = peak;
  }
}

/** Weights of the samples around for the point `at` (0..1) between the two in the middle. */
function interpolator(at: number): Float64Array {
  const taps = Float64Array.from({ length: TAPS }, (_, i) => {
    const x = i - (TRUE_PEAK_REACH - 1) - at;
    const place = x / TRUE_PEAK_REACH;
    const shape = Math.abs(place) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - place * place)) / bessel(BETA);
    return x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * shape;
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
