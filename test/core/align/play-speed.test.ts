import { describe, expect, it } from 'vitest';
import { atSpeed } from '../../../core/align/play-speed.ts';
import { LISTENING_RATE_HZ } from '../../../core/align/sound-reader.ts';
import { readerOf } from '../checks/heard-source.ts';

const tone = (hz: number, durationSec: number): Float32Array =>
  Float32Array.from({ length: durationSec * LISTENING_RATE_HZ }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / LISTENING_RATE_HZ),
  );

describe('atSpeed', () => {
  it.each([25 / 24, 24 / 25, 1.001])('plays a tone at %f times its pitch', async (speed) => {
    const played = atSpeed(readerOf(tone(3000, 2)), speed);
    expect(played.durationSec).toBeCloseTo(2 / speed, 9);
    const samples = await played.read(0.5, 1.5);
    for (let i = 0; i < samples.length; i += 101) {
      const at = 0.5 + i / LISTENING_RATE_HZ;
      expect(samples[i]).toBeCloseTo(Math.sin(2 * Math.PI * 3000 * speed * at), 1);
    }
  });

  it('reads the same in parts as in one', async () => {
    const played = atSpeed(readerOf(tone(440, 3)), 25 / 24);
    const whole = await played.read(0, 2);
    const part = await played.read(1, 1.5);
    expect(part).toEqual(whole.slice(16_000, 24_000));
  });

  it('is the sound itself at speed 1', () => {
    const sound = readerOf(tone(440, 1));
    expect(atSpeed(sound, 1)).toBe(sound);
  });
});
