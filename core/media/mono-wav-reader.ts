/** Takes a 32-bit float WAV as it comes through a pipe and keeps the mean of its channels (paper-facts 4.3). */

import { WavStream } from './wav-stream.ts';

/** What has come so far: mono samples, and the rate the header states (0 before it has come), Hz. */
export type MonoSound = { samples: Float32Array; sampleRateHz: number };

/**
 * Reads what ffmpeg writes as `-c:a pcm_f32le -f wav` to a pipe and keeps it. For tracks of any length: `WavStream`.
 */
export class MonoWavReader {
  readonly #parts: Float32Array[] = [];
  readonly #stream = new WavStream((interleaved, { channels }) => {
    this.#parts.push(meanOfChannels(interleaved, channels));
  });

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Buffer): void {
    this.#stream.push(chunk);
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
    return this.#stream.format?.sampleRateHz ?? 0;
  }
}

/** The mean of all channels // [frames] */
export function meanOfChannels(
  interleaved: Float32Array,
  channels: number,
  into = new Float32Array(interleaved.length / channels),
): Float32Array {
  const frames = interleaved.length / channels;
  if (channels === 1) {
    into.set(interleaved);
  } else if (channels === 2) {
    for (let i = 0, at = 0; i < frames; i += 1, at += 2)
      into[i] = (interleaved[at]! + interleaved[at + 1]!) / 2;
  } else {
    for (let i = 0, at = 0; i < frames; i += 1) {
      let sum = 0;
      for (let c = 0; c < channels; c += 1, at += 1) sum += interleaved[at]!;
      into[i] = sum / channels;
    }
  }
  return into.length === frames ? into : into.subarray(0, frames);
}
