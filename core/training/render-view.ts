/** Applies a `VideoChange`: from a decoded window to what the video tower sees. Plain loops, nothing made per frame. */
import type { DecodedFrames } from '../domain/dataset.ts';
import { blurFrames } from './blur.ts';
import { applyColour, colourTransform, meanLuma } from './colour.ts';
import type { VideoChange } from './video-change.ts';

/** Writes a view into `into` at `offset`, rounded // [frames, cropPx, cropPx, 3] */
export function renderView(
  decoded: DecodedFrames,
  change: VideoChange,
  cropPx: number,
  into: Uint8Array,
  offset: number,
): void {
  const size = change.frameIndexes.length * cropPx ** 2 * 3;
  // Writing into it rounds and clips.
  const view = new Uint8ClampedArray(into.buffer, into.byteOffset + offset, size);
  if (change.sidePx === cropPx && !change.isFlipped) copySquare(decoded, change, cropPx, view);
  else resizeSquare(decoded, change, cropPx, view);
  if (change.colour !== null || change.isGrey) {
    applyColour(view, colourTransform(change.colour, change.isGrey, meanLuma(view)));
  }
  if (change.blurSigmaPx > 0) blurFrames(view, cropPx, change.blurSigmaPx);
}

function copySquare(
  decoded: DecodedFrames,
  change: VideoChange,
  cropPx: number,
  into: Uint8ClampedArray,
): void {
  const rowBytes = decoded.width * 3;
  let at = 0;
  for (const frame of change.frameIndexes) {
    const start = (frame * decoded.height + change.topPx) * rowBytes + change.leftPx * 3;
    for (let row = 0; row < cropPx; row += 1) {
      const from = start + row * rowBytes;
      into.set(decoded.data.subarray(from, from + cropPx * 3), at);
      at += cropPx * 3;
    }
  }
}

/** Bilinear, pixel centres matched; flips on the way. */
function resizeSquare(
  decoded: DecodedFrames,
  change: VideoChange,
  cropPx: number,
  into: Uint8ClampedArray,
): void {
  const { data, height, width } = decoded;
  const rows = samplePoints(change.topPx, change.sidePx, cropPx, height, false);
  const columns = samplePoints(change.leftPx, change.sidePx, cropPx, width, change.isFlipped);
  let at = 0;
  for (const frame of change.frameIndexes) {
    for (let y = 0; y < cropPx; y += 1) {
      const above = (frame * height + rows.first[y]!) * width * 3;
      const below = (frame * height + rows.second[y]!) * width * 3;
      const down = rows.weight[y]!;
      for (let x = 0; x < cropPx; x += 1) {
        const left = columns.first[x]! * 3;
        const right = columns.second[x]! * 3;
        const across = columns.weight[x]!;
        for (let channel = 0; channel < 3; channel += 1) {
          const p = data[above + left + channel]!;
          const q = data[below + left + channel]!;
          const top = p + across * (data[above + right + channel]! - p);
          const bottom = q + across * (data[below + right + channel]! - q);
          into[at] = top + down * (bottom - top);
          at += 1;
        }
      }
    }
  }
}

/** For each pixel of the crop, the two of the frame it lies between, and how near it is to the second. */
type SamplePoints = { first: Int32Array; second: Int32Array; weight: Float64Array };

function samplePoints(
  start: number,
  side: number,
  cropPx: number,
  length: number,
  isFlipped: boolean,
): SamplePoints {
  const points: SamplePoints = {
    first: new Int32Array(cropPx),
    second: new Int32Array(cropPx),
    weight: new Float64Array(cropPx),
  };
  for (let i = 0; i < cropPx; i += 1) {
    const place = start + ((i + 0.5) * side) / cropPx - 0.5;
    const inside = Math.min(length - 1, Math.max(0, place));
    const at = isFlipped ? cropPx - 1 - i : i;
    points.first[at] = Math.floor(inside);
    points.second[at] = Math.min(length - 1, Math.floor(inside) + 1);
    points.weight[at] = inside - Math.floor(inside);
  }
  return points;
}
