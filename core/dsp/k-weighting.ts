/** K-weighting of ITU-R BS.1770-4, sample by sample, for any rate. */

/** b0, b1, b2, a1, a2 of one section (a0 is 1). */
export type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** The analog filters that tables 1 and 2 of BS.1770-4 are the 48 kHz forms of: a shelf at a head, then a high-pass. */
const SHELF = { hz: 1681.974450955533, gainDb: 3.999843853973347, q: 0.7071752369554196 };
const SHELF_BAND_EXPONENT = 0.4996667741545416;
const HIGH_PASS = { hz: 38.13547087602444, q: 0.5003270373238773 };
/** Filter memories below this are nothing; left alone they would shrink to numbers that processors are slow with. */
const NOTHING = 1e-15;

/** Both sections for a sample rate, by the bilinear transform of the analog filters. */
export function kWeightingFor(sampleRateHz: number): readonly [Biquad, Biquad] {
  const shelf = Math.tan((Math.PI * SHELF.hz) / sampleRateHz);
  const high = 10 ** (SHELF.gainDb / 20);
  const band = high ** SHELF_BAND_EXPONENT;
  const a0 = 1 + shelf / SHELF.q + shelf * shelf;
  const pass = Math.tan((Math.PI * HIGH_PASS.hz) / sampleRateHz);
  const c0 = 1 + pass / HIGH_PASS.q + pass * pass;
  const gain = passGain(c0);
  return [
    [
      (high + (band * shelf) / SHELF.q + shelf * shelf) / a0,
      (2 * (shelf * shelf - high)) / a0,
      (high - (band * shelf) / SHELF.q + shelf * shelf) / a0,
      (2 * (shelf * shelf - 1)) / a0,
      (1 - shelf / SHELF.q + shelf * shelf) / a0,
    ],
    [gain, -2 * gain, gain, (2 * (pass * pass - 1)) / c0, (1 - pass / HIGH_PASS.q + pass * pass) / c0],
  ];
}

/** The standard writes the high-pass at 48 kHz with 1, -2, 1; this is the same amplification at other rates. */
function passGain(c0: number): number {
  const at48 = Math.tan((Math.PI * HIGH_PASS.hz) / 48_000);
  return (1 + at48 / HIGH_PASS.q + at48 * at48) / c0;
}

/** One channel's filter with its memory. */
export class KWeighting {
  readonly #filters: readonly [Biquad, Biquad];
  readonly #memory = new Float64Array(4);

  /** `sampleRateHz`: of the samples to come. */
  constructor(sampleRateHz: number) {
    this.#filters = kWeightingFor(sampleRateHz);
  }

  /** Sum of the squares of `samples[from..to)` once filtered; the next call goes on where this one ends. */
  energyOf(samples: Float32Array, from: number, to: number): number {
    const [[b0, b1, b2, a1, a2], [gain, , , c1, c2]] = this.#filters;
    const memory = this.#memory;
    let z1 = memory[0]!;
    let z2 = memory[1]!;
    let y1 = memory[2]!;
    let y2 = memory[3]!;
    let sum = 0;
    for (let i = from; i < to; i += 1) {
      const x = samples[i]!;
      const u = b0 * x + z1;
      z1 = b1 * x - a1 * u + z2;
      z2 = b2 * x - a2 * u;
      const v = u + y1;
      y1 = -2 * u - c1 * v + y2;
      y2 = u - c2 * v;
      sum += v * v;
    }
    memory[0] = z1;
    memory[1] = z2;
    memory[2] = y1;
    memory[3] = y2;
    return sum * gain * gain;
  }

  /** The same for silence of any length that is about to come: 0 once the filter has come to rest, else null. */
  rest(): number | null {
    for (const value of this.#memory) if (Math.abs(value) > NOTHING) return null;
    this.#memory.fill(0);
    return 0;
  }
}
