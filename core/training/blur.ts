/** Gaussian blur of square rgb frames: rows, then columns; the edge goes on as it is. */

/** The kernel's half, the middle first; beyond three deviations it is nothing. All its members sum to 1. */
function halfKernel(sigmaPx: number): Float32Array {
  const radius = Math.ceil(3 * sigmaPx);
  const half = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i ** 2) / (2 * sigmaPx ** 2)));
  const sum = half.reduce((total, value, i) => total + (i === 0 ? value : 2 * value), 0);
  return half.map((value) => value / sum);
}

/**
 * Blurs in place. `values`: whole frames // [frames, sidePx, sidePx, 3]
 * @param sigmaPx standard deviation, > 0
 */
export function blurFrames(values: Uint8ClampedArray, sidePx: number, sigmaPx: number): void {
  const kernel = halfKernel(sigmaPx);
  const rowLength = sidePx * 3;
  const padding = (kernel.length - 1) * 3;
  const padded = new Float32Array(rowLength + 2 * padding);
  const rows = new Float32Array(sidePx * rowLength);
  const sums = new Float32Array(rowLength);
  for (let frame = 0; frame < values.length; frame += rows.length) {
    for (let row = 0; row < sidePx; row += 1) {
      padRow(values, frame + row * rowLength, rowLength, padded, padding);
      blurRow(padded, padding, kernel, rows, row * rowLength, rowLength);
    }
    for (let row = 0; row < sidePx; row += 1) {
      blurColumns(rows, row, sidePx, kernel, sums);
      // A loop: the whole blur takes a tenth longer with `set`, which converts between kinds of arrays.
      for (let i = 0, at = frame + row * rowLength; i < rowLength; i += 1, at += 1) values[at] = sums[i]!;
    }
  }
}

function padRow(
  values: Uint8ClampedArray,
  start: number,
  rowLength: number,
  padded: Float32Array,
  padding: number,
): void {
  for (let i = 0; i < rowLength; i += 1) padded[padding + i] = values[start + i]!;
  for (let i = 0; i < padding; i += 1) {
    padded[i] = values[start + (i % 3)]!;
    padded[padding + rowLength + i] = values[start + rowLength - 3 + (i % 3)]!;
  }
}

function blurRow(
  padded: Float32Array,
  padding: number,
  kernel: Float32Array,
  rows: Float32Array,
  start: number,
  rowLength: number,
): void {
  const middle = kernel[0]!;
  for (let i = 0; i < rowLength; i += 1) {
    const at = padding + i;
    let sum = middle * padded[at]!;
    for (let tap = 1; tap < kernel.length; tap += 1) {
      sum += kernel[tap]! * (padded[at - 3 * tap]! + padded[at + 3 * tap]!);
    }
    rows[start + i] = sum;
  }
}

/** One row of the blurred picture, tap by tap: rows lie apart in memory, and this way each is read in order. */
function blurColumns(
  rows: Float32Array,
  row: number,
  sidePx: number,
  kernel: Float32Array,
  sums: Float32Array,
): void {
  const rowLength = sums.length;
  const start = row * rowLength;
  const middle = kernel[0]!;
  for (let i = 0; i < rowLength; i += 1) sums[i] = middle * rows[start + i]!;
  for (let tap = 1; tap < kernel.length; tap += 1) {
    const weight = kernel[tap]!;
    const above = Math.max(0, row - tap) * rowLength;
    const below = Math.min(sidePx - 1, row + tap) * rowLength;
    for (let i = 0; i < rowLength; i += 1) sums[i]! += weight * (rows[above + i]! + rows[below + i]!);
  }
}
