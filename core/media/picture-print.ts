/**
 * What a picture track looks like: how brightness goes between neighbouring blocks, four times a second, over its first
 * minutes. Re-encoding, scaling, another frame rate and a change of brightness leave it nearly alone. After difference
 * hashes of photographs; sizes and thresholds are our choice, measured in docs/import.md.
 */
import { CUT_HEIGHT_PX, CUT_WIDTH_PX } from './cut-detector.ts';

/** Time between two samples, s. */
export const PRINT_STEP_SEC = 0.25;

const BLOCK_PX = 4;
const COLUMNS = CUT_WIDTH_PX / BLOCK_PX;
const ROWS = CUT_HEIGHT_PX / BLOCK_PX;
/** Steps from block to block in a sample. */
const STEPS = (COLUMNS - 1) * ROWS;
/** Bytes of a sample: a step in each half. */
const SAMPLE_BYTES = Math.ceil(STEPS / 2);
/** A print begins with how many samples the whole track would have, uint32. */
const HEADER_BYTES = 4;
/** Samples kept: five minutes tell films apart, openings that the parts of a series share are shorter. */
const MOST_SAMPLES = 300 / PRINT_STEP_SEC;
/** Pictures looked at: as many samples at 120 a second. */
const MOST_PICTURES = 300 * 120;

/** Root mean square of the steps below which a sample is too plain to tell, greys. */
const LEAST_CONTRAST = 1.5;
/** Steps are kept in halves of that root mean square. */
const UNITS_PER_CONTRAST = 2;
/** Half bytes are 0..15; this is no step. */
const ZERO = 8;

const LEAST_SAMPLES = 6;
/** Mean correlation of the samples from which two tracks show the same, however still. */
const LEAST_LIKENESS = 0.93;
/** The same where the likeness falls by `LEAST_FALL` when one is moved by a second or more: both move alike. */
const LEAST_MOVING_LIKENESS = 0.8;
const LEAST_FALL = 0.5;
/** Share of the longer that the shorter must last. */
const LEAST_LENGTH = 0.8;
/** One may begin this much later than the other, samples. */
const LARGEST_LAG = 2 / PRINT_STEP_SEC;

/** Takes the small grey pictures of one track. */
export class PicturePrinter {
  #samples = new Uint8Array(256 * SAMPLE_BYTES);
  #count = 0;

  /** Takes the next picture. `pixels`: 64 x 36 greys. */
  push(pixels: Uint8Array): void {
    if (this.#count === MOST_PICTURES) return;
    const from = this.#count * SAMPLE_BYTES;
    if (from + SAMPLE_BYTES > this.#samples.length) {
      const larger = new Uint8Array(2 * this.#samples.length);
      larger.set(this.#samples);
      this.#samples = larger;
    }
    printInto(pixels, this.#samples.subarray(from, from + SAMPLE_BYTES));
    this.#count += 1;
  }

  /** The print. `timesSec`: when each picture is shown; the first that is due is taken. */
  finish(timesSec: readonly number[]): Uint8Array {
    const all = Math.max(0, Math.floor((timesSec.at(-1) ?? -1) / PRINT_STEP_SEC) + 1);
    const lastSec = timesSec[Math.min(timesSec.length, this.#count) - 1] ?? -1;
    const kept = Math.min(MOST_SAMPLES, Math.max(0, Math.floor(lastSec / PRINT_STEP_SEC) + 1));
    const print = new Uint8Array(HEADER_BYTES + kept * SAMPLE_BYTES);
    new DataView(print.buffer).setUint32(0, all, true);
    let frame = 0;
    for (let i = 0; i < kept; i += 1) {
      while (frame < this.#count - 1 && timesSec[frame]! < i * PRINT_STEP_SEC - 1e-6) frame += 1;
      const sample = this.#samples.subarray(frame * SAMPLE_BYTES, (frame + 1) * SAMPLE_BYTES);
      print.set(sample, HEADER_BYTES + i * SAMPLE_BYTES);
    }
    return print;
  }
}

/**
 * How much two tracks look the same, 0..1: the mean correlation of their samples where they fit best. 0 where they are
 * too plain, too short or of other lengths.
 */
export function likenessOf(a: Uint8Array, b: Uint8Array): number {
  return bestFit(a, b).likeness;
}

/** Whether two tracks show the same picture, in whatever encoding. */
export function isSamePicture(a: Uint8Array, b: Uint8Array): boolean {
  const { likeness, elsewhere } = bestFit(a, b);
  if (likeness >= LEAST_LIKENESS) return true;
  return likeness >= LEAST_MOVING_LIKENESS && likeness - elsewhere >= LEAST_FALL;
}

/** The likeness where two prints fit best, and on average a second or more away from there. */
function bestFit(a: Uint8Array, b: Uint8Array): { likeness: number; elsewhere: number } {
  const [shorter, longer] = lengthOf(a) <= lengthOf(b) ? [a, b] : [b, a];
  if (lengthOf(shorter) < LEAST_LENGTH * lengthOf(longer)) return { likeness: 0, elsewhere: 0 };
  const [one, other] = [unpack(shorter), unpack(longer)];
  const lags = Array.from({ length: 2 * LARGEST_LAG + 1 }, (_, i) => i - LARGEST_LAG);
  const all = lags.map((lag) => likenessAt(one, other, lag));
  const likeness = Math.max(0, ...all);
  const bestAt = all.indexOf(likeness);
  const far = all.filter((_, i) => Math.abs(i - bestAt) * PRINT_STEP_SEC >= 1);
  return { likeness, elsewhere: far.reduce((sum, x) => sum + x, 0) / far.length };
}

/** Short keys of which two prints of the same picture have some in common: where in many to look for likes. */
export function printKeys(print: Uint8Array): string[] {
  const { steps, isPlain } = unpack(print);
  const keys = new Set<string>();
  const every = Math.max(1, Math.floor(isPlain.length / 64));
  for (let i = 0; i < isPlain.length; i += every) {
    if (isPlain[i] === 1) continue;
    const from = i * STEPS;
    // Rows by themselves: a step near the border between weak and strong spoils one key only.
    for (let row = 0; row < ROWS; row += 1) {
      let key = 0;
      for (let x = 0; x < COLUMNS - 1; x += 1) {
        key = key * 3 + strengthOf(steps[from + row * (COLUMNS - 1) + x]!);
      }
      if (key !== ALL_WEAK) keys.add(`${row}:${key}`);
    }
  }
  return [...keys];
}

/** What `strengthOf` makes of a row without a strong step. */
const ALL_WEAK = (3 ** (COLUMNS - 1) - 1) / 2;

/** Steps by their correlation's share: falls, is level, rises. */
function strengthOf(step: number): 0 | 1 | 2 {
  if (step > UNITS_PER_CONTRAST) return 2;
  return step < -UNITS_PER_CONTRAST ? 0 : 1;
}

function printInto(pixels: Uint8Array, sample: Uint8Array): void {
  const means = new Float32Array(COLUMNS * ROWS);
  for (let y = 0; y < CUT_HEIGHT_PX; y += 1) {
    const row = Math.floor(y / BLOCK_PX) * COLUMNS;
    for (let x = 0; x < CUT_WIDTH_PX; x += 1) means[row + (x >> 2)]! += pixels[y * CUT_WIDTH_PX + x]!;
  }
  const steps = new Float32Array(STEPS);
  let power = 0;
  for (let i = 0; i < STEPS; i += 1) {
    const from = Math.floor(i / (COLUMNS - 1)) * COLUMNS + (i % (COLUMNS - 1));
    const step = (means[from + 1]! - means[from]!) / (BLOCK_PX * BLOCK_PX);
    steps[i] = step;
    power += step * step;
  }
  const contrast = Math.sqrt(power / STEPS);
  sample.fill(ZERO | (ZERO << 4));
  if (contrast < LEAST_CONTRAST) return;
  for (let i = 0; i < STEPS; i += 1) {
    const units = Math.round((steps[i]! / contrast) * UNITS_PER_CONTRAST);
    const half = Math.min(15, Math.max(0, ZERO + units));
    const shift = (i & 1) * 4;
    sample[i >> 1] = (sample[i >> 1]! & ~(15 << shift)) | (half << shift);
  }
}

/** Samples of a print. `steps`: [samples, STEPS], in half contrasts; `isPlain`: those without any; `norms`: lengths. */
type Unpacked = { steps: Int8Array; isPlain: Uint8Array; norms: Float32Array };

function unpack(print: Uint8Array): Unpacked {
  const count = (print.length - HEADER_BYTES) / SAMPLE_BYTES;
  const steps = new Int8Array(count * STEPS);
  const [isPlain, norms] = [new Uint8Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i += 1) {
    const from = HEADER_BYTES + i * SAMPLE_BYTES;
    let power = 0;
    for (let j = 0; j < STEPS; j += 1) {
      const step = ((print[from + (j >> 1)]! >> ((j & 1) * 4)) & 15) - ZERO;
      steps[i * STEPS + j] = step;
      power += step * step;
    }
    isPlain[i] = power === 0 ? 1 : 0;
    norms[i] = Math.sqrt(power);
  }
  return { steps, isPlain, norms };
}

function likenessAt(a: Unpacked, b: Unpacked, lag: number): number {
  const [count, others] = [a.isPlain.length, b.isPlain.length];
  let told = 0;
  let sum = 0;
  for (let i = Math.max(0, -lag); i < Math.min(count, others - lag); i += 1) {
    const j = i + lag;
    if (a.isPlain[i] === 1 && b.isPlain[j] === 1) continue;
    told += 1;
    if (a.isPlain[i] === 1 || b.isPlain[j] === 1) continue;
    let product = 0;
    for (let k = 0; k < STEPS; k += 1) product += a.steps[i * STEPS + k]! * b.steps[j * STEPS + k]!;
    sum += product / (a.norms[i]! * b.norms[j]!);
  }
  return told < LEAST_SAMPLES ? 0 : sum / told;
}

/** How many samples the whole track has. */
function lengthOf(print: Uint8Array): number {
  return new DataView(print.buffer, print.byteOffset).getUint32(0, true);
}
