/** Waveform peaks against a naive version. */
import { expect, it } from 'vitest';
import { PEAK_ZOOMS, PeakCollector, unpackPeaks } from '../../../core/media/peaks.ts';
import { createRng } from '../../../core/rng.ts';

const random = createRng(2).stream('peaks');
const noise = Float32Array.from({ length: 100_000 }, () => random.normal() / 3);

it.each([48_000, 44_100])('gives lowest and highest of each stretch at three zooms: %i Hz', (rateHz) => {
  const startSamples = 1000;
  const collector = new PeakCollector(rateHz, startSamples);
  for (let at = 0; at < noise.length; at += 777) collector.push(noise.subarray(at, at + 777));
  const zooms = unpackPeaks(collector.finish());
  const all = new Float32Array(startSamples + noise.length);
  all.set(noise, startSamples);
  const value = (x: number): number => Math.max(-127, Math.min(127, x));
  expect(zooms.map(({ stretchSec }) => stretchSec * 48_000)).toEqual([...PEAK_ZOOMS]);
  for (const { stretchSec, values } of zooms) {
    const edge = (i: number): number => Math.round(i * stretchSec * rateHz);
    const count = values.length / 2;
    expect(edge(count)).toBeGreaterThanOrEqual(all.length);
    for (let i = 0; i < count; i += 1) {
      const stretch = all.subarray(edge(i), edge(i + 1));
      expect(values[2 * i]).toBe(value(Math.floor(Math.min(...stretch) * 127)));
      expect(values[2 * i + 1]).toBe(value(Math.ceil(Math.max(...stretch) * 127)));
    }
  }
});

it('of nothing are none, and another file is refused', () => {
  expect(unpackPeaks(new PeakCollector(48_000, 0).finish()).map(({ values }) => values.length)).toEqual([
    0, 0, 0,
  ]);
  expect(() => unpackPeaks(new Uint8Array(64))).toThrow(/waveform/);
});
