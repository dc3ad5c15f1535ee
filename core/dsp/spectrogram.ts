/** How loud each pitch of a track is over time, from its listening copy: any stretch of any length, in so many columns. */
import { LISTENING_RATE_HZ, type SoundReader } from '../align/sound-reader.ts';
import { byteOfDb, rowHz, SPECTRUM_ROWS } from '../domain/spectrogram.ts';
import { initFft, sharedFft } from './fft.ts';

/** 64 ms tell tones of a voice apart; columns that are far shorter than that are given 32 ms. */
const WINDOW = 1024;
const SHORT_WINDOW = 512;
const SHORT_COLUMN_SEC = 0.002;
/** Frames of one answer at most: some 30 ms of work. A wider column then shows frames spread evenly over it. */
const MOST_FRAMES = 8192;
/** Sound that is held at a time, s; columns that are wider are read frame by frame. */
const PART_SEC = 20;
const SPARSE_COLUMN_SEC = 1;
const QUIETEST = 1e-20;

/** Which stretch of a track, s of its own time, and in how many columns. */
export type SpectrumWish = { startSec: number; endSec: number; columns: number };

/**
 * A byte for each row of each column (`dbOfByte`): the power that a sine of that pitch would have, 0 dB at full scale.
 * @returns // [SPECTRUM_ROWS, columns], the lowest row first
 * @throws the signal's reason when it aborts, and what `read` throws.
 */
export async function spectrogram(
  sound: SoundReader,
  wish: SpectrumWish,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  await initFft();
  const { startSec, endSec, columns } = wish;
  const columnSec = (endSec - startSec) / columns;
  const size = columnSec < SHORT_COLUMN_SEC ? SHORT_WINDOW : WINDOW;
  const halfSec = size / 2 / LISTENING_RATE_HZ;
  const wanted = Math.max(1, Math.ceil(columnSec / halfSec));
  const frames = Math.max(1, Math.min(wanted, Math.floor(MOST_FRAMES / columns)));
  const analyse = analyser(size);
  const values = new Uint8Array(SPECTRUM_ROWS * columns);
  const isSparse = columnSec > SPARSE_COLUMN_SEC;
  const atOnce = isSparse ? 1 : Math.max(1, Math.floor(PART_SEC / columnSec));
  for (let first = 0; first < columns; first += atOnce) {
    signal?.throwIfAborted();
    const end = Math.min(columns, first + atOnce);
    const fromSec = startSec + first * columnSec - halfSec;
    const part = isSparse ? null : await sound.read(fromSec, startSec + end * columnSec + halfSec);
    for (let column = first; column < end; column += 1) {
      const power = new Float64Array(SPECTRUM_ROWS);
      for (let k = 0; k < frames; k += 1) {
        const middleSec = startSec + (column + (k + 0.5) / frames) * columnSec;
        const at = Math.round((middleSec - halfSec - fromSec) * LISTENING_RATE_HZ);
        analyse(
          part?.subarray(at, at + size) ?? (await sound.read(middleSec - halfSec, middleSec + halfSec)),
          power,
        );
      }
      for (let row = 0; row < SPECTRUM_ROWS; row += 1) {
        const db = 10 * Math.log10(Math.max(QUIETEST, power[row]! / frames));
        values[row * columns + column] = byteOfDb(db);
      }
    }
  }
  return values;
}

/** Adds the power of a frame's rows. */
function analyser(size: number): (frame: Float32Array, power: Float64Array) => void {
  const fft = sharedFft(size);
  const shape = hann(size);
  const rows = bandRows(size);
  const scale = 4 / (size * shape.reduce((sum, x) => sum + x * x, 0));
  const shaped = new Float32Array(size);
  const spectrum = new Float32Array(size);
  const bins = new Float64Array(size / 2);
  return (frame, power) => {
    shaped.fill(0);
    for (let i = 0; i < frame.length; i += 1) shaped[i] = frame[i]! * shape[i]!;
    fft.forward(shaped, spectrum);
    for (let bin = 1; bin < size / 2; bin += 1)
      bins[bin] = spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2;
    for (const [row, { first, weights }] of rows.entries()) {
      let sum = 0;
      for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * bins[first + i]!;
      power[row]! += sum * scale;
    }
  };
}

function hann(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size) ** 2);
}

/**
 * Which bins make a row, and how much each counts: all of them up to half-way to the next rows, less beyond; as wide as
 * a tone is at least, so that a tone has its level wherever it lies.
 */
function bandRows(size: number): { first: number; weights: Float64Array }[] {
  const binHz = LISTENING_RATE_HZ / size;
  return Array.from({ length: SPECTRUM_ROWS }, (_, row) => {
    const centre = rowHz(row) / binHz;
    // Hann's tone is four bins wide.
    const reach = Math.max(3, rowHz(row + 1) / binHz - centre);
    const first = Math.max(1, Math.ceil(centre - reach));
    const last = Math.min(size / 2 - 1, Math.floor(centre + reach));
    const weights = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
      const share = Math.abs(first + i - centre) / reach;
      return share <= 0.5 ? 1 : 2 * (1 - share);
    });
    return { first, weights };
  });
}
