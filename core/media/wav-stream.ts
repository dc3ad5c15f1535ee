/** Takes a 32-bit float WAV as it comes through a pipe and hands on its samples, all channels, as they come. */

/** What the header states. */
export type SoundFormat = { channels: number; sampleRateHz: number };

/** Called with samples of all channels in turn, whole frames; the array is used again afterwards. */
export type OnSamples = (interleaved: Float32Array, format: SoundFormat) => void;

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const SAMPLE_BYTES = 4;

/**
 * Reads what ffmpeg writes as `-c:a pcm_f32le -f wav` to a pipe: sizes there are placeholders, so the samples are
 * whatever follows the header of the `data` chunk. Holds no more than a part of a frame.
 */
export class WavStream {
  /** What the header states; null before it has come. */
  format: SoundFormat | null = null;
  readonly #onSamples: OnSamples;
  #isRiffRead = false;
  #isInData = false;
  #rest: Buffer = Buffer.alloc(0);
  /** Of its own, so that samples are aligned however the pipe cuts. */
  #samples = new Float32Array(0);

  constructor(onSamples: OnSamples) {
    this.#onSamples = onSamples;
  }

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Buffer): void {
    if (this.#isInData) {
      this.#pass(chunk);
      return;
    }
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#readHeader()) return;
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    this.#pass(rest);
  }

  /** Passes over whole chunks. @returns whether the samples have been reached. */
  #readHeader(): boolean {
    if (!this.#isRiffRead) {
      if (this.#rest.length < RIFF_HEADER_BYTES) return false;
      this.#rest = this.#rest.subarray(RIFF_HEADER_BYTES);
      this.#isRiffRead = true;
    }
    while (this.#rest.length >= CHUNK_HEADER_BYTES) {
      const name = this.#rest.toString('latin1', 0, 4);
      if (name === 'data') {
        this.#rest = this.#rest.subarray(CHUNK_HEADER_BYTES);
        this.#isInData = true;
        return true;
      }
      const size = this.#rest.readUInt32LE(4);
      const end = CHUNK_HEADER_BYTES + size + (size % 2);
      if (this.#rest.length < end) return false;
      if (name === 'fmt ') {
        this.format = { channels: this.#rest.readUInt16LE(10), sampleRateHz: this.#rest.readUInt32LE(12) };
      }
      this.#rest = this.#rest.subarray(end);
    }
    return false;
  }

  #pass(chunk: Buffer): void {
    const format = this.format ?? { channels: 1, sampleRateHz: 0 };
    const frameBytes = SAMPLE_BYTES * format.channels;
    const bytes = this.#rest.length + chunk.length;
    const whole = bytes - (bytes % frameBytes);
    if (whole === 0) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return;
    }
    const count = whole / SAMPLE_BYTES;
    if (this.#samples.length < count) this.#samples = new Float32Array(count);
    const target = new Uint8Array(this.#samples.buffer);
    target.set(this.#rest);
    target.set(chunk.subarray(0, whole - this.#rest.length), this.#rest.length);
    this.#rest = Buffer.from(chunk.subarray(whole - this.#rest.length));
    this.#onSamples(this.#samples.subarray(0, count), format);
  }
}
