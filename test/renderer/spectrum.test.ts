/** Reading of spectrograms as the host sends them. */
import { expect, it } from 'vitest';
import { byteOfDb, PALETTE_BYTES, SPECTRUM_ROWS } from '../../core/domain/spectrogram.ts';
import { levelAt, loudestDb, readSpectrum } from '../../renderer/lib/spectrum.ts';

it('tells palette and values apart, and levels by time and row', () => {
  const shown = { startSec: 1, lengthSec: 2, columns: 4 };
  const bytes = new Uint8Array(PALETTE_BYTES + SPECTRUM_ROWS * 4);
  bytes[5] = 77;
  // Row 3 in the third column: from 2 to 2.5 s.
  bytes[PALETTE_BYTES + 3 * 4 + 2] = byteOfDb(-40);
  const spectrum = readSpectrum(bytes, shown)!;
  expect(spectrum.palette[5]).toBe(77);
  expect(loudestDb(spectrum)).toBe(-40);
  expect(levelAt(spectrum, 2.1, 3.2)).toBe(-40);
  expect(levelAt(spectrum, 2.6, 3)).toBeNull();
  expect(levelAt(spectrum, 2.1, 4)).toBeNull();
  expect([levelAt(spectrum, 0.9, 3), levelAt(spectrum, 3.1, 3), levelAt(spectrum, 2, 400)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(readSpectrum(bytes.subarray(1), shown)).toBeNull();
  expect(loudestDb(readSpectrum(new Uint8Array(bytes.length), shown)!)).toBeNull();
});
