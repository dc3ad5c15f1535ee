import { describe, expect, it } from 'vitest';
import type { DecodedFrames } from '../../../core/domain/dataset.ts';
import { createRng } from '../../../core/rng.ts';
import { renderView } from '../../../core/training/render-view.ts';
import type { VideoChange } from '../../../core/training/video-change.ts';

const CROP = 12;
const random = createRng(5).stream('picture');
/** Three frames of noise with some structure. */
const DECODED: DecodedFrames = {
  data: Uint8Array.from({ length: 3 * 16 * 20 * 3 }, (_, i) => ((i * 7) % 200) + random.integer(56)),
  frames: 3,
  height: 16,
  width: 20,
};
const PLAIN: VideoChange = {
  frameIndexes: [0, 2],
  topPx: 2,
  leftPx: 5,
  sidePx: CROP,
  isFlipped: false,
  colour: null,
  isGrey: false,
  blurSigmaPx: 0,
};
const SIZE = 2 * CROP * CROP * 3;

/** The pixel of the source at whole coordinates, the edge going on. */
function pixel(frame: number, y: number, x: number, channel: number): number {
  const row = Math.min(DECODED.height - 1, Math.max(0, y));
  const column = Math.min(DECODED.width - 1, Math.max(0, x));
  return DECODED.data[((frame * DECODED.height + row) * DECODED.width + column) * 3 + channel]!;
}

/** Square of the frames, resized by the definition of bilinear interpolation; not rounded. */
function naiveSquare({ frameIndexes, topPx, leftPx, sidePx, isFlipped }: VideoChange): number[] {
  const values: number[] = [];
  for (const frame of frameIndexes) {
    for (let i = 0; i < CROP; i += 1) {
      for (let j = 0; j < CROP; j += 1) {
        const y = topPx + ((i + 0.5) * sidePx) / CROP - 0.5;
        const x = leftPx + (((isFlipped ? CROP - 1 - j : j) + 0.5) * sidePx) / CROP - 0.5;
        for (let channel = 0; channel < 3; channel += 1) {
          let sum = 0;
          for (const row of [Math.floor(y), Math.floor(y) + 1]) {
            for (const column of [Math.floor(x), Math.floor(x) + 1]) {
              const weight = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
              sum += weight * pixel(frame, row, column, channel);
            }
          }
          values.push(sum);
        }
      }
    }
  }
  return values;
}

const clip = (value: number): number => Math.min(255, Math.max(0, value));
const rendered = (change: Partial<VideoChange>): Uint8Array => {
  const into = new Uint8Array(SIZE);
  renderView(DECODED, { ...PLAIN, ...change }, CROP, into, 0);
  return into;
};
function expectClose(ours: Uint8Array, wanted: readonly number[], most: number): void {
  expect(ours.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs(ours[i]! - clip(value))).toBeLessThanOrEqual(most);
}

describe('renderView', () => {
  it('copies a square of whole pixels, and touches nothing around its place', () => {
    const into = new Uint8Array(SIZE + 10).fill(7);
    renderView(DECODED, PLAIN, CROP, into, 4);
    expect([...into.slice(4, 4 + SIZE)]).toEqual(naiveSquare(PLAIN));
    expect([...into.slice(0, 4), ...into.slice(4 + SIZE)]).toEqual(Array(10).fill(7));
  });

  it('mirrors', () => {
    const change = { ...PLAIN, isFlipped: true };
    expect([...rendered(change)]).toEqual(naiveSquare(change));
  });

  it('resizes with bilinear interpolation, to the very edge of the picture', () => {
    for (const isFlipped of [false, true]) {
      for (const square of [
        { topPx: 1.3, leftPx: 4.7, sidePx: 9.6 },
        { topPx: 0, leftPx: 10.4, sidePx: 9.6 },
        { topPx: 6.4, leftPx: 0, sidePx: 9.6 },
      ]) {
        const change = { ...PLAIN, ...square, isFlipped };
        expectClose(rendered(change), naiveSquare(change), 0.5 + 1e-6);
      }
    }
  });

  it('is grey in three equal channels of the same luma', () => {
    const plain = naiveSquare(PLAIN);
    const wanted = plain.map((_, i) => {
      const at = i - (i % 3);
      return 0.299 * plain[at]! + 0.587 * plain[at + 1]! + 0.114 * plain[at + 2]!;
    });
    expectClose(rendered({ isGrey: true }), wanted, 0.5 + 1e-6);
  });
});

const SAME = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
const lumaOf = (rgb: readonly number[]): number => 0.299 * rgb[0]! + 0.587 * rgb[1]! + 0.114 * rgb[2]!;
/** A view of one colour throughout. */
function solid(rgb: readonly number[], colour: VideoChange['colour']): number[] {
  const data = Uint8Array.from({ length: 16 * 20 * 3 }, (_, i) => rgb[i % 3]!);
  const into = new Uint8Array(SIZE / 2);
  renderView({ ...DECODED, data, frames: 1 }, { ...PLAIN, frameIndexes: [0], colour }, CROP, into, 0);
  for (const [i, value] of into.entries()) expect(value).toBe(into[i % 3]);
  return [...into.slice(0, 3)];
}

describe("renderView's colours", () => {
  it('change nothing at strength 0', () => {
    expect([...rendered({ colour: SAME })]).toEqual(naiveSquare(PLAIN));
  });

  it('brightness multiplies; contrast spreads about the mean; saturation about each pixel’s luma', () => {
    const plain = naiveSquare(PLAIN);
    expectClose(
      rendered({ colour: { ...SAME, brightness: 0.7 } }),
      plain.map((value) => 0.7 * value),
      0.5 + 1e-6,
    );
    const saturated = plain.map((value, i) => {
      const luma = lumaOf(plain.slice(i - (i % 3), i - (i % 3) + 3));
      return luma + 1.3 * (value - luma);
    });
    expectClose(rendered({ colour: { ...SAME, saturation: 1.3 } }), saturated, 0.5 + 1e-6);
    // The mean is that of every eleventh pixel.
    const lumas = plain.flatMap((_, i) => (i % 33 === 0 ? [lumaOf(plain.slice(i, i + 3))] : []));
    const mean = lumas.reduce((sum, luma) => sum + luma) / lumas.length;
    const spread = plain.map((value) => mean + 0.6 * (value - mean));
    expectClose(rendered({ colour: { ...SAME, contrast: 0.6 } }), spread, 0.5 + 1e-6);
  });

  it('contrast leaves a view of one grey as it is', () => {
    expect(solid([90, 90, 90], { ...SAME, contrast: 0.4 })).toEqual([90, 90, 90]);
  });

  it('the hue turns: greys stay, luma stays, and a third of the circle takes red towards another primary', () => {
    expect(solid([90, 90, 90], { ...SAME, hue: 0.3 })).toEqual([90, 90, 90]);
    const turned = solid([140, 100, 80], { ...SAME, hue: 0.25 });
    expect(turned).not.toEqual([140, 100, 80]);
    expect(Math.abs(lumaOf(turned) - lumaOf([140, 100, 80]))).toBeLessThan(1);
    const thirds = [1 / 3, -1 / 3].map((hue) => solid([160, 90, 90], { ...SAME, hue }));
    const largest = thirds.map((rgb) => rgb.indexOf(Math.max(...rgb)));
    expect(largest.sort()).toEqual([1, 2]);
  });
});

describe("renderView's blur", () => {
  it('is the Gaussian of that width, the edge going on', () => {
    const sigma = 1.4;
    const radius = Math.ceil(3 * sigma);
    const plain = naiveSquare(PLAIN);
    const inside = (i: number): number => Math.min(CROP - 1, Math.max(0, i));
    const wanted = plain.map((_, at) => {
      const channel = at % 3;
      const x = Math.floor(at / 3) % CROP;
      const y = Math.floor(at / 3 / CROP) % CROP;
      const frame = Math.floor(at / 3 / CROP / CROP);
      let [sum, weights] = [0, 0];
      for (let dy = -radius; dy <= radius; dy += 1) {
        for (let dx = -radius; dx <= radius; dx += 1) {
          const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
          weights += weight;
          sum += weight * plain[((frame * CROP + inside(y + dy)) * CROP + inside(x + dx)) * 3 + channel]!;
        }
      }
      return sum / weights;
    });
    expectClose(rendered({ blurSigmaPx: sigma }), wanted, 0.5 + 1e-3);
  });

  it('leaves the picture as it is at the narrowest', () => {
    expect([...rendered({ blurSigmaPx: 0.1 })]).toEqual(naiveSquare(PLAIN));
  });
});
