/** Sound as numbers: one stream of a file, mixed to mono, at a given rate, cut to the sample. */
import { AppError } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';
import { type MonoSound, MonoWavReader } from './mono-wav-reader.ts';
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

async function decodeTrack(
  source: AudioSource,
  endSec: number | null,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<MonoSound> {
  const reader = new MonoWavReader();
  const start = new StartReader();
  const limit = endSec === null ? [] : ['-t', (Math.max(0, endSec) + MARGIN_SEC).toFixed(6)];
  try {
    await spawnTool({
      tool: tools.ffmpegPath,
      args: [
        ...decodeArgs({
          path: source.path,
          streamIndex: source.streamIndex,
          // Tags would be copied into the WAV header. Gaps are filled, but the start is not: the filter starts anew
          // whenever the track changes its channels, and would fill from 0 again.
          output: [
            ...['-af', 'aresample=async=1', '-map_metadata', '-1', '-fflags', '+bitexact'],
            ...['-c:a', 'pcm_f32le', ...limit, '-f', 'wav'],
          ],
        }),
        ...startArgs(source.streamIndex),
      ],
      timeoutMs: TIMEOUT_MS,
      signal,
      onStdout: (chunk) => reader.push(chunk),
      onStderrLine: (line) => start.readLine(line),
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
  const track = reader.finish(Math.round((start.startSec ?? 0) * reader.sampleRateHz));
  if (track.samples.length === 0) {
    throw new AppError(
      'AUDIO_EMPTY',
      `${source.path} gives no sound (0 samples). The pair was not used; nothing was changed. Import the file again.`,
    );
  }
  return track;
}

/** A second output beside the WAV, which has no times: the first frame of the track, as a line on standard error. */
function startArgs(streamIndex: number): string[] {
  return ['-map', `0:${streamIndex}`, '-frames:a', '1', '-f', 'framecrc', 'pipe:2'];
}

/** Reads from ffmpeg's framecrc lines when a track begins: `#tb 0: 1/48000`, then `0, dts, pts, ...`. */
class StartReader {
  /** s from the file's start; null before the line has come. */
  startSec: number | null = null;
  #tickSec = 0;

  readLine(line: string): void {
    const tick = /^#tb 0: (\d+)\/(\d+)$/.exec(line);
    if (tick !== null) this.#tickSec = Number(tick[1]) / Number(tick[2]);
    const frame = /^0,\s*-?\d+,\s*(-?\d+),/.exec(line);
    if (frame !== null) this.startSec ??= Number(frame[1]) * this.#tickSec;
  }
}
