/** Loudness as EBU R 128 takes it from ITU-R BS.1770-4 and EBU Tech 3342: gates over blocks of K-weighted energy. */

/** Length of one energy that goes in, s: a quarter of a block. */
export const LOUDNESS_STEP_SEC = 0.1;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** 400 ms blocks; 3 s blocks for the range. */
const BLOCK_STEPS = 4;
const RANGE_BLOCK_STEPS = 30;
const RANGE_GATE_LU = -20;
const RANGE_LOW = 0.1;
const RANGE_HIGH = 0.95;
/** So that a 997 Hz sine at full scale in one channel reads -3.01 LUFS. */
const OFFSET_LU = -0.691;

/**
 * Integrated loudness, LUFS. `energies`: mean square of the K-weighted sound of each 100 ms, channels weighted and
 * added; an unfinished last one is left out.
 * @returns null where it is not defined: under 400 ms, or nothing above -70 LUFS.
 */
export function integratedLoudness(energies: Float64Array): number | null {
  const heard = blocksOf(energies, BLOCK_STEPS).filter((energy) => toLufs(energy) > ABSOLUTE_GATE_LUFS);
  if (heard.length === 0) return null;
  const gate = toLufs(mean(heard)) + RELATIVE_GATE_LU;
  return toLufs(mean(heard.filter((energy) => toLufs(energy) > gate)));
}

/**
 * Loudness range after EBU Tech 3342, LU: between the 10th and the 95th percentile of the 3 s blocks above the gates.
 * `energies` as for `integratedLoudness`.
 * @returns null under 3 s, or where nothing is above -70 LUFS.
 */
export function loudnessRange(energies: Float64Array): number | null {
  const blocks = blocksOf(energies, RANGE_BLOCK_STEPS);
  const heard = blocks.filter((energy) => toLufs(energy) >= ABSOLUTE_GATE_LUFS);
  if (heard.length === 0) return null;
  const gate = toLufs(mean(heard)) + RANGE_GATE_LU;
  const kept = heard.filter((energy) => toLufs(energy) >= gate).sort();
  const at = (part: number): number => toLufs(kept[Math.round((kept.length - 1) * part)]!);
  return at(RANGE_HIGH) - at(RANGE_LOW);
}

/** Mean of each `steps` neighbours; a block begins with every step. */
function blocksOf(energies: Float64Array, steps: number): Float64Array {
  const blocks = new Float64Array(Math.max(0, energies.length - steps + 1));
  for (let i = 0; i < blocks.length; i += 1) {
    let sum = 0;
    for (let k = 0; k < steps; k += 1) sum += energies[i + k]!;
    blocks[i] = sum / steps;
  }
  return blocks;
}

function toLufs(energy: number): number {
  return energy > 0 ? OFFSET_LU + 10 * Math.log10(energy) : Number.NEGATIVE_INFINITY;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
