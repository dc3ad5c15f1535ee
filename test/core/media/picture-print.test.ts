/** Whether pictures are told apart by what changes between neighbours, and known again after re-encoding. */
import { describe, expect, it } from 'vitest';
import { CUT_HEIGHT_PX, CUT_WIDTH_PX } from '../../../core/media/cut-detector.ts';
import { isSamePicture, likenessOf, PicturePrinter, printKeys } from '../../../core/media/picture-print.ts';
import { createRng, type RandomStream } from '../../../core/rng.ts';

type Scene = { blobs: { x: number; y: number; size: number; level: number; dx: number; dy: number }[] };

const sceneOf = (seed: number, speed = 6): Scene => {
  const rng: RandomStream = createRng(seed).stream('test-scene');
  return {
    blobs: Array.from({ length: 14 }, () => ({
      x: rng.uniform() * CUT_WIDTH_PX,
      y: rng.uniform() * CUT_HEIGHT_PX,
      size: 4 + rng.uniform() * 8,
      level: rng.uniform() * 160 - 80,
      dx: (rng.uniform() - 0.5) * speed,
      dy: (rng.uniform() - 0.5) * speed,
    })),
  };
};

/** The scene at a time; `gain` and `lift` as a darker or flatter copy has, `noise` in greys. */
function draw(scene: Scene, sec: number, { gain = 1, lift = 0, noise = 0, seed = 1 } = {}): Uint8Array {
  const rng = createRng(seed).stream('test-noise', Math.round(sec * 1000));
  const pixels = new Uint8Array(CUT_WIDTH_PX * CUT_HEIGHT_PX);
  for (let y = 0; y < CUT_HEIGHT_PX; y += 1) {
    for (let x = 0; x < CUT_WIDTH_PX; x += 1) {
      let level = 0;
      for (const { x: bx, y: by, size, level: bl, dx, dy } of scene.blobs) {
        const away = (x - bx - dx * sec) ** 2 + (y - by - dy * sec) ** 2;
        level += bl * Math.exp(-away / (2 * size * size));
      }
      const grey = 128 + lift + gain * level + noise * rng.normal();
      pixels[y * CUT_WIDTH_PX + x] = Math.max(0, Math.min(255, grey));
    }
  }
  return pixels;
}

type Take = { fromSec?: number; lengthSec?: number; rateHz?: number } & NonNullable<
  Parameters<typeof draw>[2]
>;

function printOf(scene: Scene, { fromSec = 0, lengthSec = 5, rateHz = 12, ...look }: Take = {}): Uint8Array {
  const printer = new PicturePrinter();
  const timesSec = Array.from({ length: lengthSec * rateHz }, (_, i) => i / rateHz);
  for (const sec of timesSec) printer.push(draw(scene, fromSec + sec, look));
  return printer.finish(timesSec);
}

describe('pictures', () => {
  const film = sceneOf(1);

  it.each([
    ['noise, as of hard compression', { noise: 6 }],
    ['another frame rate', { rateHz: 10 }],
    ['less contrast, and darker', { gain: 0.6, lift: -30 }],
    ['a later start', { fromSec: 1, lengthSec: 5 }],
    ['a missing end', { lengthSec: 4.5 }],
  ])('are known again after %s', (_, take) => {
    const [one, other] = [printOf(film), printOf(film, take)];
    expect(isSamePicture(one, other)).toBe(true);
    expect(isSamePicture(other, one)).toBe(true);
    const keys = new Set(printKeys(one));
    expect(printKeys(other).filter((key) => keys.has(key)).length).toBeGreaterThanOrEqual(2);
  });

  it('that are others are not', () => {
    const prints = Array.from({ length: 24 }, (_, seed) => printOf(sceneOf(100 + seed), { lengthSec: 3 }));
    for (const [i, a] of prints.entries()) {
      for (const b of prints.slice(i + 1)) expect(likenessOf(a, b)).toBeLessThan(0.7);
    }
  });

  it('of a still stage with other people on it are not, where the same stage with the same people is', () => {
    const stage = sceneOf(3, 0);
    const withPeople = (seed: number): Scene => ({
      blobs: [...stage.blobs, ...sceneOf(seed, 12).blobs.slice(0, 5)],
    });
    const one = printOf(withPeople(4));
    expect(isSamePicture(one, printOf(withPeople(4), { noise: 4 }))).toBe(true);
    expect(isSamePicture(one, printOf(withPeople(5)))).toBe(false);
  });

  it('that are much shorter, or black, or hardly begun say nothing', () => {
    const one = printOf(film);
    expect(likenessOf(one, printOf(film, { lengthSec: 3 }))).toBe(0);
    expect(likenessOf(printOf({ blobs: [] }), printOf({ blobs: [] }))).toBe(0);
    expect(printKeys(printOf({ blobs: [] }))).toEqual([]);
    expect(likenessOf(printOf(film, { lengthSec: 1 }), printOf(film, { lengthSec: 1 }))).toBe(0);
    expect(new PicturePrinter().finish([])).toHaveLength(4);
  });

  it('of any length take at most 82 kB, and two lengths are told apart', () => {
    const printer = new PicturePrinter();
    const [black, timesSec] = [new Uint8Array(CUT_WIDTH_PX * CUT_HEIGHT_PX), [] as number[]];
    for (let i = 0; i < 1200; i += 1) {
      printer.push(i % 2 === 0 ? black : draw(film, i));
      timesSec.push(i);
    }
    const print = printer.finish(timesSec);
    expect(print.length).toBe(4 + 1200 * 68);
    expect(likenessOf(print, printOf(film))).toBe(0);
  });
});
