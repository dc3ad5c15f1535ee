/** Draws a spectrogram: its values become colours once, then scrolling and zooming only move the picture. */
import { SPECTRUM_ROWS, SPECTRUM_STEP_DB } from '../../core/domain/spectrogram.ts';
import { SHOWN_DB, type Spectrum } from './spectrum.ts';

/** Values as colours, the highest pitch on top. `topDb` and all above is brightest. */
export function paintSpectrum({ columns, palette, values }: Spectrum, topDb: number): ImageData {
  const image = new ImageData(columns, SPECTRUM_ROWS);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = coloursOf(palette, topDb);
  for (let row = 0; row < SPECTRUM_ROWS; row += 1) {
    const to = (SPECTRUM_ROWS - 1 - row) * columns;
    for (let i = 0; i < columns; i += 1) pixels[to + i] = colours[values[row * columns + i]!]!;
  }
  return image;
}

/** The colour of each byte, as four bytes in a row: red, green, blue, opaque. */
function coloursOf(palette: Uint8Array, topDb: number): Uint32Array {
  const bytes = new Uint8Array(4 * 256);
  for (let value = 0; value < 256; value += 1) {
    const share = 1 + ((value - 255) * SPECTRUM_STEP_DB - topDb) / SHOWN_DB;
    const at = value === 0 ? 0 : 3 * Math.round(255 * Math.min(1, Math.max(0, share)));
    bytes.set([palette[at]!, palette[at + 1]!, palette[at + 2]!, 255], 4 * value);
  }
  return new Uint32Array(bytes.buffer);
}

/** Puts the picture where its stretch lies on an axis; what is elsewhere stays empty. */
export function placeSpectrum(
  to: HTMLCanvasElement,
  picture: HTMLCanvasElement | null,
  shown: { startSec: number; lengthSec: number },
  axis: { startSec: number; lengthSec: number },
): void {
  const context = to.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, to.width, to.height);
  if (picture === null) return;
  const x = ((shown.startSec - axis.startSec) / axis.lengthSec) * to.width;
  context.drawImage(picture, x, 0, (shown.lengthSec / axis.lengthSec) * to.width, to.height);
}
