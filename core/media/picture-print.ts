/**
 * What a picture track looks like in 36 bytes a second: which way brightness goes between neighbouring blocks, twice a
 * second. Re-encoding, scaling and another frame rate leave it nearly alone. After difference hashes of photographs;
 * sizes and thresholds are our choice.
 */
import { CUT_HEIGHT_PX, CUT_WIDTH_PX } from './cut-detector.ts';

/** Time between two samples, s. */
export const PRINT_STEP_SEC = 0.5;

const BLOCK_PX = 4;
const COLUMNS = CUT_WIDTH_PX / BLOCK_PX;
const ROWS = CUT_HEIGHT_PX / BLOCK_PX;
/** Bytes of a sample: a bit for each block. */
const SAMPLE_BYTES = (COLUMNS * ROWS) / 8;
/** Blocks whose mean differs by less are alike, greys. */
const LEAST_STEP = 3;

/** Samples that differ in at most this many of 144 bits show the same. */
const SAME_BITS = 18;
/** A sample with fewer bits set is too plain to tell. */
const LEAST_BITS = 12;
const LEAST_SAMPLES = 3;
/** Share of the samples that must show the same. */
const LEAST_SHARE = 0.85;
/** Share of the longer that the shorter must last. */
const LEAST_LENGTH = 0.8;
/** One may begin this much later than the other, samples. */
const LARGEST_LAG = 4;

/** Takes the small grey pictures of one track. */
export class PicturePrinter {
  #bits = new Uint8Array(1024 * SAMPLE_BYTES);
  #count = 0;

  /** Takes the next picture. `pixels`: 64 x 36 greys. */
  push(pixels: Uint8Array): void {
    const from = this.#count * SAMPLE_BYTES;
    if (from + SAMPLE_BYTES > this.#bits.length) {
      const larger = new Uint8Array(2 * this.#bits.length);
      larger.set(this.#bits);
      this.#bits = larger;
    }
    printInto(pixels, this.#bits.subarray(from, from + SAMPLE_BYTES));
    this.#count += 1;
  }

  /** The print. `timesSec`: when each picture is shown; the first that is due is taken. */
  finish(timesSec: readonly number[]): Uint8Array {
    const lastSec = timesSec[Math.min(timesSec.length, this.#count) - 1] ?? -1;
    const samples = Math.max(0, Math.floor(lastSec / PRINT_STEP_SEC) + 1);
    const print = new Uint8Array(samples * SAMPLE_BYTES);
    let frame = 0;
    for (let i = 0; i < samples; i += 1) {
      while (frame < this.#count - 1 && timesSec[frame]! < i * PRINT_STEP_SEC - 1e-6) frame += 1;
      print.set(this.#bits.subarray(frame * SAMPLE_BYTES, (frame + 1) * SAMPLE_BYTES), i * SAMPLE_BYTES);
    }
    return print;
  }
}

/** Share of what two tracks show that is the same, 0..1; 0 where they are too plain, too short or of other lengths. */
export function likenessOf(a: Uint8Array, b: Uint8Array): number {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  if (shorter.length < LEAST_LENGTH * longer.length) return 0;
  let best = 0;
  for (let lag = -LARGEST_LAG; lag <= LARGEST_LAG; lag += 1) {
    best = Math.max(best, likenessAt(shorter, longer, lag));
  }
  return best;
}

/** Whether two tracks show the same picture, in whatever encoding. */
export function isSamePicture(a: Uint8Array, b: Uint8Array): boolean {
  return likenessOf(a, b) >= LEAST_SHARE;
}

/** Short keys of which two prints of the same picture have some in common: where in `near` to look for likes. */
export function printKeys(print: Uint8Array): string[] {
  const samples = print.length / SAMPLE_BYTES;
  const keys = new Set<string>();
  // Every sample, each in bands: one flipped bit spoils one band only.
  const step = Math.max(1, Math.floor(samples / 64));
  for (let i = 0; i < samples; i += step) {
    const sample = print.subarray(i * SAMPLE_BYTES, (i + 1) * SAMPLE_BYTES);
    if (bitCount(sample) < LEAST_BITS) continue;
    for (let band = 0; band + 3 <= SAMPLE_BYTES; band += 3) {
      const [x, y, z] = [sample[band]!, sample[band + 1]!, sample[band + 2]!];
      if ((x | y | z) !== 0) keys.add(`${band}:${(x << 16) | (y << 8) | z}`);
    }
  }
  return [...keys];
}

function printInto(pixels: Uint8Array, bits: Uint8Array): void {
  bits.fill(0);
  const means = new Uint16Array(COLUMNS * ROWS);
  for (let y = 0; y < CUT_HEIGHT_PX; y += 1) {
    const row = Math.floor(y / BLOCK_PX) * COLUMNS;
    for (let x = 0; x < CUT_WIDTH_PX; x += 1) means[row + (x >> 2)]! += pixels[y * CUT_WIDTH_PX + x]!;
  }
  const least = LEAST_STEP * BLOCK_PX * BLOCK_PX;
  for (let i = 0; i < means.length; i += 1) {
    const row = i - (i % COLUMNS);
    const right = means[row + ((i + 1) % COLUMNS)]!;
    if (right > means[i]! + least) bits[i >> 3]! |= 1 << (i & 7);
  }
}

function likenessAt(shorter: Uint8Array, longer: Uint8Array, lag: number): number {
  const count = shorter.length / SAMPLE_BYTES;
  const others = longer.length / SAMPLE_BYTES;
  let told = 0;
  let same = 0;
  for (let i = Math.max(0, -lag); i < Math.min(count, others - lag); i += 1) {
    const one = shorter.subarray(i * SAMPLE_BYTES, (i + 1) * SAMPLE_BYTES);
    const other = longer.subarray((i + lag) * SAMPLE_BYTES, (i + lag + 1) * SAMPLE_BYTES);
    if (Math.max(bitCount(one), bitCount(other)) < LEAST_BITS) continue;
    told += 1;
    if (differingBits(one, other) <= SAME_BITS) same += 1;
  }
  return told < LEAST_SAMPLES ? 0 : same / told;
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

function bitCount(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) count += ONES[byte]!;
  return count;
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 1) count += ONES[a[i]! ^ b[i]!]!;
  return count;
}
