/**
 * Colour jitter as one matrix: brightness, contrast, saturation and hue in this order, then grey. Values are clipped
 * once, at the end. The contrast turns about the view's own mean brightness, the hue in the plane of equal luma.
 */
import type { ColourChange } from './video-change.ts';

/** What becomes of a pixel: `matrix * rgb + offset`, the offset being the same in all three. Matrix by rows. */
export type ColourTransform = { matrix: readonly number[]; offset: number };

/** Luma of red, green and blue (ITU-R BT.601). */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** The mean brightness looks at one of so many pixels: no divisor of a preset's crop, so every column has its turn. */
const MEAN_STRIDE = 11;

/** From YIQ's chroma, I and Q, to red and to blue (NTSC); green follows, as chroma has no luma. */
const TO_RED = [0.9562, 0.621] as const;
const TO_BLUE = [-1.107, 1.7046] as const;
const TO_GREEN = [0, 1].map((i) => -(LUMA[0] * TO_RED[i]! + LUMA[2] * TO_BLUE[i]!) / LUMA[1]);
const FROM_CHROMA = [TO_RED, TO_GREEN, TO_BLUE];

/** The matrix of a change for a view of mean luma `mean`. `change` null: none but, where asked for, grey. */
export function colourTransform(change: ColourChange | null, isGrey: boolean, mean: number): ColourTransform {
  const { brightness, contrast, saturation, hue } = change ?? NO_CHANGE;
  const gain = brightness * contrast;
  const matrix = isGrey ? GREY : turnAndSaturate(saturation, hue);
  return { matrix: matrix.map((value) => value * gain), offset: (1 - contrast) * brightness * mean };
}

const NO_CHANGE: ColourChange = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
const GREY: readonly number[] = [...LUMA, ...LUMA, ...LUMA];

/** luma + saturation * (chroma, turned by `hue` of the circle); greys stay as they are. */
function turnAndSaturate(saturation: number, hue: number): number[] {
  const [cos, sin] = [Math.cos(2 * Math.PI * hue), Math.sin(2 * Math.PI * hue)];
  const matrix: number[] = [];
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 3; column += 1) {
      const [i, q] = chroma(column);
      const [fromI = 0, fromQ = 0] = FROM_CHROMA[row]!;
      const turned = fromI * (i * cos - q * sin) + fromQ * (i * sin + q * cos);
      matrix.push(LUMA[column]! + saturation * turned);
    }
  }
  return matrix;
}

/** I and Q of the pure colour `column`: solved from red and blue, so that no turn at all is the identity. */
function chroma(column: number): [number, number] {
  const r = (column === 0 ? 1 : 0) - LUMA[column]!;
  const b = (column === 2 ? 1 : 0) - LUMA[column]!;
  const determinant = TO_RED[0] * TO_BLUE[1] - TO_RED[1] * TO_BLUE[0];
  return [(r * TO_BLUE[1] - TO_RED[1] * b) / determinant, (TO_RED[0] * b - r * TO_BLUE[0]) / determinant];
}

/** Mean luma of some of the pixels of a view, rgb. */
export function meanLuma(values: Uint8ClampedArray): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i + 2 < values.length; i += 3 * MEAN_STRIDE) {
    sum += LUMA[0] * values[i]! + LUMA[1] * values[i + 1]! + LUMA[2] * values[i + 2]!;
    count += 1;
  }
  return sum / Math.max(1, count);
}

/** Changes every rgb of `values` in place; rounded and clipped to 0..255. */
export function applyColour(values: Uint8ClampedArray, { matrix, offset }: ColourTransform): void {
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < values.length; i += 3) {
    const r = values[i]!;
    const g = values[i + 1]!;
    const b = values[i + 2]!;
    values[i] = rr * r + rg * g + rb * b + offset;
    values[i + 1] = gr * r + gg * g + gb * b + offset;
    values[i + 2] = br * r + bg * g + bb * b + offset;
  }
}
