/** Loudness as ITU-R BS.1770-4 defines it, for one channel: K-weighting, 400 ms blocks, two gates. */

const RATE_HZ = 48_000;
const BLOCK = 0.4 * RATE_HZ;
const STEP = BLOCK / 4;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** So that a 997 Hz sine at full scale reads -3.01 LUFS. */
const OFFSET_LU = -0.691;

type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** BS.1770-4, tables 1 and 2: the shelf of a head, then the high-pass, both for 48 kHz. */
const K_WEIGHTING: readonly Biquad[] = [
  [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
  [1, -2, 1, -1.99004745483398, 0.99007225036621],
];

/**
 * Integrated loudness, LUFS. `samples`: mono, 48 kHz, full scale 1.
 * @returns null where it is not defined: under 400 ms, or nothing above -70 LUFS.
 */
export function integratedLoudness(samples: Float32Array): number | null {
  const energies = blockEnergies(kWeighted(samples));
  const heard = energies.filter((energy) => toLufs(energy) > ABSOLUTE_GATE_LUFS);
  if (heard.length === 0) return null;
  const gate = toLufs(mean(heard)) + RELATIVE_GATE_LU;
  return toLufs(mean(heard.filter((energy) => toLufs(energy) > gate)));
}

function kWeighted(samples: Float32Array): Float64Array {
  let signal = Float64Array.from(samples);
  for (const filter of K_WEIGHTING) signal = filtered(signal, filter);
  return signal;
}

function filtered(input: Float64Array, [b0, b1, b2, a1, a2]: Biquad): Float64Array<ArrayBuffer> {
  const output = new Float64Array(input.length);
  let z1 = 0;
  let z2 = 0;
  for (let i = 0; i < input.length; i += 1) {
    const x = input[i]!;
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    output[i] = y;
  }
  return output;
}

/** Mean square of each block; blocks begin every 100 ms and an unfinished one is left out. */
function blockEnergies(signal: Float64Array): number[] {
  const quarters: number[] = [];
  for (let start = 0; start + STEP <= signal.length; start += STEP) {
    let sum = 0;
    for (let i = start; i < start + STEP; i += 1) sum += signal[i]! * signal[i]!;
    quarters.push(sum);
  }
  const energies: number[] = [];
  for (let i = 0; i + 4 <= quarters.length; i += 1) {
    energies.push((quarters[i]! + quarters[i + 1]! + quarters[i + 2]! + quarters[i + 3]!) / BLOCK);
  }
  return energies;
}

function toLufs(energy: number): number {
  return energy > 0 ? OFFSET_LU + 10 * Math.log10(energy) : Number.NEGATIVE_INFINITY;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
