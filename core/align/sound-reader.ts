/** A track's sound for listening, read in parts, so that a film of any length fits into memory. */

/** Rate of the sound that is kept of every track for listening, Hz. */
export const LISTENING_RATE_HZ = 16_000;

/** Mono sound at 16 kHz from the file's first instant; a track that begins later has zeros before. */
export type SoundReader = {
  /** Length of the track, s. */
  readonly durationSec: number;
  /**
   * The part from `startSec` to `endSec`, `round((endSec - startSec) * 16000)` samples; what lies outside the track is
   * zeros.
   */
  read: (startSec: number, endSec: number) => Promise<Float32Array>;
};
