/**
 * Finds cuts in small grey pictures, one after another. A picture that differs from the one before far more than its
 * neighbours differ among themselves, in its pixels and in how much of it has which grey, and that goes on differing, is the
 * first of a shot. After the adaptive detectors of the literature (Boreczky and Rowe 1996 compare them; the neighbours'
 * mean as threshold is PySceneDetect's idea); numbers are our choice. Dissolves and fades are no cuts here.
 */

/** Width of the pictures. */
export const CUT_WIDTH_PX = 64;
/** Height of the pictures. */
export const CUT_HEIGHT_PX = 36;

const PIXELS = CUT_WIDTH_PX * CUT_HEIGHT_PX;
const GREYS = 32;
/** Pictures on each side of a candidate that say how much moves here. */
const NEIGHBOURS = 3;
const WINDOW = 2 * NEIGHBOURS + 1;
/** A cut's difference against the mean of its neighbours'. */
const LEAST_RATIO = 3;
/** Least difference of a cut: half mean difference of pixels, half mean way of the greys, both 0..1. */
const LEAST_DIFFERENCE = 0.03;
/** Pictures for which the old shot has looked old and the new one goes on looking new: a flash lasts shorter. */
const STAYS = 2;

type Seen = { pixels: Uint8Array; greys: Uint16Array; difference: number };

/** One video stream. Holds seven pictures. */
export class CutDetector {
  /** Index of the first picture of each shot but the first. */
  readonly cuts: number[] = [];
  /** The last pictures, the oldest first. */
  readonly #seen: Seen[] = [];
  #count = 0;

  /** Takes the next picture. `pixels`: 64 x 36 greys; copied. */
  push(pixels: Uint8Array): void {
    const spare = this.#seen.length === WINDOW + 1 ? this.#seen.shift()! : newSeen();
    spare.pixels.set(pixels);
    countGreys(spare.pixels, spare.greys);
    const before = this.#seen.at(-1);
    spare.difference = before === undefined ? 0 : differenceOf(before, spare);
    this.#seen.push(spare);
    this.#count += 1;
    this.#judge(this.#seen.length - 1 - NEIGHBOURS);
  }

  /** Says that no more pictures come. */
  finish(): void {
    for (let at = Math.max(1, this.#seen.length - NEIGHBOURS); at < this.#seen.length; at += 1)
      this.#judge(at);
  }

  #judge(at: number): void {
    const candidate = this.#seen[at];
    const before = this.#seen[at - 1];
    if (candidate === undefined || before === undefined) return;
    if (candidate.difference < LEAST_DIFFERENCE) return;
    let sum = 0;
    let count = 0;
    for (
      let i = Math.max(0, at - NEIGHBOURS);
      i <= Math.min(this.#seen.length - 1, at + NEIGHBOURS);
      i += 1
    ) {
      if (i === at || this.#count - this.#seen.length + i === 0) continue;
      sum += this.#seen[i]!.difference;
      count += 1;
    }
    if (count > 0 && candidate.difference < (LEAST_RATIO * sum) / count) return;
    const later = this.#seen[Math.min(this.#seen.length - 1, at + STAYS)]!;
    const earlier = this.#seen[Math.max(0, at - 1 - STAYS)]!;
    if (Math.min(differenceOf(before, later), differenceOf(earlier, candidate)) < candidate.difference / 2)
      return;
    this.cuts.push(this.#count - this.#seen.length + at);
  }
}

function newSeen(): Seen {
  return { pixels: new Uint8Array(PIXELS), greys: new Uint16Array(GREYS), difference: 0 };
}

function countGreys(pixels: Uint8Array, greys: Uint16Array): void {
  greys.fill(0);
  for (let i = 0; i < PIXELS; i += 1) greys[pixels[i]! >> 3]! += 1;
}

/** 0 for the same picture, 1 for white after black. */
function differenceOf(a: Seen, b: Seen): number {
  let pixels = 0;
  for (let i = 0; i < PIXELS; i += 1) pixels += Math.abs(a.pixels[i]! - b.pixels[i]!);
  // How far greys have to move from one distribution to the other: a fade moves all of them a little.
  let greys = 0;
  let ahead = 0;
  for (let i = 0; i < GREYS - 1; i += 1) {
    ahead += a.greys[i]! - b.greys[i]!;
    greys += Math.abs(ahead);
  }
  return 0.5 * (pixels / (255 * PIXELS)) + 0.5 * (greys / ((GREYS - 1) * PIXELS));
}
