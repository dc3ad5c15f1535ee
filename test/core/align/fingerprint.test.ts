import { beforeAll, describe, expect, it } from 'vitest';
import { bedSignal } from '../../../core/align/bed-signal.ts';
import { type Fingerprint, fingerprintOf, matchFingerprints } from '../../../core/align/fingerprint.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { reencode } from './reencode.ts';
import { makeBed, makeTrack, RATE_HZ, scaled } from './synthetic-sound.ts';

beforeAll(initFft);

const print = (samples: Float32Array): Fingerprint => fingerprintOf(bedSignal(samples).flat);

describe('fingerprint', () => {
  const track = makeTrack(makeBed(21, 5), { voiceSeed: 5 });

  it('takes half a kilobyte a second', () => {
    expect(print(track).bits.length).toBe(2500);
  });

  it('finds the same sound again, quieter, coded, cut and upside down', async () => {
    const coded = await reencode(scaled(track, 0.2), ['-c:a', 'libopus', '-b:a', '28k'], 'opus');
    const part = scaled(track.subarray(1.7 * RATE_HZ, 4 * RATE_HZ), -1);
    for (const other of [track, coded, part]) {
      const match = matchFingerprints(print(track), print(other));
      expect(match.height).toBeGreaterThan(25);
      expect(match.ratio).toBeGreaterThan(3);
    }
  });

  it('finds nothing in other sounds', () => {
    for (let seed = 30; seed < 40; seed += 1) {
      const other = makeTrack(makeBed(seed, 5), { voiceSeed: seed });
      expect(matchFingerprints(print(track), print(other)).height).toBeLessThan(8);
    }
  });

  it('does not judge less than a second', () => {
    expect(matchFingerprints(print(track), print(track.subarray(0, 0.9 * RATE_HZ))).height).toBe(0);
  });
});
