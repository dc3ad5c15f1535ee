/**
 * Waveform peaks: the lowest and the highest value of each stretch of a track, at three zooms, as a picture needs them.
 *
 * File `track-N.peaks`, little-endian: 8 bytes `DUBPEAK1`; uint32 count of zooms; for each zoom uint32 samples of
 * 48 kHz in a stretch and uint32 count of stretches; then for each zoom its stretches, two int8 each: lowest, highest,
 * 127 is full scale, rounded outwards. Time 0 is the file's first instant.
 */
import { InvariantError } from '../domain/errors.ts';

/** Samples of 48 kHz in a stretch, by zoom: 5.3, 43 and 341 ms. */
export const PEAK_ZOOMS = [256, 2048, 16_384] as const;

const MAGIC = 'DUBPEAK1';
const ZOOM_RATE_HZ = 48_000;
const FULL_SCALE = 127;

/** One zoom of a track. */
export type PeakZoom = {
  /** Length of a stretch, s. */
  stretchSec: number;
  /** Lowest and highest of each stretch in turn, 127 is full scale // [stretches, 2] */
  values: Int8Array;
};

/** Collects peaks as the sound comes in; holds the finest zoom, two bytes for 5.3 ms. */
export class PeakCollector {
  readonly #rateHz: number;
  #values = new Int8Array(4096);
  #stretch = 0;
  #stretchEnd: number;
  #at: number;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  /** @param startSamples samples of silence before the first that comes, at `rateHz` */
  constructor(rateHz: number, startSamples: number) {
    this.#rateHz = rateHz;
    this.#at = 0;
    this.#stretchEnd = this.#endOf(0);
    if (startSamples > 0) this.#silence(startSamples);
  }

  /** Takes mono samples. */
  push(samples: Float32Array): void {
    let [lowest, highest] = [this.#lowest, this.#highest];
    for (let i = 0; i < samples.length; ) {
      const end = Math.min(samples.length, i + this.#stretchEnd - this.#at);
      this.#at += end - i;
      for (; i < end; i += 1) {
        const sample = samples[i]!;
        if (sample < lowest) lowest = sample;
        if (sample > highest) highest = sample;
      }
      if (this.#at < this.#stretchEnd) continue;
      this.#keep(lowest, highest);
      lowest = Number.POSITIVE_INFINITY;
      highest = Number.NEGATIVE_INFINITY;
    }
    this.#lowest = lowest;
    this.#highest = highest;
  }

  /** @returns the file. */
  finish(): Uint8Array {
    if (this.#lowest <= this.#highest) this.#keep(this.#lowest, this.#highest);
    const zooms: Int8Array[] = [this.#values.subarray(0, 2 * this.#stretch)];
    for (let i = 1; i < PEAK_ZOOMS.length; i += 1) {
      zooms.push(coarser(zooms[i - 1]!, PEAK_ZOOMS[i]! / PEAK_ZOOMS[i - 1]!));
    }
    return packPeaks(zooms);
  }

  #silence(count: number): void {
    const zeros = new Float32Array(Math.min(count, 1 << 16));
    for (let left = count; left > 0; left -= zeros.length) this.push(zeros.subarray(0, left));
  }

  #endOf(stretch: number): number {
    return Math.round(((stretch + 1) * PEAK_ZOOMS[0] * this.#rateHz) / ZOOM_RATE_HZ);
  }

  #keep(lowest: number, highest: number): void {
    const at = 2 * this.#stretch;
    if (at + 2 > this.#values.length) {
      const larger = new Int8Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[at] = clamped(Math.floor(lowest * FULL_SCALE));
    this.#values[at + 1] = clamped(Math.ceil(highest * FULL_SCALE));
    this.#stretch += 1;
    this.#stretchEnd = this.#endOf(this.#stretch);
  }
}

/** Reads a file of peaks. @throws InvariantError where it is none. */
export function unpackPeaks(bytes: Uint8Array): PeakZoom[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isOurs = Buffer.from(bytes.subarray(0, 8)).toString('latin1') === MAGIC;
  if (!isOurs) throw new InvariantError('This is no file of waveform peaks.');
  const zooms: PeakZoom[] = [];
  const count = view.getUint32(8, true);
  let at = 12 + 8 * count;
  for (let i = 0; i < count; i += 1) {
    const stretchSec = view.getUint32(12 + 8 * i, true) / ZOOM_RATE_HZ;
    const size = 2 * view.getUint32(16 + 8 * i, true);
    zooms.push({ stretchSec, values: new Int8Array(bytes.buffer, bytes.byteOffset + at, size).slice() });
    at += size;
  }
  return zooms;
}

function packPeaks(zooms: readonly Int8Array[]): Uint8Array {
  const head = 12 + 8 * zooms.length;
  const bytes = new Uint8Array(head + zooms.reduce((sum, values) => sum + values.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  view.setUint32(8, zooms.length, true);
  let at = head;
  for (const [i, values] of zooms.entries()) {
    view.setUint32(12 + 8 * i, PEAK_ZOOMS[i]!, true);
    view.setUint32(16 + 8 * i, values.length / 2, true);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.length), at);
    at += values.length;
  }
  return bytes;
}

function coarser(values: Int8Array, factor: number): Int8Array {
  const count = Math.ceil(values.length / 2 / factor);
  const result = new Int8Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    let [lowest, highest] = [FULL_SCALE, -FULL_SCALE];
    const end = Math.min(values.length / 2, (i + 1) * factor);
    for (let k = i * factor; k < end; k += 1) {
      lowest = Math.min(lowest, values[2 * k]!);
      highest = Math.max(highest, values[2 * k + 1]!);
    }
    result[2 * i] = lowest;
    result[2 * i + 1] = highest;
  }
  return result;
}

/** NaN becomes 0: such a file is refused anyway. */
function clamped(value: number): number {
  return Math.max(-FULL_SCALE, Math.min(FULL_SCALE, value || 0));
}
