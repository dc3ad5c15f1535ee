/**
 * Colours in OKLab, where equal distances look equally different (formulas: B. Ottosson, "A perceptual color space
 * for image processing", 2020; sRGB transfer function: IEC 61966-2-1).
 */

/** Lightness 0..1, green-red and blue-yellow, about -0.4..0.4. */
export type Oklab = { l: number; a: number; b: number };

/** Red, green, blue, gamma-coded sRGB, 0..1. */
export type Rgb = [number, number, number];

/** OKLab from lightness 0..1, chroma (about 0..0.3) and hue, degrees. */
export function fromLch(l: number, chroma: number, hueDegrees: number): Oklab {
  const angle = (hueDegrees * Math.PI) / 180;
  return { l, a: chroma * Math.cos(angle), b: chroma * Math.sin(angle) };
}

/** sRGB of a colour; channels outside 0..1 mean that no screen of this gamut can show it. */
export function toRgb({ l, a, b }: Oklab): Rgb {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encodeChannel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encodeChannel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encodeChannel(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** OKLab of an sRGB colour. */
export function fromRgb(rgb: Rgb): Oklab {
  const [red, green, blue] = rgb.map(decodeChannel) as Rgb;
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return {
    l: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    a: 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    b: 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  };
}

/** How different two colours look; 0.02 is about what can just be told apart side by side. */
export function colourDistance(one: Oklab, other: Oklab): number {
  return Math.hypot(one.l - other.l, one.a - other.a, one.b - other.b);
}

/** Relative luminance of a colour as WCAG 2.2 counts it, 0..1. */
export function relativeLuminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map(decodeChannel) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** `#rrggbb`; channels are held to 0..1. */
export function toHex(rgb: Rgb): string {
  const digits = rgb.map((channel) => {
    const byte = Math.round(Math.min(1, Math.max(0, channel)) * 255);
    return byte.toString(16).padStart(2, '0');
  });
  return `#${digits.join('')}`;
}

/** sRGB of `#rrggbb`. */
export function fromHex(hex: string): Rgb {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255) as Rgb;
}

function encodeChannel(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

function decodeChannel(coded: number): number {
  return coded <= 0.04045 ? coded / 12.92 : ((coded + 0.055) / 1.055) ** 2.4;
}
