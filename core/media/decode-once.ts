/** Runs the one decode of a file and gathers what comes through its pipes, in bounded memory. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { initFft } from '../dsp/fft.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { type PlainFile, refusal } from './file-kind.ts';
import { FrameLines } from './frame-lines.ts';
import type { RateChange } from './mp3-rates.ts';
import type { MediaProbe, ProbedStream } from './probe.ts';
import { needsProxy, type PictureSize, proxyRecipe, thumbnailSize } from './proxy.ts';
import { type ScanPipe, scanCommand } from './scan-args.ts';
import { type ScannedTrack, TrackSink } from './track-sink.ts';
import { type ScannedVideo, VideoSink } from './video-sink.ts';

/** What decoding gave, whatever the file's name: kept as `heard.json`. */
export type HeardRecord = {
  probe: MediaProbe;
  videos: ScannedVideo[];
  tracks: ScannedTrack[];
  /** What ffmpeg complained of, the first hundred lines. */
  errorLines: string[];
  /** Small JPEGs of the first picture, each with its place in `thumbnails.mjpeg`. */
  thumbnails: (PictureSize & { timesSec: number[]; offsets: number[] }) | null;
  /** File name of the proxy; null where a browser plays the original, or none could be made. */
  proxy: string | null;
  /** Where an MP3 changes its sample rate; absent where it does not. */
  rateChange?: RateChange;
};

/** How a file is decoded. */
export type DecodeOptions = {
  /** Where copies, peaks, thumbnails and proxy are written; null keeps nothing but counts. */
  folder: string | null;
  /** Decoder threads. */
  threads: number;
  signal?: AbortSignal | undefined;
  /** Called with how far decoding has come, s. */
  onTime?: ((sec: number) => void) | undefined;
};

const BASE_TIMEOUT_MS = 60_000;
const TIMEOUT_PER_SEC_MS = 4000;
const LONGEST_TIMEOUT_MS = 12 * 3600_000;
const MEMORY_BYTES = 4 * 2 ** 30;
const MOST_ERROR_LINES = 100;

/**
 * Decodes every picture and sound of a file once, in full.
 * @throws AppError MEDIA_TIMEOUT; what `spawnTool` throws.
 */
export async function decodeOnce(
  file: PlainFile,
  probe: MediaProbe,
  tools: MediaTools,
  options: DecodeOptions,
): Promise<HeardRecord> {
  await initFft();
  const recipe = options.folder !== null && needsProxy(probe) ? await proxyRecipe(tools) : null;
  const proxy = recipe === null ? null : { recipe, folder: options.folder! };
  const first = await decodeWith(file, probe, tools, options, proxy);
  if (!first.hasFailed || proxy === null) return first.record;
  // An encoder that fails must not look like a damaged file.
  await rm(join(proxy.folder, proxy.recipe.fileName), { force: true });
  return (await decodeWith(file, probe, tools, options, null)).record;
}

async function decodeWith(
  file: PlainFile,
  probe: MediaProbe,
  tools: MediaTools,
  { folder, threads, signal, onTime }: DecodeOptions,
  proxy: Parameters<typeof scanCommand>[0]['proxy'],
): Promise<{ record: HeardRecord; hasFailed: boolean }> {
  const media = probe.streams.filter(({ kind }) => kind !== 'other');
  const thumbnailStepSec = stepOf(probe.headerDurationSec);
  const { args, pipes } = scanCommand({ path: file.path, media, threads, thumbnailStepSec, proxy });
  const sinks = new Sinks(media, folder, thumbnailStepSec, onTime);
  const errorLines: string[] = [];
  const timeoutMs = Math.min(
    LONGEST_TIMEOUT_MS,
    BASE_TIMEOUT_MS + TIMEOUT_PER_SEC_MS * Math.max(0, probe.headerDurationSec ?? 3600),
  );
  try {
    const ended = await spawnTool({
      tool: tools.ffmpegPath,
      args,
      timeoutMs,
      signal,
      outputs: pipes.map((pipe) => sinks.consumerOf(pipe)),
      onStderrLine: (line) => {
        if (errorLines.length < MOST_ERROR_LINES && line.trim() !== '') errorLines.push(line.trim());
      },
      maxStdoutBytes: Number.MAX_SAFE_INTEGER,
      limits: { memoryBytes: MEMORY_BYTES },
      allowFailure: true,
    }).catch((error: unknown) => {
      throw inWordsOf(file.name, timeoutMs, error);
    });
    if (ended.signal !== null) errorLines.unshift(`it makes ffmpeg fail (${ended.signal})`);
    const gathered = await sinks.finish();
    const proxyName = proxy?.recipe.fileName ?? null;
    return { record: { probe, ...gathered, errorLines, proxy: proxyName }, hasFailed: ended.exitCode !== 0 };
  } finally {
    sinks.close();
  }
}

/** Everything that takes bytes. */
class Sinks {
  readonly #videos = new Map<number, VideoSink>();
  readonly #tracks = new Map<number, TrackSink>();
  readonly #onTime: (sec: number) => void;

  constructor(
    media: readonly ProbedStream[],
    folder: string | null,
    thumbnailStepSec: number,
    onTime: ((sec: number) => void) | undefined,
  ) {
    this.#onTime = onTime ?? (() => {});
    for (const stream of media) {
      if (stream.kind === 'audio') this.#tracks.set(stream.index, new TrackSink(stream.index, folder));
      if (stream.kind !== 'video') continue;
      const isFirst = this.#videos.size === 0;
      const thumbnails =
        isFirst && folder !== null
          ? { folder, size: thumbnailSize(stream), stepSec: thumbnailStepSec }
          : null;
      this.#videos.set(stream.index, new VideoSink(stream.index, thumbnails));
    }
  }

  consumerOf({ kind, streamIndex }: ScanPipe): (chunk: Buffer) => void {
    if (kind === 'sound' || kind === 'starts') {
      const track = this.#tracks.get(streamIndex)!;
      if (kind === 'sound') return (chunk) => track.push(chunk);
      const starts = new FrameLines(({ ptsSec }) => track.startsAt(ptsSec));
      return (chunk) => starts.push(chunk);
    }
    const video = this.#videos.get(streamIndex)!;
    if (kind === 'greys') return (chunk) => video.pushGreys(chunk);
    if (kind === 'thumbnails') return (chunk) => video.pushThumbnails(chunk);
    const frames = new FrameLines((frame) => {
      video.pushFrame(frame);
      this.#onTime(frame.ptsSec);
    });
    return (chunk) => frames.push(chunk);
  }

  async finish(): Promise<Pick<HeardRecord, 'videos' | 'tracks' | 'thumbnails'>> {
    const videos = [...this.#videos.values()];
    const thumbnails = (await videos[0]?.finishThumbnails()) ?? null;
    const tracks: ScannedTrack[] = [];
    for (const track of this.#tracks.values()) tracks.push(await track.finish());
    return { videos: videos.map((video) => video.finish()), tracks, thumbnails };
  }

  close(): void {
    for (const sink of [...this.#tracks.values(), ...this.#videos.values()]) sink.close();
  }
}

/** Time between thumbnails, s: a minute gives sixty, a film two thousand (our choice). */
function stepOf(durationSec: number | null): number {
  if (durationSec !== null && durationSec <= 60) return 1;
  return durationSec !== null && durationSec <= 600 ? 2 : 5;
}

function inWordsOf(name: string, timeoutMs: number, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'TOOL_TIMEOUT') return error;
  return refusal(
    'MEDIA_TIMEOUT',
    `${name} could not be decoded within ${Math.round(timeoutMs / 1000)} s`,
    'Convert it first.',
  );
}
