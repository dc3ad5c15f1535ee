/** The sum that every level is made of. */

/** Sum of the squares of `samples[from..to)`. */
export function energyOf(samples: Float32Array, from: number, to: number): number {
  let even = 0;
  let odd = 0;
  let i = from;
  // Two sums: one addition need not wait for the other.
  for (; i + 1 < to; i += 2) {
    const a = samples[i]!;
    const b = samples[i + 1]!;
    even += a * a;
    odd += b * b;
  }
  if (i < to) even += samples[i]! * samples[i]!;
  return even + odd;
}
