/** Inner products of float32 rows, summed in double precision from left to right: the same bytes everywhere. */

/** Inner product of `dim` numbers of `a` from `aStart` with those of `b` from `bStart`. */
export function dot(
  a: ArrayLike<number>,
  aStart: number,
  b: ArrayLike<number>,
  bStart: number,
  dim: number,
): number {
  let sum = 0;
  for (let d = 0; d < dim; d += 1) sum += a[aStart + d]! * b[bStart + d]!;
  return sum;
}
