/** Pictures as numbers: the frames that stand for windows of a file, in one pass over it. */
import { AppError } from '../domain/errors.ts';
import type { VideoSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';
import { chooseFrames, readFrameTimes } from './frame-times.ts';
import { PpmReader } from './ppm-reader.ts';
import { type Picture, scalePicture, shortSideSize } from './scale-frame.ts';

/** Frames of one window, rgb24 // [frames, height, width, 3] */
export type DecodedFrames = { data: Uint8Array; frames: number; height: number; width: number };

/** How many frames, and how large. */
export type FrameRequest = { frameCount: number; shortSidePx: number };

const TIMEOUT_MS = 15 * 60_000;
const MEMORY_BYTES = 4 * 2 ** 30;

/** Decodes one window; see `decodeFramesOfFile`. */
export async function decodeFrames(
  source: VideoSource,
  timeWindow: TimeWindow,
  request: FrameRequest,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<DecodedFrames> {
  const [frames] = await decodeFramesOfFile(source, [timeWindow], request, tools, options);
  return frames!;
}

/**
 * Decodes several windows of a file with one ffmpeg process that reads it once; frames are chosen and scaled as the
 * official inference does (paper-facts 4.2).
 * @returns one result a window, in their order.
 * @throws AppError MEDIA_DAMAGED where frames are missing.
 */
export async function decodeFramesOfFile(
  source: VideoSource,
  timeWindows: readonly TimeWindow[],
  request: FrameRequest,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<DecodedFrames[]> {
  const times = await readFrameTimes(source, tools, options);
  const chosen = timeWindows.map((timeWindow) => chooseFrames(times, timeWindow, request.frameCount));
  const wanted = [...new Set(chosen.flat())].sort((a, b) => a - b);
  const pictures = await decodePictures(source, wanted, request.shortSidePx, tools, options.signal);
  return chosen.map((indexes) => join(indexes.map((index) => pictures.get(index)!)));
}

async function decodePictures(
  source: VideoSource,
  indexes: readonly number[],
  shortSidePx: number,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<Map<number, Picture>> {
  const pictures = new Map<number, Picture>();
  const reader = new PpmReader((picture) => {
    const index = indexes[pictures.size];
    if (index === undefined) return;
    const { width, height } = shortSideSize(picture.width, picture.height, shortSidePx);
    pictures.set(index, { data: scalePicture(picture, width, height), width, height });
  });
  const last = indexes.at(-1) ?? 0;
  await spawnTool({
    tool: tools.ffmpegPath,
    args: decodeArgs({
      path: source.path,
      streamIndex: source.streamIndex,
      input: ['-threads', '1'],
      output: [
        ...['-an', '-fps_mode', 'passthrough', '-frames:v', String(indexes.length)],
        ...[
          '-vf',
          `select='${selection(indexes, last)}'`,
          '-sws_flags',
          'bilinear+accurate_rnd+full_chroma_int',
        ],
        ...['-c:v', 'ppm', '-f', 'image2pipe'],
      ],
    }),
    timeoutMs: TIMEOUT_MS,
    signal,
    onStdout: (chunk) => reader.push(chunk),
    maxStdoutBytes: Number.MAX_SAFE_INTEGER,
    limits: { memoryBytes: MEMORY_BYTES },
  });
  if (pictures.size < indexes.length) {
    throw new AppError(
      'MEDIA_DAMAGED',
      `${source.path} gives ${pictures.size} of the ${indexes.length} frames that its clips need. They were not used; nothing was changed. Import the file again.`,
    );
  }
  return pictures;
}

/** ffmpeg's expression that is 1 for the wanted frames; neighbours are joined to ranges. */
function selection(indexes: readonly number[], last: number): string {
  const terms: string[] = [];
  let from = indexes[0] ?? 0;
  for (const [i, index] of indexes.entries()) {
    const next = indexes[i + 1];
    if (next === index + 1) continue;
    terms.push(from === index ? `eq(n,${index})` : `between(n,${from},${index})`);
    if (index === last || next === undefined) break;
    from = next;
  }
  return terms.join('+');
}

function join(pictures: readonly Picture[]): DecodedFrames {
  const [first] = pictures;
  const { width, height } = first!;
  const size = width * height * 3;
  const data = new Uint8Array(pictures.length * size);
  for (const [i, picture] of pictures.entries()) data.set(picture.data, i * size);
  return { data, frames: pictures.length, height, width };
}
