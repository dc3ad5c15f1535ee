/** Takes a 32-bit float WAV as it comes through a pipe and keeps the mean of its channels (paper-facts 4.3). */

/** What has come so far: mono samples, and the rate the header states (0 before it has come), Hz. */
export type MonoSound = { samples: Float32Array; sampleRateHz: number };

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const SAMPLE_BYTES = 4;

/**
 * Reads what ffmpeg writes as `-c:a pcm_f32le -f wav` to a pipe: sizes there are placeholders, so the samples are
 * whatever follows the header of the `data` chunk.
 */
export class MonoWavReader {
  #format: { channels: number; sampleRateHz: number } | null = null;
  #isRiffRead = false;
  #isInData = false;
  #rest: Buffer = Buffer.alloc(0);
  readonly #parts: Float32Array[] = [];

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isInData) this.#readHeader();
    if (this.#isInData) this.#readSamples();
    // Copied: a view would keep the pipe's whole buffer.
    this.#rest = Buffer.from(this.#rest);
  }

  /** All samples in one array; `startSamples` zeros come first (or so many samples fall away, where negative). */
  finish(startSamples = 0): MonoSound {
    const count = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const samples = new Float32Array(Math.max(0, count + startSamples));
    let at = startSamples;
    for (const part of this.#parts) {
      const visible = at < 0 ? part.subarray(Math.min(part.length, -at)) : part;
      samples.set(visible, Math.max(0, at));
      at += part.length;
    }
    return { samples, sampleRateHz: this.sampleRateHz };
  }

  /** The rate the header states, Hz; 0 before it has come. */
  get sampleRateHz(): number {
    return this.#format?.sampleRateHz ?? 0;
  }

  /** Passes over whole chunks; the next one begins at the start of the rest whenever this returns. */
  #readHeader(): void {
    if (!this.#isRiffRead) {
      if (this.#rest.length < RIFF_HEADER_BYTES) return;
      this.#rest = this.#rest.subarray(RIFF_HEADER_BYTES);
      this.#isRiffRead = true;
    }
    while (this.#rest.length >= CHUNK_HEADER_BYTES) {
      const name = this.#rest.toString('latin1', 0, 4);
      if (name === 'data') {
        this.#isInData = true;
        this.#rest = this.#rest.subarray(CHUNK_HEADER_BYTES);
        return;
      }
      const size = this.#rest.readUInt32LE(4);
      const end = CHUNK_HEADER_BYTES + size + (size % 2);
      if (this.#rest.length < end) return;
      if (name === 'fmt ') {
        this.#format = { channels: this.#rest.readUInt16LE(10), sampleRateHz: this.#rest.readUInt32LE(12) };
      }
      this.#rest = this.#rest.subarray(end);
    }
  }

  #readSamples(): void {
    const channels = this.#format?.channels ?? 1;
    const frames = Math.floor(this.#rest.length / (SAMPLE_BYTES * channels));
    if (frames === 0) return;
    this.#parts.push(meanOfChannels(this.#rest, frames, channels));
    this.#rest = this.#rest.subarray(frames * SAMPLE_BYTES * channels);
  }
}

function meanOfChannels(bytes: Buffer, frames: number, channels: number): Float32Array {
  const mono = new Float32Array(frames);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < frames; i += 1) {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += view.getFloat32(SAMPLE_BYTES * (i * channels + c), true);
    mono[i] = sum / channels;
  }
  return mono;
}
