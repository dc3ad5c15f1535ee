/** Inner products in double precision, summed in one fixed order: the same bytes everywhere. */

/**
 * Inner product of `dim` numbers of `a` from `aStart` with those of `b` from `bStart`. Equal rows give equal bits.
 * Four sums run side by side, since one alone waits for itself.
 */
export function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, dim: number): number {
  const whole = dim - (dim % 4);
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let d = 0; d < whole; d += 4) {
    sum0 += a[aStart + d]! * b[bStart + d]!;
    sum1 += a[aStart + d + 1]! * b[bStart + d + 1]!;
    sum2 += a[aStart + d + 2]! * b[bStart + d + 2]!;
    sum3 += a[aStart + d + 3]! * b[bStart + d + 3]!;
  }
  for (let d = whole; d < dim; d += 1) sum0 += a[aStart + d]! * b[bStart + d]!;
  return sum0 + sum1 + (sum2 + sum3);
}
