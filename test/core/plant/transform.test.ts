/** What is done to samples, against the same thing said otherwise. */
import { describe, expect, it } from 'vitest';
import {
  clipped,
  compressed,
  faster,
  gap,
  joined,
  later,
  levelDb,
  loudestStart,
  lowPassed,
  mixed,
  PLANT_RATE_HZ,
  plantedOffsetMs,
  recut,
  shortened,
  silence,
} from '../../../core/plant/transform.ts';
import { createRng } from '../../../core/rng.ts';

function sine(hz: number, sec: number, gain = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(sec * PLANT_RATE_HZ) },
    (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / PLANT_RATE_HZ),
  );
}

describe('transforms', () => {
  it('move by whole samples and say by how much', () => {
    const sound = sine(440, 0.5);
    const late = later(sound, 12.34);
    const by = Math.round(12.34 * 48);
    expect(plantedOffsetMs(12.34)).toBeCloseTo(by / 48, 9);
    expect(late.subarray(0, by).every((sample) => sample === 0)).toBe(true);
    expect([...late.subarray(by, by + 100)]).toEqual([...sound.subarray(0, 100)]);
    expect([...later(sound, -10).subarray(0, 100)]).toEqual([...sound.subarray(480, 580)]);
    expect(late.length).toBe(sound.length);
  });

  it('play faster: shorter and higher by the ratio, as loud', () => {
    const sound = faster(sine(1000, 1), 25 / 24);
    expect(sound.length).toBe(Math.floor(48_000 / (25 / 24)));
    const expected = sine((1000 * 25) / 24, 0.9);
    for (let i = 100; i < 40_000; i += 97) expect(sound[i]!).toBeCloseTo(expected[i]!, 2);
  });

  it('let low sounds through a low-pass and no high ones', () => {
    const low = lowPassed(sine(1000, 0.3), 3000).subarray(2000, 12_000);
    const high = lowPassed(sine(6000, 0.3), 3000).subarray(2000, 12_000);
    expect(levelDb(low)).toBeCloseTo(levelDb(sine(1000, 0.3)), 0);
    expect(levelDb(high)).toBeLessThan(-60);
  });

  it('cut out, put in, and shorten by the length asked for', () => {
    const sound = sine(200, 2);
    expect(recut(sound, 'removed', 1, 0.3).length).toBe(sound.length - 14_400);
    expect(recut(sound, 'inserted', 1, 0.3).length).toBe(sound.length + 14_400);
    expect(recut(sound, 'removed', 1, 0.3)[80_000]).toBe(sound[94_400]);
    expect(shortened(sound, 0.5).length).toBe(72_000);
  });

  it('fade the seams of pieces, and only those', () => {
    const whole = joined([new Float32Array(1000).fill(1), new Float32Array(1000).fill(1)]);
    expect(whole[0]).toBe(1);
    expect(whole[999]).toBe(0);
    expect(whole[1000]).toBe(0);
    expect(whole[1999]).toBe(1);
  });

  it('hole where it is loudest', () => {
    const sound = sine(300, 3, 0.01);
    for (let i = 60_000; i < 70_000; i += 1) sound[i]! *= 20;
    const startSec = loudestStart(sound, 0.2, 0.4);
    expect(startSec).toBeGreaterThan(1.2);
    expect(startSec).toBeLessThan(1.3);
    const holed = gap(sound, startSec, 0.2);
    expect(holed[Math.round((startSec + 0.1) * 48_000)]).toBe(0);
    expect(holed[Math.round((startSec - 0.01) * 48_000)]).toBe(sound[Math.round((startSec - 0.01) * 48_000)]);
  });

  it('clip at full scale, by the drive', () => {
    const hot = clipped(sine(440, 0.5, 0.1), 12);
    expect(Math.max(...hot)).toBe(1);
    const share = hot.filter((sample) => Math.abs(sample) === 1).length / hot.length;
    // A sine driven by 12 dB is beyond full scale for 1 - 2 asin(1/4) / pi of the time.
    expect(share).toBeCloseTo(1 - (2 * Math.asin(10 ** (-12 / 20))) / Math.PI, 2);
  });

  it('bring loud and quiet together', () => {
    const sound = sine(500, 4);
    for (let i = 96_000; i < sound.length; i += 1) sound[i]! *= 0.05;
    const range = (samples: Float32Array): number =>
      levelDb(samples.subarray(20_000, 70_000)) - levelDb(samples.subarray(120_000, 170_000));
    expect(range(sound)).toBeCloseTo(26, 0);
    expect(range(compressed(sound, 0.5))).toBeCloseTo(13, 0);
  });

  it('mix without clipping, and make silence or a little noise', () => {
    expect(Math.max(...mixed(sine(300, 0.2, 0.9), sine(300, 0.2, 0.9), 0))).toBeLessThanOrEqual(0.991);
    const random = createRng(1).stream('test');
    expect(levelDb(silence(20_000, -80, random))).toBeCloseTo(-80, 0);
    expect(silence(10, -200, random).every((sample) => sample === 0)).toBe(true);
  });
});
