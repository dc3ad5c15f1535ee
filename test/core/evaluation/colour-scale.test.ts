import { describe, expect, it } from 'vitest';
import { contrast, inkOn, scaleColour } from '../../../core/evaluation/colour-scale.ts';
import {
  colourDistance,
  fromHex,
  fromRgb,
  type Rgb,
  relativeLuminance,
} from '../../../core/evaluation/oklab.ts';

/** Divides the 255 steps of the table; wide enough that rounding to 8 bits plays no part. */
const STEPS = 17;
const colours = Array.from({ length: STEPS + 1 }, (_, i) => scaleColour(i / STEPS));

/**
 * What is left of a colour for eyes without one kind of cone, on linear light (matrices: Machado, Oliveira and
 * Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009, severity 1).
 */
const DEFICIENCIES: Record<string, number[][]> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seenWith(matrix: number[][], hex: string): Rgb {
  const linear = fromHex(hex).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return matrix.map((row) => {
    const value = Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, i) => sum + weight * linear[i]!, 0),
      ),
    );
    return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  }) as Rgb;
}

describe('scaleColour', () => {
  it('gets lighter with every step, from dark to light', () => {
    const lightness = colours.map((colour) => fromRgb(fromHex(colour)).l);
    for (let i = 1; i <= STEPS; i += 1) expect(lightness[i]!).toBeGreaterThan(lightness[i - 1]!);
    expect(lightness[0]).toBeLessThan(0.35);
    expect(lightness.at(-1)).toBeGreaterThan(0.9);
  });

  it('looks equally different over equal steps', () => {
    const steps = colours.slice(1).map((colour, i) => {
      return colourDistance(fromRgb(fromHex(colour)), fromRgb(fromHex(colours[i]!)));
    });
    const mean = steps.reduce((sum, step) => sum + step, 0) / STEPS;
    for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.1);
  });

  it.each(Object.keys(DEFICIENCIES))(
    'still rises in lightness and keeps its steps apart under %s',
    (name) => {
      const seen = colours.map((colour) => fromRgb(seenWith(DEFICIENCIES[name]!, colour)));
      for (let i = 1; i <= STEPS; i += 1) {
        expect(seen[i]!.l).toBeGreaterThan(seen[i - 1]!.l);
        expect(colourDistance(seen[i]!, seen[i - 1]!)).toBeGreaterThan(0.025);
      }
    },
  );

  it('holds what lies outside to the ends', () => {
    expect(scaleColour(-3)).toBe(scaleColour(0));
    expect(scaleColour(7)).toBe(scaleColour(1));
  });
});

describe('inkOn', () => {
  it('can be read everywhere: at least 4.5 to 1', () => {
    for (const colour of colours) {
      const luminances = [colour, inkOn(colour)].map((hex) => relativeLuminance(fromHex(hex)));
      expect(contrast(luminances[0]!, luminances[1]!)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is white on the dark end and black on the light one', () => {
    expect([inkOn(scaleColour(0)), inkOn(scaleColour(1))]).toEqual(['#ffffff', '#000000']);
  });
});
