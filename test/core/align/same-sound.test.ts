import { beforeAll, describe, expect, it } from 'vitest';
import { bedSignal } from '../../../core/align/bed-signal.ts';
import { compareSounds, type SoundComparison } from '../../../core/align/same-sound.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { reencode } from './reencode.ts';
import { makeBed, makeTrack, RATE_HZ, scaled } from './synthetic-sound.ts';

beforeAll(initFft);

function compare(a: Float32Array, b: Float32Array, lagMs = 0): SoundComparison {
  return compareSounds(bedSignal(a).plain, bedSignal(b).plain, lagMs);
}

describe('compareSounds', () => {
  const bed = makeBed(11, 4);
  const original = makeTrack(bed, { voiceSeed: 1, voiceGain: 0.5 });

  it('finds no difference in a copy, at any level and shift', () => {
    const same = compare(original, scaled(original, 0.1));
    expect(same.differingSec).toBe(0);
    expect(same.residualDb).toBeLessThan(-60);
    const late = makeTrack(original, { voiceSeed: null, offsetMs: 250 + 1 / 96 });
    expect(compare(original, late, 250).differingSec).toBe(0);
  });

  it.each([
    ['aac', ['-af', 'volume=-6dB', '-c:a', 'aac', '-b:a', '64k'], 'm4a'],
    ['opus', ['-c:a', 'libopus', '-b:a', '24k'], 'opus'],
    [
      'mp3 with an equaliser',
      ['-af', 'highpass=f=150,treble=g=5', '-c:a', 'libmp3lame', '-b:a', '48k'],
      'mp3',
    ],
  ])('finds next to none after %s', async (_, args, extension) => {
    const copy = await reencode(original, args, extension);
    const { differingSec, activeSec, residualDb, longestDifferenceSec } = compare(original, copy);
    expect(activeSec).toBeGreaterThan(2);
    expect(differingSec / activeSec).toBeLessThan(0.08);
    expect(longestDifferenceSec).toBeLessThan(0.15);
    expect(residualDb).toBeLessThan(-5);
  });

  it('finds a dub different for as long as either speaks', () => {
    const { differingSec, activeSec, longestDifferenceSec } = compare(
      original,
      makeTrack(bed, { voiceSeed: 2, voiceGain: 0.5 }),
    );
    expect(differingSec / activeSec).toBeGreaterThan(0.4);
    expect(longestDifferenceSec).toBeGreaterThan(0.2);
  });

  it('finds one replaced word of half a second', () => {
    const dub = original.slice();
    const word = makeTrack(bed, { voiceSeed: 3, voiceGain: 0.5 });
    dub.set(word.subarray(2 * RATE_HZ, 2.5 * RATE_HZ), 2 * RATE_HZ);
    expect(compare(original, dub).longestDifferenceSec).toBeGreaterThan(0.2);
  });

  it('has nothing to say of sounds shorter than a frame', () => {
    expect(compare(original.subarray(0, 1000), original.subarray(0, 1000)).activeSec).toBe(0);
  });
});
