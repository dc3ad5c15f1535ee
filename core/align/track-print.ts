/** Listens through a track of any length in parts and keeps half a kilobyte a second of it. */
import { sharedFft } from '../dsp/fft.ts';
import { FINGERPRINT_RATE_HZ, type Fingerprint } from './fingerprint.ts';
import { LISTENING_RATE_HZ, type SoundReader } from './sound-reader.ts';

/** A part that is held at a time, s; whole frames and whole bytes of signs. */
const PART_SEC = 16;
/** The frames of `bedSignal`, at the track's rate and at that of the signs. */
const WINDOW = 512;
const HOP = WINDOW / 2;
const DECIMATION = LISTENING_RATE_HZ / FINGERPRINT_RATE_HZ;
const SHORT_WINDOW = WINDOW / DECIMATION;
const SHORT_HOP = HOP / DECIMATION;
/** From 62 Hz to just under 2 kHz. */
const FIRST_BIN = 2;
const LAST_BIN = SHORT_WINDOW / 2 - 1;
/** Spots this far below the part's average are left small. */
const FLOOR_DB = -40;

const shape = sine(WINDOW);
const shortShape = sine(SHORT_WINDOW);

function sine(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / length));
}

/** The fingerprint of a whole track. @throws the signal's reason when it aborts, and what `read` throws. */
export async function printOf(
  sound: SoundReader,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Fingerprint> {
  const length = Math.floor(sound.durationSec * FINGERPRINT_RATE_HZ);
  const bits = new Uint8Array(Math.ceil(length / 8));
  const marginSec = WINDOW / LISTENING_RATE_HZ;
  for (let startSec = 0; startSec < sound.durationSec; startSec += PART_SEC) {
    signal?.throwIfAborted();
    const samples = await sound.read(startSec - marginSec, startSec + PART_SEC + marginSec);
    const low = lowFlat(samples).subarray(SHORT_WINDOW);
    const first = startSec * FINGERPRINT_RATE_HZ;
    const count = Math.min(PART_SEC * FINGERPRINT_RATE_HZ, length - first);
    for (let i = 0; i < count; i += 1) {
      if (low[i]! > 0) bits[(first + i) >> 3]! |= 1 << (i & 7);
    }
  }
  return { bits, length };
}

/** The `flat` bed signal below 2 kHz, at 4 kHz. */
function lowFlat(samples: Float32Array): Float32Array {
  const result = new Float32Array(Math.ceil(samples.length / DECIMATION) + SHORT_WINDOW);
  const floor = rms(samples) * Math.sqrt(WINDOW / 2) * 10 ** (FLOOR_DB / 20);
  if (floor === 0) return result;
  const long = sharedFft(WINDOW);
  const short = sharedFft(SHORT_WINDOW);
  const frame = new Float32Array(WINDOW);
  const spectrum = new Float32Array(WINDOW);
  const kept = new Float32Array(SHORT_WINDOW);
  const shortFrame = new Float32Array(SHORT_WINDOW);
  for (let start = 0; start + WINDOW <= samples.length; start += HOP) {
    for (let i = 0; i < WINDOW; i += 1) frame[i] = samples[start + i]! * shape[i]!;
    long.forward(frame, spectrum);
    for (let at = 2 * FIRST_BIN; at < 2 * (LAST_BIN + 1); at += 2) {
      const [re, im] = [spectrum[at]!, spectrum[at + 1]!];
      const gain = 1 / (Math.sqrt(re * re + im * im) + floor);
      kept[at] = re * gain;
      kept[at + 1] = im * gain;
    }
    short.inverse(kept, shortFrame);
    const first = (start / HOP) * SHORT_HOP;
    for (let i = 0; i < SHORT_WINDOW; i += 1) result[first + i]! += shortFrame[i]! * shortShape[i]!;
  }
  return result;
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i]! * samples[i]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}
