import { describe, expect, it } from 'vitest';
import { KWeighting, kWeightingFor } from '../../../core/dsp/k-weighting.ts';
import { integratedLoudness, loudnessRange } from '../../../core/dsp/loudness.ts';
import { createRng } from '../../../core/rng.ts';

/** BS.1770-4, tables 1 and 2. */
const AT_48_KHZ = [
  [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
  [1, -2, 1, -1.99004745483398, 0.99007225036621],
];

/** Amplification of a tone by both sections, dB. */
function gainDb(sampleRateHz: number, hz: number): number {
  const w = (2 * Math.PI * hz) / sampleRateHz;
  return kWeightingFor(sampleRateHz).reduce((sum, [b0, b1, b2, a1, a2]) => {
    const power = (c0: number, c1: number, c2: number): number =>
      (c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)) ** 2 + (c1 * Math.sin(w) + c2 * Math.sin(2 * w)) ** 2;
    return sum + 10 * Math.log10(power(b0, b1, b2) / power(1, a1, a2));
  }, 0);
}

describe('kWeightingFor', () => {
  it('equals the tables of BS.1770-4 at 48 kHz', () => {
    for (const [i, section] of kWeightingFor(48_000).entries()) {
      for (const [k, value] of section.entries()) expect(value).toBeCloseTo(AT_48_KHZ[i]![k]!, 6);
    }
  });

  it.each([8000, 22_050, 44_100, 96_000])('weights tones the same at %i Hz', (sampleRateHz) => {
    for (const hz of [30, 100, 400, 1000]) {
      expect(Math.abs(gainDb(sampleRateHz, hz) - gainDb(48_000, hz))).toBeLessThan(0.25);
    }
  });
});

describe('KWeighting', () => {
  it('goes on where the call before ended, equal to the difference equation', () => {
    const random = createRng(5).stream('noise');
    const samples = Float32Array.from({ length: 5000 }, () => random.normal());
    let expected = 0;
    let signal = Float64Array.from(samples);
    for (const [b0, b1, b2, a1, a2] of AT_48_KHZ as [number, number, number, number, number][]) {
      const out = new Float64Array(signal.length);
      for (let i = 0; i < signal.length; i += 1) {
        const x = (k: number): number => signal[i - k] ?? 0;
        const y = (k: number): number => out[i - k] ?? 0;
        out[i] = b0 * x(0) + b1 * x(1) + b2 * x(2) - a1 * y(1) - a2 * y(2);
      }
      signal = out;
    }
    for (const value of signal) expected += value * value;
    const filter = new KWeighting(48_000);
    let sum = 0;
    for (const [from, to] of [
      [0, 1],
      [1, 1700],
      [1700, 5000],
    ] as const)
      sum += filter.energyOf(samples, from, to);
    expect(sum / expected).toBeCloseTo(1, 6);
  });

  it('comes to rest in silence, and only then', () => {
    const filter = new KWeighting(48_000);
    expect(filter.rest()).toBe(0);
    filter.energyOf(Float32Array.from([1]), 0, 1);
    expect(filter.rest()).toBeNull();
    filter.energyOf(new Float32Array(48_000), 0, 48_000);
    expect(filter.rest()).toBe(0);
  });
});

describe('integratedLoudness and loudnessRange', () => {
  const lufs = (level: number): number => 10 ** ((level + 0.691) / 10);
  const energies = (...parts: [level: number, sec: number][]): Float64Array =>
    Float64Array.from(parts.flatMap(([level, sec]) => Array(sec * 10).fill(lufs(level)) as number[]));

  it('leave out what the gates shut out', () => {
    expect(integratedLoudness(energies([-23, 10]))).toBeCloseTo(-23, 6);
    expect(integratedLoudness(energies([-20, 60], [-80, 60]))).toBeCloseTo(-20, 1);
    expect(integratedLoudness(energies([-20, 60], [-40, 60]))).toBeCloseTo(-20, 1);
    expect(loudnessRange(energies([-20, 60], [-30, 60]))).toBeCloseTo(10, 1);
    expect(loudnessRange(energies([-20, 60], [-45, 60]))).toBeLessThan(1);
  });

  it('follow EBU Tech 3342 where levels change: 10 LU from -20 and -30, 5 from -20 and -15', () => {
    expect(loudnessRange(energies([-20, 20], [-30, 20]))).toBeCloseTo(10, 0.5);
    expect(loudnessRange(energies([-20, 20], [-15, 20]))).toBeCloseTo(5, 0.5);
    expect(loudnessRange(energies([-40, 20], [-20, 20]))).toBeCloseTo(20, 0.5);
  });

  it('are not defined for silence and for too little', () => {
    expect(integratedLoudness(new Float64Array(50))).toBeNull();
    expect(integratedLoudness(energies([-20, 1]).slice(0, 3))).toBeNull();
    expect(integratedLoudness(energies([-71, 2]))).toBeNull();
    expect(loudnessRange(energies([-20, 2]))).toBeNull();
    expect(loudnessRange(new Float64Array(50))).toBeNull();
  });
});
