/// <reference path="./pffft-wasm.d.ts" />
/**
 * Real Fourier transforms by pffft in WebAssembly: synchronous after one asynchronous start. Not thread-safe across
 * workers by itself: each worker process has its own instance.
 */
import createPffft, { type PffftModule } from '@echogarden/pffft-wasm/simd';
import { InvariantError } from '../domain/errors.ts';

const REAL = 0;
const FORWARD = 0;
const INVERSE = 1;
const FLOAT_BYTES = 4;
/** pffft takes real sizes that are multiples of 2 x 4 x 4. */
const SIZE_STEP = 32;
const LARGEST_SIZE = 2 ** 24;

/**
 * Transforms of one size. A spectrum is packed into `size` numbers:
 * `[re 0, re size/2, re 1, im 1, re 2, im 2, ...]` (bins 0 and size/2 of a real signal have no imaginary part).
 */
export type Fft = {
  /** Number of samples, and of numbers in a packed spectrum. */
  readonly size: number;
  /**
   * X[k] = sum_n x[n] exp(-2 pi i k n / size). `samples` may be shorter than `size`: the rest counts as zeros.
   * `spectrum` has `size` numbers.
   */
  forward(samples: Float32Array, spectrum: Float32Array): void;
  /** Undoes `forward`, scaling by 1/size included. */
  inverse(spectrum: Float32Array, samples: Float32Array): void;
  /** Gives the memory back; the object must not be used afterwards. */
  dispose(): void;
};

let loaded: PffftModule | null = null;
let loading: Promise<PffftModule> | null = null;

/** Loads the WebAssembly module; must have resolved before the first `createFft`. Calling it again costs nothing. */
export async function initFft(): Promise<void> {
  loading ??= createPffft();
  loaded = await loading;
}

/** Whether pffft can transform `size` real samples: a multiple of 32 whose other prime factors are 2, 3 and 5. */
export function isFftSize(size: number): boolean {
  if (!Number.isInteger(size) || size < SIZE_STEP || size > LARGEST_SIZE || size % SIZE_STEP !== 0)
    return false;
  let rest = size;
  for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
  return rest === 1;
}

/** The smallest power of two that is at least `length`, and at least 32. */
export function nextPowerOfTwo(length: number): number {
  let size = SIZE_STEP;
  while (size < length) size *= 2;
  return size;
}

/** The smallest size that pffft transforms and that holds `length` samples; at most an eighth more than needed. */
export function nextFftSize(length: number): number {
  const powers = [1, 3, 5, 9, 15, 25, 27, 45].map((odd) => odd * nextPowerOfTwo(length / odd));
  return Math.min(...powers);
}

const shared = new Map<number, Fft>();

/** The transform of a size that everybody shares and nobody disposes of; see `createFft`. */
export function sharedFft(size: number): Fft {
  let fft = shared.get(size);
  if (fft === undefined) {
    fft = createFft(size);
    shared.set(size, fft);
  }
  return fft;
}

/**
 * Prepares transforms of `size` real samples (1024, any 2^k from 32 to 2^24, other products of 32, 3 and 5).
 * @throws InvariantError before `initFft` has resolved, or for another size.
 */
export function createFft(size: number): Fft {
  const module = loaded;
  if (module === null) throw new InvariantError('createFft was called before initFft had resolved.');
  if (!isFftSize(size)) throw new InvariantError(`No real Fourier transform of ${size} samples.`);
  const setup = module._pffft_new_setup(size, REAL);
  // Without a work area pffft takes it from the stack, which long transforms overflow.
  const [input, output, work] = [0, 1, 2].map(() => module._pffft_aligned_malloc(size * FLOAT_BYTES)) as [
    number,
    number,
    number,
  ];
  if (setup === 0 || input === 0 || output === 0 || work === 0) {
    throw new InvariantError(`No memory for a Fourier transform of ${size} samples.`);
  }
  const inputAt = input / FLOAT_BYTES;
  const outputAt = output / FLOAT_BYTES;
  return {
    size,
    forward(samples, spectrum) {
      const heap = module.HEAPF32;
      heap.set(samples, inputAt);
      heap.fill(0, inputAt + samples.length, inputAt + size);
      module._pffft_transform_ordered(setup, input, output, work, FORWARD);
      spectrum.set(heap.subarray(outputAt, outputAt + size));
    },
    inverse(spectrum, samples) {
      const heap = module.HEAPF32;
      heap.set(spectrum, inputAt);
      module._pffft_transform_ordered(setup, input, output, work, INVERSE);
      const scale = 1 / size;
      for (let i = 0; i < size; i += 1) samples[i] = heap[outputAt + i]! * scale;
    },
    dispose() {
      for (const address of [input, output, work]) module._pffft_aligned_free(address);
      module._pffft_destroy_setup(setup);
    },
  };
}
