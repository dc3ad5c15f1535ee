/**
 * The colour scale of heatmaps: from dark blue over teal and green to pale yellow. Lightness only rises, so that it
 * reads the same in grey and for the colour-blind, and equal steps of value are equal steps of perceived colour.
 */
import {
  colourDistance,
  fromHex,
  fromLch,
  type Oklab,
  type Rgb,
  relativeLuminance,
  toHex,
  toRgb,
} from './oklab.ts';

/** Lightness, chroma, hue in degrees; our own choice, evenly spaced in lightness. */
const CONTROL_POINTS: readonly (readonly [number, number, number])[] = [
  [0.3, 0.09, 279],
  [0.427, 0.1, 256],
  [0.554, 0.092, 218],
  [0.681, 0.105, 172],
  [0.808, 0.125, 129],
  [0.935, 0.1, 100],
];

/** Of the scale for differences: our own choice, within what screens can show. */
const BELOW_HUE = 255;
const ABOVE_HUE = 55;
const MIDDLE_LIGHTNESS = 0.93;
const DARKENING = 0.4;
const STRONGEST_CHROMA = 0.13;

const CURVE_SAMPLES = 512;
const TABLE_SIZE = 256;

const table: readonly string[] = buildTable();

/**
 * Colour of a value between 0 (lowest) and 1 (highest), `#rrggbb`. Values outside are held to the ends; NaN gives
 * the lowest, so ask before.
 */
export function scaleColour(position: number): string {
  const held = Math.min(1, Math.max(0, Number.isNaN(position) ? 0 : position));
  return table[Math.round(held * (TABLE_SIZE - 1))]!;
}

/**
 * Colour of a difference between -1 (most below) and 1 (most above): blue below, orange above, pale grey at 0, both arms
 * equally dark at equal distance, so that neither looks more. Blue and orange are told apart by all common kinds of
 * colour-blindness.
 */
export function differenceColour(position: number): string {
  const held = Math.min(1, Math.max(-1, Number.isNaN(position) ? 0 : position));
  const away = Math.abs(held);
  const hue = held < 0 ? BELOW_HUE : ABOVE_HUE;
  return toHex(toRgb(fromLch(MIDDLE_LIGHTNESS - DARKENING * away, STRONGEST_CHROMA * away, hue)));
}

/** Black or white: whichever can be read better on a colour (WCAG contrast is at least 4.5 on either). */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const luminance = relativeLuminance(fromHex(colour));
  return contrast(luminance, 0) >= contrast(luminance, 1) ? '#000000' : '#ffffff';
}

/** WCAG contrast ratio of two relative luminances, 1..21. */
export function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** Walks the curve in steps of equal perceived difference. */
function buildTable(): string[] {
  const curve = Array.from({ length: CURVE_SAMPLES + 1 }, (_, i) => curveAt(i / CURVE_SAMPLES));
  const lengths = [0];
  for (let i = 1; i < curve.length; i += 1) {
    lengths.push(lengths[i - 1]! + colourDistance(curve[i - 1]!, curve[i]!));
  }
  const total = lengths.at(-1)!;
  const colours: string[] = [];
  for (let step = 0, i = 0; step < TABLE_SIZE; step += 1) {
    const wanted = (total * step) / (TABLE_SIZE - 1);
    while (i < CURVE_SAMPLES - 1 && lengths[i + 1]! < wanted) i += 1;
    const part = (wanted - lengths[i]!) / (lengths[i + 1]! - lengths[i]!);
    colours.push(toHex(toRgb(blend(curve[i]!, curve[i + 1]!, part))));
  }
  return colours;
}

/** The curve through the control points at 0..1: each of lightness, chroma and hue by Catmull-Rom. */
function curveAt(position: number): Oklab {
  const last = CONTROL_POINTS.length - 1;
  const place = position * last;
  const index = Math.min(last - 1, Math.floor(place));
  const [l, chroma, hue] = [0, 1, 2].map((axis) => {
    const value = (i: number): number => CONTROL_POINTS[Math.min(last, Math.max(0, i))]![axis]!;
    return catmullRom(value(index - 1), value(index), value(index + 1), value(index + 2), place - index);
  }) as [number, number, number];
  return intoGamut(l, chroma, hue);
}

function catmullRom(before: number, from: number, to: number, after: number, part: number): number {
  const slopeFrom = (to - before) / 2;
  const slopeTo = (after - from) / 2;
  const squared = part * part;
  const cubed = squared * part;
  return (
    (2 * cubed - 3 * squared + 1) * from +
    (cubed - 2 * squared + part) * slopeFrom +
    (3 * squared - 2 * cubed) * to +
    (cubed - squared) * slopeTo
  );
}

/** Takes chroma away until a screen can show the colour; hue and lightness stay. */
function intoGamut(l: number, chroma: number, hue: number): Oklab {
  let held = chroma;
  while (held > 0 && !isShowable(toRgb(fromLch(l, held, hue)))) held -= 0.001;
  return fromLch(l, Math.max(0, held), hue);
}

function isShowable(rgb: Rgb): boolean {
  return rgb.every((channel) => channel >= 0 && channel <= 1);
}

function blend(from: Oklab, to: Oklab, part: number): Oklab {
  const mix = (x: number, y: number): number => x + (y - x) * part;
  return { l: mix(from.l, to.l), a: mix(from.a, to.a), b: mix(from.b, to.b) };
}
