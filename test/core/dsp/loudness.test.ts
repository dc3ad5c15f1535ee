import { describe, expect, it } from 'vitest';
import { integratedLoudness } from '../../../core/dsp/loudness.ts';
import { measureWithFfmpeg } from '../align/reencode.ts';
import { makeBed, makeTrack, scaled } from '../align/synthetic-sound.ts';

/** What ffmpeg's own meter says, LUFS to one digit. */
async function ebur128(samples: Float32Array): Promise<number> {
  const text = await measureWithFfmpeg(samples, 'ebur128');
  const summary = text.slice(text.lastIndexOf('Integrated loudness'));
  return Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)![1]);
}

function sine(hz: number, gain: number, durationSec: number): Float32Array {
  return Float32Array.from(
    { length: 48_000 * durationSec },
    (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / 48_000),
  );
}

describe('integratedLoudness', () => {
  it('reads -3.01 LUFS for a 997 Hz sine at full scale (BS.1770-4)', () => {
    expect(integratedLoudness(sine(997, 1, 5))).toBeCloseTo(-3.01, 1);
  });

  it.each([
    ['a loud and a quiet tone', [...sine(1000, 0.3, 3), ...sine(1000, 0.03, 3)]],
    ['low and high tones', [...sine(80, 0.4, 2), ...sine(6000, 0.1, 2)]],
    [
      'speech over a bed, then silence',
      [...makeTrack(makeBed(2, 4), { voiceSeed: 9 }), ...new Float32Array(96_000)],
    ],
    ['a quiet scene', [...scaled(makeBed(4, 3.3), 0.01)]],
  ])('agrees with ffmpeg on %s', async (_, values) => {
    const samples = Float32Array.from(values);
    expect(Math.abs(integratedLoudness(samples)! - (await ebur128(samples)))).toBeLessThanOrEqual(0.1);
  });

  it('is not defined for silence and for less than 400 ms', () => {
    expect(integratedLoudness(new Float32Array(96_000))).toBeNull();
    expect(integratedLoudness(sine(1000, 0.5, 0.39))).toBeNull();
    expect(integratedLoudness(sine(1000, 1e-5, 2))).toBeNull();
  });
});
