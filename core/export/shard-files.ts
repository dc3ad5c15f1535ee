/** The files of one clip in a shard: its picture as MP4, each sound as FLAC. */
import { AppError } from '../domain/errors.ts';
import type { VideoSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import { fileAddress, manyOutputsArgs } from '../media/ffmpeg-args.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';

const TIMEOUT_MS = 15 * 60_000;
const MEMORY_BYTES = 4 * 2 ** 30;
/** Visually the same as the source (our choice); the encoder's own default is 23. */
const QUALITY_CRF = 18;
/** FLAC is written with 24 bits: no sound in the wild has more that can be heard. */
const FLAC_OPTIONS = ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'];
const BARE = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'];

/**
 * Cuts a window of a picture to an MP4 file of its own (H.264, no sound), from the first frame at or after its start.
 * @param shortSidePx null: as in the source
 * @throws AppError MEDIA_DAMAGED where it cannot be decoded
 */
export async function cutPicture(
  a: { source: VideoSource; timeWindow: TimeWindow; shortSidePx: number | null; path: string },
  tools: MediaTools,
  signal?: AbortSignal,
): Promise<void> {
  const { source, timeWindow } = a;
  const durationSec = timeWindow.endSec - timeWindow.startSec;
  const seek = timeWindow.startSec > 0 ? ['-ss', timeWindow.startSec.toFixed(6)] : [];
  const options = [
    ...[
      '-map',
      `0:${source.streamIndex}`,
      '-t',
      durationSec.toFixed(6),
      '-an',
      '-vf',
      scaling(a.shortSidePx),
    ],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(QUALITY_CRF), '-pix_fmt', 'yuv420p'],
    // Bytes that do not depend on the number of processors.
    ...['-threads', '1', ...BARE, '-movflags', '+faststart', '-f', 'mp4'],
  ];
  const outputs = [{ target: fileAddress(a.path), options }];
  try {
    await spawnTool({
      tool: tools.ffmpegPath,
      args: ['-y', ...manyOutputsArgs({ path: source.path, input: seek, filters: '', outputs })],
      timeoutMs: TIMEOUT_MS,
      signal,
      limits: { memoryBytes: MEMORY_BYTES },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TOOL_FAILED') throw error;
    const message = `${source.path} cannot be cut (${error.message}). The clip was left out; nothing else was changed. Import the file again.`;
    throw new AppError('MEDIA_DAMAGED', message, { cause: error });
  }
}

/** Even sides and square pixels; never larger than the source. */
function scaling(shortSidePx: number | null): string {
  if (shortSidePx === null) return 'scale=trunc(iw*sar/2)*2:trunc(ih/2)*2,setsar=1';
  const short = `min(${shortSidePx}\\,min(iw*sar\\,ih))/min(iw*sar\\,ih)`;
  return `scale=trunc(iw*sar*${short}/2)*2:trunc(ih*${short}/2)*2,setsar=1`;
}

/** Writes mono samples (-1..1) as FLAC with 24 bits. */
export async function writeFlac(
  samples: Float32Array,
  sampleRateHz: number,
  path: string,
  tools: MediaTools,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const input = ['-f', 'f32le', '-ar', String(sampleRateHz), '-ac', '1', '-i', 'pipe:0'];
  await spawnTool({
    tool: tools.ffmpegPath,
    args: [
      ...['-y', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe', ...input],
      ...[...FLAC_OPTIONS, ...BARE, '-f', 'flac', fileAddress(path)],
    ],
    input: bytes,
    timeoutMs: TIMEOUT_MS,
    signal,
    limits: { memoryBytes: MEMORY_BYTES },
  });
}
