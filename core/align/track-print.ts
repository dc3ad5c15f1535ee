/** Listens through a track of any length in parts and keeps half a kilobyte a second of it. */
import { flatSignal } from './bed-signal.ts';
import { FINGERPRINT_RATE_HZ, type Fingerprint, fingerprintOf } from './fingerprint.ts';
import type { SoundReader } from './sound-reader.ts';

/** A part that is held at a time, s; whole bytes of signs. */
const PART_SEC = 20;
/** Read beyond both ends of a part, so that parts join without a seam, s; whole bytes of signs. */
const MARGIN_SEC = 0.1;
const BYTES_PER_SEC = FINGERPRINT_RATE_HZ / 8;

/** The fingerprint of a whole track. @throws the signal's reason when it aborts, and what `read` throws. */
export async function printOf(
  sound: SoundReader,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Fingerprint> {
  const length = Math.floor(sound.durationSec * FINGERPRINT_RATE_HZ);
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (let start = 0; start < sound.durationSec; start += PART_SEC) {
    signal?.throwIfAborted();
    const samples = await sound.read(start - MARGIN_SEC, start + PART_SEC + MARGIN_SEC);
    const part = fingerprintOf(flatSignal(samples)).bits.subarray(MARGIN_SEC * BYTES_PER_SEC);
    const at = start * BYTES_PER_SEC;
    bits.set(part.subarray(0, Math.min(PART_SEC * BYTES_PER_SEC, bits.length - at)), at);
  }
  return { bits, length };
}
