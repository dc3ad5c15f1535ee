/** What is measured of one channel by itself. */
import { KWeighting } from './k-weighting.ts';
import type { Clipping } from './level.ts';
import { BELOW_NEAR, FLAT_RUN, FULL_SCALE, NEAR_FULL_SCALE, QUIETEST_TOP, SAME_LEVEL } from './level.ts';
import { TRUE_PEAK_REACH, TruePeak } from './true-peak.ts';

/** Samples of the step before that stay in front of a step. */
export const HISTORY = 2 * TRUE_PEAK_REACH;

/** One channel, step by step. */
export class ChannelMeter {
  /** `HISTORY` samples of the step before, then the step: the caller writes it. */
  readonly plane: Float32Array;
  /** Largest sample, absolute. */
  peak = 0;
  /** Sum of squares of all samples. */
  energy = 0;
  readonly #kWeighting: KWeighting;
  readonly #truePeak: TruePeak;
  readonly #tops = new FlatTops();
  #samples = 0;
  #full = 0;
  #near = 0;
  #below = 0;

  /** `longestStep`: samples of the longest step. */
  constructor(sampleRateHz: number, longestStep: number) {
    this.plane = new Float32Array(HISTORY + longestStep);
    this.#kWeighting = new KWeighting(sampleRateHz);
    this.#truePeak = new TruePeak(sampleRateHz);
  }

  /** Measures the `length` samples that stand in `plane` from `HISTORY` on. @returns their K-weighted energy. */
  step(length: number): number {
    const highest = this.#level(length);
    const end = HISTORY + length;
    const weighted =
      (highest === 0 ? this.#kWeighting.rest() : null) ?? this.#kWeighting.energyOf(this.plane, HISTORY, end);
    this.#truePeak.look(this.plane, TRUE_PEAK_REACH, length + TRUE_PEAK_REACH);
    this.plane.copyWithin(0, length, end);
    return weighted;
  }

  /** The signs of clipping. */
  clipping(): Clipping {
    const count = Math.max(1, this.#samples);
    return {
      fullScaleShare: this.#full / count,
      nearFullScaleShare: this.#near / count,
      pileUp: this.#near / Math.max(1, this.#below),
      flatTopShare: this.peak < QUIETEST_TOP ? 0 : this.#tops.total() / count,
    };
  }

  /** The highest point of the wave, absolute. Call after the last step. */
  truePeak(): number {
    this.plane.fill(0, HISTORY, HISTORY + TRUE_PEAK_REACH);
    this.#truePeak.look(this.plane, TRUE_PEAK_REACH, HISTORY);
    return this.#truePeak.peak;
  }

  #level(length: number): number {
    const { plane } = this;
    let sum = 0;
    let highest = 0;
    for (let i = HISTORY; i < HISTORY + length; i += 1) {
      const x = plane[i]!;
      const level = Math.abs(x);
      if (level > highest) highest = level;
      sum += x * x;
    }
    this.#samples += length;
    this.energy += sum;
    if (highest >= BELOW_NEAR) this.#countHigh(length);
    if (this.#tops.matters(highest)) this.#tops.step(plane, HISTORY, HISTORY + length);
    if (highest > this.peak) this.peak = highest;
    return highest;
  }

  #countHigh(length: number): void {
    for (let i = HISTORY; i < HISTORY + length; i += 1) {
      const level = Math.abs(this.plane[i]!);
      if (level < BELOW_NEAR) continue;
      if (level < NEAR_FULL_SCALE) this.#below += 1;
      else this.#near += 1;
      if (level >= FULL_SCALE) this.#full += 1;
    }
  }
}

/**
 * Counts samples in flat tops at the track's own peak, which is known only at its end: those at the highest level so far
 * are counted, and forgotten when a higher one comes.
 */
class FlatTops {
  #level = 0;
  #total = 0;
  #run = 0;
  #sign = 0;

  /** Whether a step whose highest sample is this can change anything. */
  matters(highest: number): boolean {
    return this.#run > 0 || highest >= this.#level - SAME_LEVEL / 2;
  }

  step(samples: Float32Array, from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      const x = samples[i]!;
      const level = Math.abs(x);
      if (level > this.#level + SAME_LEVEL / 2) {
        this.#level = level;
        this.#total = 0;
        this.#run = 0;
      }
      const isTop = level >= this.#level - SAME_LEVEL / 2;
      if (!isTop && this.#run === 0) continue;
      const sign = Math.sign(x);
      if (!isTop || sign !== this.#sign) this.#endRun();
      if (isTop) {
        this.#run += 1;
        this.#sign = sign;
      }
    }
  }

  total(): number {
    this.#endRun();
    return this.#total;
  }

  #endRun(): void {
    if (this.#run >= FLAT_RUN) this.#total += this.#run;
    this.#run = 0;
  }
}
