/** A sound as it would be at another speed: what a dub made for another frame rate is compared with. */
import { LISTENING_RATE_HZ, type SoundReader } from './sound-reader.ts';

const HALF_TAPS = 8;
const TAPS = 2 * HALF_TAPS;
const PHASES = 256;

/** Rows of a sinc under a Hann window, one for each 256th of a sample // [PHASES + 1, TAPS] */
const KERNEL = Float32Array.from({ length: (PHASES + 1) * TAPS }, (_, i) => {
  const x = (i % TAPS) - HALF_TAPS + 1 - Math.floor(i / TAPS) / PHASES;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return Math.abs(x) >= HALF_TAPS ? 0 : sinc * Math.cos((Math.PI * x) / TAPS) ** 2;
});

/**
 * The sound played `speed` times as fast (1.0417: PAL speed), higher in pitch by as much: what was at `t` s is at
 * `t / speed` s. Good to 7 kHz for speeds from 0.8 to 1.15.
 */
export function atSpeed(sound: SoundReader, speed: number): SoundReader {
  if (speed === 1) return sound;
  return {
    durationSec: sound.durationSec / speed,
    read: async (startSec, endSec) => {
      const first = Math.round(startSec * LISTENING_RATE_HZ);
      const length = Math.round((endSec - startSec) * LISTENING_RATE_HZ);
      const from = Math.floor(first * speed) - HALF_TAPS;
      const to = Math.ceil((first + length) * speed) + HALF_TAPS + 1;
      const source = await sound.read(from / LISTENING_RATE_HZ, to / LISTENING_RATE_HZ);
      return interpolate(source, length, (i) => (first + i) * speed - from);
    },
  };
}

function interpolate(source: Float32Array, length: number, placeOf: (i: number) => number): Float32Array {
  const result = new Float32Array(length);
  for (let i = 0; i < length; i += 1) {
    const place = placeOf(i);
    const whole = Math.floor(place);
    const row = Math.round((place - whole) * PHASES) * TAPS;
    const start = whole - HALF_TAPS + 1;
    let sum = 0;
    for (let k = 0; k < TAPS; k += 1) sum += KERNEL[row + k]! * (source[start + k] ?? 0);
    result[i] = sum;
  }
  return result;
}
