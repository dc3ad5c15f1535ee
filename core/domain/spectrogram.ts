/**
 * What a spectrogram's numbers mean: rows of equal steps of pitch as ears have them (mel), values a byte each. Pure, so
 * that the page reads what the host wrote.
 */

/** Rows, the lowest first. */
export const SPECTRUM_ROWS = 128;
/** Centre of the lowest row, Hz. */
export const SPECTRUM_LOWEST_HZ = 60;
/** Centre of the highest row, Hz: the kept sound ends at 8 kHz. */
export const SPECTRUM_HIGHEST_HZ = 7900;
/** What byte 1 stands for, dB against a sine at full scale; 0 is this and less, or no sound at all. */
export const SPECTRUM_FLOOR_DB = -127;
/** What one step stands for, dB; byte 255 is 0 dB. */
export const SPECTRUM_STEP_DB = 0.5;
/** Columns of one answer at most. */
export const MOST_SPECTRUM_COLUMNS = 2048;
/** Colours before the values, red, green and blue of 256 values, quiet to loud. */
export const PALETTE_BYTES = 3 * 256;

/** O'Shaughnessy's mel scale. */
export function melOfHz(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

/** The reverse of `melOfHz`. */
export function hzOfMel(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}

/** Centre of a row, Hz; parts of rows lie between. */
export function rowHz(row: number): number {
  const [low, high] = [melOfHz(SPECTRUM_LOWEST_HZ), melOfHz(SPECTRUM_HIGHEST_HZ)];
  return hzOfMel(low + (row * (high - low)) / (SPECTRUM_ROWS - 1));
}

/** The row, with parts, that a pitch lies in. */
export function rowOfHz(hz: number): number {
  const [low, high] = [melOfHz(SPECTRUM_LOWEST_HZ), melOfHz(SPECTRUM_HIGHEST_HZ)];
  return ((melOfHz(hz) - low) / (high - low)) * (SPECTRUM_ROWS - 1);
}

/** The byte of a level, dB. */
export function byteOfDb(db: number): number {
  return Math.max(0, Math.min(255, Math.round(255 + db / SPECTRUM_STEP_DB)));
}

/** The level of a byte, dB; null for 0: too quiet to tell. */
export function dbOfByte(byte: number): number | null {
  return byte === 0 ? null : (byte - 255) * SPECTRUM_STEP_DB;
}
