/**
 * A small software rasteriser with soft edges, enough for the demo's cartoons. Lengths are in picture heights: x runs
 * from 0 to 4/3, y from 0 (top) to 1.
 */

/** Red, green, blue, each 0..1. */
export type Colour = readonly [number, number, number];

export const WHITE: Colour = [1, 1, 1];
export const BLACK: Colour = [0, 0, 0];

/** Colour of a hue in degrees, saturation and lightness in 0..1. */
export function hsl(hueDeg: number, saturation: number, lightness: number): Colour {
  const part = (n: number): number => {
    const k = (n + (((hueDeg % 360) + 360) % 360) / 30) % 12;
    return (
      lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    );
  };
  return [part(0), part(8), part(4)];
}

/** The way from one colour to another; `at` in 0..1. */
export function blend(from: Colour, to: Colour, at: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * at,
    from[1] + (to[1] - from[1]) * at,
    from[2] + (to[2] - from[2]) * at,
  ];
}

/** One frame being drawn. Shapes outside the picture are cut off. */
export class Canvas {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where the camera looks, picture heights; shapes move the other way, the background stays. */
  cameraX = 0;
  cameraY = 0;
  readonly #pixels: Float32Array;

  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#pixels = new Float32Array(widthPx * heightPx * 3);
  }

  /** Fills the frame from `top` to `bottom`. */
  gradient(top: Colour, bottom: Colour): void {
    for (let y = 0; y < this.heightPx; y += 1) {
      const colour = blend(top, bottom, y / (this.heightPx - 1));
      for (let x = 0; x < this.widthPx; x += 1) this.#pixels.set(colour, (y * this.widthPx + x) * 3);
    }
  }

  disc(x: number, y: number, radius: number, colour: Colour, alpha = 1): void {
    this.#paint(x - radius, y - radius, x + radius, y + radius, colour, alpha, (px, py) => {
      return Math.hypot(px - x, py - y) - radius;
    });
  }

  ellipse(x: number, y: number, radiusX: number, radiusY: number, colour: Colour, alpha = 1): void {
    const inner = Math.min(radiusX, radiusY);
    this.#paint(x - radiusX, y - radiusY, x + radiusX, y + radiusY, colour, alpha, (px, py) => {
      return (Math.hypot((px - x) / radiusX, (py - y) / radiusY) - 1) * inner;
    });
  }

  ring(x: number, y: number, radius: number, width: number, colour: Colour, alpha = 1): void {
    const outer = radius + width / 2;
    this.#paint(x - outer, y - outer, x + outer, y + outer, colour, alpha, (px, py) => {
      return Math.abs(Math.hypot(px - x, py - y) - radius) - width / 2;
    });
  }

  /** A line with round ends. */
  line(x0: number, y0: number, x1: number, y1: number, width: number, colour: Colour, alpha = 1): void {
    const half = width / 2;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const squared = dx * dx + dy * dy || 1e-9;
    const left = Math.min(x0, x1) - half;
    const top = Math.min(y0, y1) - half;
    this.#paint(left, top, Math.max(x0, x1) + half, Math.max(y0, y1) + half, colour, alpha, (px, py) => {
      const at = Math.min(1, Math.max(0, ((px - x0) * dx + (py - y0) * dy) / squared));
      return Math.hypot(px - x0 - at * dx, py - y0 - at * dy) - half;
    });
  }

  /** An upright rectangle by its middle. */
  rect(x: number, y: number, width: number, height: number, colour: Colour, alpha = 1): void {
    this.#paint(x - width / 2, y - height / 2, x + width / 2, y + height / 2, colour, alpha, (px, py) => {
      return Math.max(Math.abs(px - x) - width / 2, Math.abs(py - y) - height / 2);
    });
  }

  /** A convex polygon, corners clockwise as seen. */
  polygon(corners: readonly (readonly [number, number])[], colour: Colour, alpha = 1): void {
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    const edges = corners.map(([x0, y0], i) => {
      const [x1, y1] = corners[(i + 1) % corners.length]!;
      const length = Math.hypot(x1 - x0, y1 - y0) || 1e-9;
      return { x0, y0, nx: (y1 - y0) / length, ny: (x0 - x1) / length };
    });
    this.#paint(
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs),
      Math.max(...ys),
      colour,
      alpha,
      (px, py) => {
        let distance = Number.NEGATIVE_INFINITY;
        for (const e of edges) distance = Math.max(distance, (px - e.x0) * e.nx + (py - e.y0) * e.ny);
        return distance;
      },
    );
  }

  /** Light that fades out towards `radius`, added to what is there. */
  glow(x: number, y: number, radius: number, colour: Colour, strength: number): void {
    this.#visit(x - radius, y - radius, x + radius, y + radius, (px, py, at) => {
      const near = Math.max(0, 1 - Math.hypot(px - x, py - y) / radius);
      for (let c = 0; c < 3; c += 1) this.#pixels[at + c]! += colour[c]! * strength * near * near;
    });
  }

  /** The frame as rgb24; `grain` is added to every pixel, in steps of 1/255. */
  toRgb24(grain: Int8Array): Uint8Array {
    const bytes = new Uint8Array(this.#pixels.length);
    for (let i = 0; i < bytes.length; i += 1) {
      const value = Math.round(this.#pixels[i]! * 255) + grain[Math.floor(i / 3)]!;
      bytes[i] = Math.min(255, Math.max(0, value));
    }
    return bytes;
  }

  #paint(
    left: number,
    top: number,
    right: number,
    bottom: number,
    colour: Colour,
    alpha: number,
    distance: (x: number, y: number) => number,
  ): void {
    this.#visit(left, top, right, bottom, (x, y, at) => {
      const cover = Math.min(1, Math.max(0, 0.5 - distance(x, y) * this.heightPx)) * alpha;
      if (cover <= 0) return;
      for (let c = 0; c < 3; c += 1) this.#pixels[at + c]! += (colour[c]! - this.#pixels[at + c]!) * cover;
    });
  }

  #visit(
    left: number,
    top: number,
    right: number,
    bottom: number,
    visit: (x: number, y: number, at: number) => void,
  ): void {
    const scale = this.heightPx;
    const firstX = Math.max(0, Math.floor((left - this.cameraX) * scale - 1));
    const lastX = Math.min(this.widthPx - 1, Math.ceil((right - this.cameraX) * scale + 1));
    const firstY = Math.max(0, Math.floor((top - this.cameraY) * scale - 1));
    const lastY = Math.min(this.heightPx - 1, Math.ceil((bottom - this.cameraY) * scale + 1));
    for (let row = firstY; row <= lastY; row += 1) {
      for (let column = firstX; column <= lastX; column += 1) {
        const x = (column + 0.5) / scale + this.cameraX;
        const y = (row + 0.5) / scale + this.cameraY;
        visit(x, y, (row * this.widthPx + column) * 3);
      }
    }
  }
}
