/** Normal and Student's distributions, to the digits that intervals need. */

/** Nodes of the integrals; far more than their error needs. */
const STEPS = 2000;

/** Probability that a standard normal is below `z`; absolute error below 1e-7. */
export function normalCdf(z: number): number {
  return 0.5 + integral((x) => Math.exp(-(x ** 2) / 2), z) / Math.sqrt(2 * Math.PI);
}

/** Probability that Student's t with `freedom` (1 or more) degrees of freedom is below `t`; absolute error below 1e-7. */
export function studentCdf(t: number, freedom: number): number {
  // With x = sqrt(freedom) tan(angle) the density becomes cos(angle)^(freedom - 1), whose whole integral scales it.
  const density = (angle: number): number => Math.cos(angle) ** (freedom - 1);
  const whole = 2 * integral(density, Math.PI / 2);
  return 0.5 + integral(density, Math.atan(t / Math.sqrt(freedom))) / whole;
}

/** Value below which Student's t lies with `probability` (between 0 and 1); by halving, to 1e-6. */
export function studentQuantile(probability: number, freedom: number): number {
  let low = -1e4;
  let high = 1e4;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Integral from 0 to `end` by Simpson's rule; odd in `end`. */
function integral(density: (x: number) => number, end: number): number {
  const width = Math.min(Math.abs(end), 40) / STEPS;
  let sum = 0;
  for (let i = 0; i <= STEPS; i += 1) {
    const weight = i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * density(i * width);
  }
  return (Math.sign(end) * sum * width) / 3;
}
