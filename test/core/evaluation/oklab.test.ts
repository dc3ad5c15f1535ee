import { describe, expect, it } from 'vitest';
import {
  colourDistance,
  fromHex,
  fromLch,
  fromRgb,
  relativeLuminance,
  toHex,
  toRgb,
} from '../../../core/evaluation/oklab.ts';

describe('OKLab', () => {
  it.each([
    ['white', '#ffffff', [1, 0, 0]],
    ['black', '#000000', [0, 0, 0]],
    ['red', '#ff0000', [0.628, 0.2249, 0.1258]],
    ['green', '#00ff00', [0.8664, -0.2339, 0.1795]],
    ['blue', '#0000ff', [0.452, -0.0325, -0.3115]],
  ])('knows %s', (_, hex, [l, a, b]) => {
    const lab = fromRgb(fromHex(hex));
    expect(lab.l).toBeCloseTo(l!, 3);
    expect(lab.a).toBeCloseTo(a!, 3);
    expect(lab.b).toBeCloseTo(b!, 3);
  });

  it('comes back from there and back, also in hex', () => {
    for (const hex of ['#123456', '#fedcba', '#0a7f33'])
      expect(toHex(toRgb(fromRgb(fromHex(hex))))).toBe(hex);
  });

  it('turns hue and chroma into the same colour by angle', () => {
    const colour = fromLch(0.6, 0.1, 90);
    expect(colour.a).toBeCloseTo(0, 12);
    expect(colour.b).toBeCloseTo(0.1, 12);
    expect(colourDistance(colour, fromLch(0.6, 0, 0))).toBeCloseTo(0.1, 12);
  });

  it('knows the luminance of the ends and of middle grey', () => {
    expect(relativeLuminance([0, 0, 0])).toBe(0);
    expect(relativeLuminance([1, 1, 1])).toBeCloseTo(1, 12);
    expect(relativeLuminance(fromHex('#777777'))).toBeCloseTo(0.184, 3);
  });
});
