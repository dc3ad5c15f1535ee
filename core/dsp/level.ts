/** How loud a track gets, and whether its peaks were cut off. */

const RATE_HZ = 48_000;
const WINDOW = 0.1 * RATE_HZ;
/** What counts as at full scale; lossy decoders land a little beside it. */
export const FULL_SCALE = 0.985;
export const NEAR_FULL_SCALE = 0.9;
export const BELOW_NEAR = 0.7;
/** Equal neighbours at the very top: a wave of natural sound passes its top in one sample. */
export const FLAT_RUN = 3;
export const SAME_LEVEL = 3e-5;
/** Below, the steps of 16 bits make every top flat. */
export const QUIETEST_TOP = 0.02;

/** Levels of a track; full scale is 1. */
export type Level = {
  /** Largest sample, absolute. */
  peak: number;
  /** RMS of the loudest 100 ms, dBFS; -200 for digital silence. */
  loudestDb: number;
};

/** Signs of clipping. Shares are of all samples, 0..1. */
export type Clipping = {
  /** At full scale or beyond (98.5 %). */
  fullScaleShare: number;
  /** At 90 % of full scale or beyond. */
  nearFullScaleShare: number;
  /** Samples near full scale for each one between 70 and 90 %: natural sound thins out upwards, cut peaks pile up. */
  pileUp: number;
  /** Samples in flat tops: three or more equal ones at the track's own peak. Survives a turned-down level, not a codec. */
  flatTopShare: number;
};

/** Levels. `samples`: mono, 48 kHz. */
export function measureLevel(samples: Float32Array): Level {
  let peak = 0;
  let loudest = 0;
  for (let start = 0; start < samples.length; start += WINDOW) {
    const end = Math.min(samples.length, start + WINDOW);
    let sum = 0;
    for (let i = start; i < end; i += 1) {
      const sample = samples[i]!;
      peak = Math.max(peak, Math.abs(sample));
      sum += sample * sample;
    }
    loudest = Math.max(loudest, sum / WINDOW);
  }
  return { peak, loudestDb: 10 * Math.log10(Math.max(1e-20, loudest)) };
}

/** Signs of clipping. `peak`: the track's largest sample. */
export function measureClipping(samples: Float32Array, peak: number): Clipping {
  let full = 0;
  let near = 0;
  let below = 0;
  for (const sample of samples) {
    const level = Math.abs(sample);
    if (level < BELOW_NEAR) continue;
    if (level < NEAR_FULL_SCALE) below += 1;
    else near += 1;
    if (level >= FULL_SCALE) full += 1;
  }
  const count = Math.max(1, samples.length);
  return {
    fullScaleShare: full / count,
    nearFullScaleShare: near / count,
    pileUp: near / Math.max(1, below),
    flatTopShare: flatTops(samples, peak) / count,
  };
}

function flatTops(samples: Float32Array, peak: number): number {
  if (peak < QUIETEST_TOP) return 0;
  let total = 0;
  let run = 0;
  const endRun = (): void => {
    if (run >= FLAT_RUN) total += run;
    run = 0;
  };
  for (let i = 0; i < samples.length; i += 1) {
    const isTop = Math.abs(samples[i]!) >= peak - SAME_LEVEL;
    const continues = run > 0 && Math.sign(samples[i]!) === Math.sign(samples[i - 1]!);
    if (!isTop || !continues) endRun();
    if (isTop) run += 1;
  }
  endRun();
  return total;
}
