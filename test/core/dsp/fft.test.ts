import { beforeAll, describe, expect, it } from 'vitest';
import { createFft, initFft, isFftSize, nextPowerOfTwo } from '../../../core/dsp/fft.ts';
import { createRng } from '../../../core/rng.ts';

function noise(length: number, seed: number): Float32Array {
  const stream = createRng(seed).stream('noise');
  return Float32Array.from({ length }, () => stream.normal());
}

/** The definition, in double precision. */
function naiveBin(samples: Float32Array, size: number, bin: number): [number, number] {
  let re = 0;
  let im = 0;
  for (let n = 0; n < samples.length; n += 1) {
    const angle = (-2 * Math.PI * ((bin * n) % size)) / size;
    re += samples[n]! * Math.cos(angle);
    im += samples[n]! * Math.sin(angle);
  }
  return [re, im];
}

describe('createFft', () => {
  beforeAll(initFft);

  it.each([32, 96, 480, 1024, 4096])('equals the definition in every bin at size %i', (size) => {
    const samples = noise(size, size);
    const spectrum = new Float32Array(size);
    const fft = createFft(size);
    fft.forward(samples, spectrum);
    const tolerance = 2e-6 * size;
    expect(spectrum[0]).toBeCloseTo(naiveBin(samples, size, 0)[0], 3);
    expect(spectrum[1]).toBeCloseTo(naiveBin(samples, size, size / 2)[0], 3);
    for (let bin = 1; bin < size / 2; bin += 1) {
      const [re, im] = naiveBin(samples, size, bin);
      expect(Math.abs(spectrum[2 * bin]! - re)).toBeLessThan(tolerance);
      expect(Math.abs(spectrum[2 * bin + 1]! - im)).toBeLessThan(tolerance);
    }
    fft.dispose();
  });

  it('equals the definition in chosen bins at 2^20, with other sizes made in between', () => {
    const size = 2 ** 20;
    const samples = noise(size, 3);
    const spectrum = new Float32Array(size);
    const fft = createFft(size);
    const small = createFft(1024);
    fft.forward(samples, spectrum);
    for (const bin of [1, 77, 65_537, 524_287]) {
      const [re, im] = naiveBin(samples, size, bin);
      expect(Math.abs(spectrum[2 * bin]! - re)).toBeLessThan(0.02);
      expect(Math.abs(spectrum[2 * bin + 1]! - im)).toBeLessThan(0.02);
    }
    small.dispose();
    fft.dispose();
  });

  it('comes back to the samples, and takes shorter input as padded with zeros', () => {
    const fft = createFft(2048);
    const samples = noise(1500, 8);
    const padded = new Float32Array(2048);
    padded.set(samples);
    const first = new Float32Array(2048);
    const second = new Float32Array(2048);
    fft.forward(noise(2048, 1), second);
    fft.forward(samples, first);
    fft.forward(padded, second);
    expect(first).toEqual(second);
    const back = new Float32Array(2048);
    fft.inverse(first, back);
    for (let i = 0; i < 2048; i += 1) expect(back[i]).toBeCloseTo(padded[i]!, 5);
    fft.dispose();
  });

  it('refuses sizes that pffft cannot do', () => {
    expect([31, 33, 0, -32, 1.5, 224, 2 ** 25].map(isFftSize)).toEqual(Array(7).fill(false));
    expect([32, 96, 1024, 2 ** 20].map(isFftSize)).toEqual(Array(4).fill(true));
    expect(() => createFft(224)).toThrow(/224/);
    expect([1, 33, 1024, 1025].map(nextPowerOfTwo)).toEqual([32, 64, 1024, 2048]);
  });
});
