/** Pictures at the size the model sees (paper-facts 4.2, step 4). */

/** A picture, rgb24 // [height, width, 3] */
export type Picture = { data: Uint8Array; width: number; height: number };

/** Size of a picture whose short side is `shortSidePx`; the long side is rounded down. */
export function shortSideSize(
  width: number,
  height: number,
  shortSidePx: number,
): { width: number; height: number } {
  return width < height
    ? { width: shortSidePx, height: Math.floor((height / width) * shortSidePx) }
    : { width: Math.floor((width / height) * shortSidePx), height: shortSidePx };
}

/**
 * Bilinear, pixel centres at half positions (align_corners=False), no antialiasing, as torch's `interpolate`; rounded
 * to whole values, which the official inference does not do: at most half a grey level.
 */
export function scalePicture(picture: Picture, width: number, height: number): Uint8Array {
  const result = new Uint8Array(width * height * 3);
  const columns = samplePositions(picture.width, width);
  const rows = samplePositions(picture.height, height);
  const { data } = picture;
  let at = 0;
  for (const { low: y0, high: y1, share: wy } of rows) {
    const top = y0 * picture.width * 3;
    const bottom = y1 * picture.width * 3;
    for (const { low: x0, high: x1, share: wx } of columns) {
      for (let c = 0; c < 3; c += 1) {
        const left = data[top + x0 * 3 + c]! * (1 - wy) + data[bottom + x0 * 3 + c]! * wy;
        const right = data[top + x1 * 3 + c]! * (1 - wy) + data[bottom + x1 * 3 + c]! * wy;
        result[at] = Math.round(left * (1 - wx) + right * wx);
        at += 1;
      }
    }
  }
  return result;
}

type SamplePosition = { low: number; high: number; share: number };

function samplePositions(from: number, to: number): SamplePosition[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const position = Math.max(0, (i + 0.5) * scale - 0.5);
    const low = Math.min(from - 1, Math.floor(position));
    return { low, high: Math.min(from - 1, low + 1), share: position - low };
  });
}
