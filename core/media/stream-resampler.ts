/**
 * Change of sample rate while the sound comes in, for the listening copy. Linear phase without delay: sample `j` of the
 * result is heard at `j / newRate`. Not for the model's input: that is `resample`, which does exactly what torchaudio
 * does.
 */
import { FftDecimator } from './fft-decimator.ts';
import { lowPass } from './low-pass.ts';

const BLOCK = 16_384;

/** One stream of mono sound. */
export type Resampler = {
  /** Takes samples. @returns what they complete; the array is used again at the next call. */
  push: (samples: Float32Array) => Float32Array;
  /** @returns the rest; altogether `ceil(samples * newRate / rate)` samples have come out then. */
  finish: () => Float32Array;
};

/** Opens a stream. `initFft` must have resolved: whole ratios go through it, ten times faster. */
export function openResampler(rateHz: number, newRateHz: number): Resampler {
  const ratio = rateHz / newRateHz;
  return FftDecimator.takes(ratio) ? new FftDecimator(ratio) : new StreamResampler(rateHz, newRateHz);
}

/** Between any two rates, tap by tap. */
export class StreamResampler implements Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #taps: number;
  /** [up, taps] */
  readonly #kernel: Float32Array;
  /** Zeros stand for what lies before the first sample. */
  #held: Float32Array;
  #heldCount: number;
  /** Index in the stream of the first sample held. */
  #heldFrom: number;
  #takenCount = 0;
  #madeCount = 0;
  #out = new Float32Array(0);

  constructor(rateHz: number, newRateHz: number) {
    const divisor = greatestCommonDivisor(rateHz, newRateHz);
    this.#up = newRateHz / divisor;
    this.#down = rateHz / divisor;
    const { kernel, taps } = lowPass(this.#up, this.#down);
    this.#kernel = kernel;
    this.#taps = taps;
    this.#held = new Float32Array(BLOCK + 2 * taps);
    this.#heldCount = taps;
    this.#heldFrom = -taps;
  }

  /** Takes samples. @returns what they complete; the array is used again at the next call. */
  push(samples: Float32Array): Float32Array {
    this.#takenCount += samples.length;
    return this.#run(samples, Number.POSITIVE_INFINITY);
  }

  /** @returns the rest; altogether `ceil(samples * newRate / rate)` samples have come out then. */
  finish(): Float32Array {
    const total = Math.ceil((this.#takenCount * this.#up) / this.#down);
    return this.#run(new Float32Array(this.#taps), total);
  }

  #run(samples: Float32Array, most: number): Float32Array {
    const room = Math.ceil(((samples.length + this.#taps) * this.#up) / this.#down) + 1;
    if (this.#out.length < room) this.#out = new Float32Array(room);
    let count = 0;
    for (let from = 0; from < samples.length; from += BLOCK) {
      this.#hold(samples.subarray(from, from + BLOCK));
      count = this.#make(this.#out, count, most);
    }
    return this.#out.subarray(0, count);
  }

  #hold(samples: Float32Array): void {
    if (this.#heldCount + samples.length > this.#held.length) {
      const next = this.#firstTap(this.#madeCount) - this.#heldFrom;
      this.#held.copyWithin(0, next, this.#heldCount);
      this.#heldCount -= next;
      this.#heldFrom += next;
    }
    this.#held.set(samples, this.#heldCount);
    this.#heldCount += samples.length;
  }

  #firstTap(index: number): number {
    return Math.floor((index * this.#down) / this.#up) - this.#taps / 2 + 1;
  }

  #make(out: Float32Array, from: number, most: number): number {
    const [held, kernel, taps, up] = [this.#held, this.#kernel, this.#taps, this.#up];
    let count = from;
    while (this.#madeCount < most) {
      const start = this.#firstTap(this.#madeCount) - this.#heldFrom;
      if (start + taps > this.#heldCount) break;
      const row = ((this.#madeCount * this.#down) % up) * taps;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let k = 0; k < taps; k += 4) {
        a += kernel[row + k]! * held[start + k]!;
        b += kernel[row + k + 1]! * held[start + k + 1]!;
        c += kernel[row + k + 2]! * held[start + k + 2]!;
        d += kernel[row + k + 3]! * held[start + k + 3]!;
      }
      out[count] = a + b + (c + d);
      count += 1;
      this.#madeCount += 1;
    }
    return count;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
