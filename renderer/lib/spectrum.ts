/** Reading of spectrograms. */
import { dbOfByte, PALETTE_BYTES, SPECTRUM_ROWS } from '../../core/domain/spectrogram.ts';

/** From the brightest level down to the darkest, dB (our choice: what a quiet room leaves of speech). */
export const SHOWN_DB = 70;

/** A spectrogram as it came from the host, and which stretch of the original's time it shows. */
export type Spectrum = {
  startSec: number;
  lengthSec: number;
  columns: number;
  palette: Uint8Array;
  /** // [SPECTRUM_ROWS, columns], the lowest row first */
  values: Uint8Array;
};

/** Takes an answer apart; null where it is none. */
export function readSpectrum(
  bytes: Uint8Array,
  { startSec, lengthSec, columns }: Pick<Spectrum, 'startSec' | 'lengthSec' | 'columns'>,
): Spectrum | null {
  if (bytes.length !== PALETTE_BYTES + SPECTRUM_ROWS * columns) return null;
  const [palette, values] = [bytes.subarray(0, PALETTE_BYTES), bytes.subarray(PALETTE_BYTES)];
  return { startSec, lengthSec, columns, palette, values };
}

/** The loudest spot, dB; null for silence. */
export function loudestDb({ values }: Spectrum): number | null {
  return dbOfByte(values.reduce((most, value) => Math.max(most, value), 0));
}

/** The level at a time and a row, dB; null where there is none. */
export function levelAt(
  { startSec, lengthSec, columns, values }: Spectrum,
  sec: number,
  row: number,
): number | null {
  const column = Math.floor(((sec - startSec) / lengthSec) * columns);
  const nearest = Math.round(row);
  if (column < 0 || column >= columns || nearest < 0 || nearest >= SPECTRUM_ROWS) return null;
  return dbOfByte(values[nearest * columns + column]!);
}
