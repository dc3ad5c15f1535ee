/** MViT's operations over grids as plain loops over doubles, straight from paper-facts 3.1. */

/** Lengths of a picture sequence, channels last. */
export type Dims = { batch: number; time: number; height: number; width: number; channels: number };

/** Output length of a convolution. */
export function outLength(length: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

/** Where in `[batch, time, height, width, channels]`; -1 outside the picture. */
function place(d: Dims, b: number, t: number, h: number, w: number, c: number): number {
  if (t < 0 || h < 0 || w < 0 || t >= d.time || h >= d.height || w >= d.width) return -1;
  return (((b * d.time + t) * d.height + h) * d.width + w) * d.channels + c;
}

/** Depthwise convolution; kernel `[features, 1, times, 3, 3]`, the same for every run of `features` channels. */
export function naivePoolConv(
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  d: Dims,
  { features, times, stride }: { features: number; times: number; stride: number },
): Float64Array {
  const [rows, columns] = [outLength(d.height, 3, stride, 1), outLength(d.width, 3, stride, 1)];
  const out = new Float64Array(d.batch * d.time * rows * columns * d.channels);
  let at = 0;
  for (let b = 0; b < d.batch; b += 1)
    for (let t = 0; t < d.time; t += 1)
      for (let row = 0; row < rows; row += 1)
        for (let column = 0; column < columns; column += 1)
          for (let c = 0; c < d.channels; c += 1) {
            let sum = 0;
            for (let i = 0; i < times * 9; i += 1) {
              const [dt, dh, dw] = [Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3];
              const from = place(
                d,
                b,
                t + dt - (times - 1) / 2,
                row * stride + dh - 1,
                column * stride + dw - 1,
                c,
              );
              if (from >= 0) sum += x[from]! * kernel[(c % features) * times * 9 + i]!;
            }
            out[at++] = sum;
          }
  return out;
}

/** 3x3 max pooling with stride 2 and padding 1, and the place that each maximum is taken from: the first. */
export function naiveMaxPool(x: ArrayLike<number>, d: Dims): { values: Float64Array; from: Int32Array } {
  const [rows, columns] = [outLength(d.height, 3, 2, 1), outLength(d.width, 3, 2, 1)];
  const size = d.batch * d.time * rows * columns * d.channels;
  const values = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(size);
  let at = 0;
  for (let b = 0; b < d.batch; b += 1)
    for (let t = 0; t < d.time; t += 1)
      for (let row = 0; row < rows; row += 1)
        for (let column = 0; column < columns; column += 1)
          for (let c = 0; c < d.channels; c += 1) {
            for (let i = 0; i < 9; i += 1) {
              const seen = place(d, b, t, 2 * row + Math.floor(i / 3) - 1, 2 * column + (i % 3) - 1, c);
              if (seen < 0 || x[seen]! <= values[at]!) continue;
              values[at] = x[seen]!;
              from[at] = seen;
            }
            at += 1;
          }
  return { values, from };
}

/** A convolution's lengths along time, height and width. */
export type NaiveWindow = {
  kernel: readonly number[];
  stride: readonly number[];
  padding: readonly number[];
};

/** Convolution with bias; `w` is `[outputs, channels, time, height, width]`. */
export function naivePatches(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  bias: ArrayLike<number>,
  d: Dims,
  { kernel, stride, padding }: NaiveWindow,
): Float64Array {
  const [kt, kh, kw] = kernel as [number, number, number];
  const lengths = [d.time, d.height, d.width].map((length, i) =>
    outLength(length, kernel[i]!, stride[i]!, padding[i]!),
  ) as [number, number, number];
  const outputs = bias.length;
  const out: number[] = [];
  for (let b = 0; b < d.batch; b += 1)
    for (let i = 0; i < lengths[0] * lengths[1] * lengths[2]; i += 1) {
      const t0 = Math.floor(i / (lengths[1] * lengths[2])) * stride[0]! - padding[0]!;
      const h0 = (Math.floor(i / lengths[2]) % lengths[1]) * stride[1]! - padding[1]!;
      const w0 = (i % lengths[2]) * stride[2]! - padding[2]!;
      for (let o = 0; o < outputs; o += 1) {
        let sum = bias[o]!;
        let at = o * d.channels * kt * kh * kw;
        for (let c = 0; c < d.channels; c += 1)
          for (let dt = 0; dt < kt; dt += 1)
            for (let dh = 0; dh < kh; dh += 1)
              for (let dw = 0; dw < kw; dw += 1) {
                const from = place(d, b, t0 + dt, h0 + dh, w0 + dw, c);
                if (from >= 0) sum += w[at]! * x[from]!;
                at += 1;
              }
        out.push(sum);
      }
    }
  return Float64Array.from(out);
}
