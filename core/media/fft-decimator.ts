/**
 * The same low-pass and the same result as `StreamResampler`, for rates that are a whole multiple of the new one: block
 * by block through Fourier transforms (overlap-save), in which taking every n-th sample is a fold of the spectrum.
 */
import { type Fft, isFftSize, sharedFft } from '../dsp/fft.ts';
import { lowPass } from './low-pass.ts';

/** Samples of the result in a block, those at its ends included that the filter spoils. */
const SHORT = 1024;

/** One stream of mono sound. */
export class FftDecimator {
  readonly #down: number;
  readonly #long: Fft;
  readonly #short: Fft;
  /** Gain of each bin, both the filter's and the transforms' // [bins] */
  readonly #gain: Float32Array;
  /** Spoilt samples of the result at each end of a block. */
  readonly #margin: number;
  readonly #block: Float32Array;
  #filled: number;
  readonly #spectrum: Float32Array;
  readonly #folded = new Float32Array(SHORT);
  readonly #made = new Float32Array(SHORT);
  #takenCount = 0;
  #madeCount = 0;
  #out = new Float32Array(0);

  constructor(down: number) {
    const size = SHORT * down;
    this.#down = down;
    this.#long = sharedFft(size);
    this.#short = sharedFft(SHORT);
    const { kernel, taps } = lowPass(1, down);
    this.#gain = gainOf(kernel, taps, this.#long, down);
    this.#margin = Math.ceil(taps / 2 / down) + 1;
    this.#block = new Float32Array(size);
    this.#spectrum = new Float32Array(size);
    this.#filled = this.#margin * down;
  }

  /** Whether a ratio of rates can go through here. */
  static takes(ratio: number): boolean {
    return Number.isInteger(ratio) && ratio > 1 && ratio <= 12 && isFftSize(SHORT * ratio);
  }

  /** Takes samples. @returns what they complete; the array is used again at the next call. */
  push(samples: Float32Array): Float32Array {
    this.#takenCount += samples.length;
    return this.#run(samples, Number.POSITIVE_INFINITY);
  }

  /** @returns the rest; altogether `ceil(samples / ratio)` samples have come out then. */
  finish(): Float32Array {
    const total = Math.ceil(this.#takenCount / this.#down);
    return this.#run(new Float32Array(2 * this.#block.length), total);
  }

  #run(samples: Float32Array, most: number): Float32Array {
    const keep = SHORT - 2 * this.#margin;
    const room = Math.ceil(samples.length / this.#down) + SHORT;
    if (this.#out.length < room) this.#out = new Float32Array(room);
    let count = 0;
    for (let at = 0; at < samples.length && this.#madeCount < most; ) {
      const part = samples.subarray(at, at + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#block.length) break;
      this.#decimate();
      const wanted = Math.min(keep, most - this.#madeCount);
      this.#out.set(this.#made.subarray(this.#margin, this.#margin + wanted), count);
      count += wanted;
      this.#madeCount += wanted;
      this.#block.copyWithin(0, keep * this.#down);
      this.#filled -= keep * this.#down;
    }
    return this.#out.subarray(0, count);
  }

  #decimate(): void {
    const [spectrum, folded, gain] = [this.#spectrum, this.#folded, this.#gain];
    this.#long.forward(this.#block, spectrum);
    folded.fill(0);
    folded[0] = spectrum[0]! * gain[0]!;
    for (let bin = 1; bin < gain.length - 1; bin += 1) {
      const re = spectrum[2 * bin]! * gain[bin]!;
      const im = spectrum[2 * bin + 1]! * gain[bin]!;
      const place = bin % SHORT;
      // Bins 0 and half have no imaginary part, and what lands there comes from both sides.
      if (place === 0) folded[0]! += 2 * re;
      else if (place === SHORT / 2) folded[1]! += 2 * re;
      else if (place < SHORT / 2) {
        folded[2 * place]! += re;
        folded[2 * place + 1]! += im;
      } else {
        folded[2 * (SHORT - place)]! += re;
        folded[2 * (SHORT - place) + 1]! -= im;
      }
    }
    const last = gain.length - 1;
    folded[last % SHORT === 0 ? 0 : 1]! += spectrum[1]! * gain[last]!;
    this.#short.inverse(folded, this.#made);
  }
}

/** What the filter does to each bin, a real number: its taps lie evenly around 0. */
function gainOf(kernel: Float32Array, taps: number, long: Fft, down: number): Float32Array {
  const response = new Float32Array(long.size);
  for (let k = 0; k < taps; k += 1) response[(k - taps / 2 + 1 + long.size) % long.size] = kernel[k]!;
  const spectrum = new Float32Array(long.size);
  long.forward(response, spectrum);
  const gain = new Float32Array(long.size / 2 + 1);
  for (let bin = 1; bin < long.size / 2; bin += 1) gain[bin] = spectrum[2 * bin]! / down;
  gain[0] = spectrum[0]! / down;
  gain[long.size / 2] = spectrum[1]! / down;
  return gain;
}
