/** Sound as numbers: one stream of a file, mixed to mono, at a given rate, cut to the sample. */
import { AppError } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';
import { resample } from './resample.ts';

/** What part of a track, and how. */
export type AudioRequest = {
  sampleRateHz: number;
  /** From the track's start, s; may be negative: then the result begins with zeros. Default 0. */
  startSec?: number;
  /** Length of the result, s; beyond the track's end it is zeros. Default: to the end. */
  durationSec?: number;
};

/** How long decoding one track may take, ms: a film of three hours takes about a minute. */
const TIMEOUT_MS = 15 * 60_000;
/** Sound decoded past the wanted end, s: some decoders end a packet early (performance.md 1a). */
const MARGIN_SEC = 0.5;
const MEMORY_BYTES = 4 * 2 ** 30;

/**
 * Decodes a track, mono: the mean of its channels (paper-facts 4.3), resampled where the file has another rate.
 * A track that starts after its file does is padded to its place.
 * @throws AppError MEDIA_DAMAGED where it cannot be decoded, AUDIO_EMPTY where nothing comes out.
 */
export async function decodeAudio(
  source: AudioSource,
  request: AudioRequest,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Float32Array> {
  const { sampleRateHz, startSec = 0, durationSec } = request;
  const endSec = durationSec === undefined ? null : startSec + durationSec;
  const track = await decodeTrack(source, endSec, tools, options.signal);
  const samples = resample(track.samples, track.sampleRateHz, sampleRateHz);
  return cutWindow(samples, sampleRateHz, { startSec, durationSec });
}

/** Samples of a window; what lies outside is zeros. Positions are rounded to the nearest sample. */
export function cutWindow(
  samples: Float32Array,
  sampleRateHz: number,
  a: { startSec: number; durationSec: number | undefined },
): Float32Array {
  const start = Math.round(a.startSec * sampleRateHz);
  const length =
    a.durationSec === undefined
      ? Math.max(0, samples.length - start)
      : Math.round(a.durationSec * sampleRateHz);
  if (start === 0 && length === samples.length) return samples;
  const result = new Float32Array(length);
  const from = Math.max(0, start);
  const to = Math.min(samples.length, start + length);
  if (to > from) result.set(samples.subarray(from, to), from - start);
  return result;
}

type Track = { samples: Float32Array; sampleRateHz: number };

async function decodeTrack(
  source: AudioSource,
  endSec: number | null,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<Track> {
  const reader = new MonoWavReader();
  const limit = endSec === null ? [] : ['-t', (Math.max(0, endSec) + MARGIN_SEC).toFixed(6)];
  try {
    await spawnTool({
      tool: tools.ffmpegPath,
      args: decodeArgs({
        path: source.path,
        streamIndex: source.streamIndex,
        output: ['-vn', '-af', 'aresample=async=1:first_pts=0', '-c:a', 'pcm_f32le', ...limit, '-f', 'wav'],
      }),
      timeoutMs: TIMEOUT_MS,
      signal,
      onStdout: (chunk) => reader.push(chunk),
      maxStdoutBytes: Number.MAX_SAFE_INTEGER,
      limits: { memoryBytes: MEMORY_BYTES },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TOOL_FAILED') throw error;
    throw new AppError(
      'MEDIA_DAMAGED',
      `${source.path} can no longer be decoded (${error.message}). The pair was not used; nothing was changed. Import the file again.`,
      { cause: error, details: { path: source.path } },
    );
  }
  const track = reader.finish();
  if (track.samples.length === 0) {
    throw new AppError(
      'AUDIO_EMPTY',
      `${source.path} gives no sound (0 samples). The pair was not used. Import the file again.`,
    );
  }
  return track;
}

/** Takes a 32-bit float WAV as it comes through a pipe and keeps the mean of its channels. */
class MonoWavReader {
  #header: { channels: number; sampleRateHz: number } | null = null;
  #rest: Buffer = Buffer.alloc(0);
  readonly #parts: Float32Array[] = [];

  push(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#header === null) {
      const dataStart = this.#readHeader(bytes);
      if (dataStart === null) {
        this.#rest = bytes;
        return;
      }
      bytes = bytes.subarray(dataStart);
    }
    const frameBytes = 4 * (this.#header?.channels ?? 1);
    const frames = Math.floor(bytes.length / frameBytes);
    if (frames > 0) this.#parts.push(monoOf(bytes, frames, this.#header?.channels ?? 1));
    this.#rest = Buffer.from(bytes.subarray(frames * frameBytes));
  }

  finish(): Track {
    const samples = new Float32Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      samples.set(part, at);
      at += part.length;
    }
    return { samples, sampleRateHz: this.#header?.sampleRateHz ?? 0 };
  }

  /** @returns where the samples begin, or null while the header is not complete. */
  #readHeader(bytes: Buffer): number | null {
    let at = 12;
    while (at + 8 <= bytes.length) {
      const name = bytes.toString('latin1', at, at + 4);
      const size = bytes.readUInt32LE(at + 4);
      if (name === 'data') return at + 8;
      if (at + 8 + size > bytes.length) return null;
      if (name === 'fmt ') {
        this.#header = { channels: bytes.readUInt16LE(at + 10), sampleRateHz: bytes.readUInt32LE(at + 12) };
      }
      at += 8 + size + (size % 2);
    }
    return null;
  }
}

function monoOf(bytes: Buffer, frames: number, channels: number): Float32Array {
  const mono = new Float32Array(frames);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < frames; i += 1) {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += view.getFloat32(4 * (i * channels + c), true);
    mono[i] = sum / channels;
  }
  return mono;
}
