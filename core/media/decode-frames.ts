/** Pictures as numbers: the frames that stand for windows of a file, in one pass over it, a bounded part at a time. */
import type { DecodedFrames } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import type { VideoSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';
import { chooseFrames, type FileFrames, readFrameTimes } from './frame-times.ts';
import { PpmReader } from './ppm-reader.ts';
import { type Picture, scalePicture, shortSideSize } from './scale-frame.ts';

/** How many frames, and how large. */
export type FrameRequest = { frameCount: number; shortSidePx: number };

/** How decoding is stopped, and how much is held at a time. */
export type FrameOptions = {
  signal?: AbortSignal | undefined;
  /** Frames that one ffmpeg process gives, which are held until their windows are handed over; default 1500. */
  framesAtOnce?: number;
};

const TIMEOUT_MS = 15 * 60_000;
const MEMORY_BYTES = 4 * 2 ** 30;
/** 1500 frames of 455x256 are 0.5 GB; their `select` expression is at most 70 kB of an argument's 128 kB. */
const FRAMES_AT_ONCE = 1500;
/** A jump ends this long before the first wanted frame, s. */
const SEEK_MARGIN_SEC = 2;

/** Decodes one window; see `decodeEachWindow`. */
export async function decodeFrames(
  source: VideoSource,
  timeWindow: TimeWindow,
  request: FrameRequest,
  tools: MediaTools,
  options: FrameOptions = {},
): Promise<DecodedFrames> {
  const [frames] = await decodeFramesOfFile(source, [timeWindow], request, tools, options);
  return frames!;
}

/** Decodes several windows of a file and holds them all; see `decodeEachWindow`. */
export async function decodeFramesOfFile(
  source: VideoSource,
  timeWindows: readonly TimeWindow[],
  request: FrameRequest,
  tools: MediaTools,
  options: FrameOptions = {},
): Promise<DecodedFrames[]> {
  const result: DecodedFrames[] = [];
  await decodeEachWindow(source, timeWindows, request, tools, {
    ...options,
    onWindow: async (frames, index) => {
      result[index] = frames;
    },
  });
  return result;
}

/**
 * Decodes windows of a file, which is read once from its beginning to its end however many they are; frames are chosen
 * and scaled as the official inference does (paper-facts 4.2). `onWindow` gets each window as soon as it is complete,
 * with its place in `timeWindows`; windows come in order of time.
 * @throws AppError MEDIA_DAMAGED where frames are missing.
 */
export async function decodeEachWindow(
  source: VideoSource,
  timeWindows: readonly TimeWindow[],
  request: FrameRequest,
  tools: MediaTools,
  options: FrameOptions & { onWindow: (frames: DecodedFrames, index: number) => Promise<void> },
): Promise<void> {
  let frames = await readFrameTimes(source, tools, options);
  const order = timeWindows.map((_, i) => i);
  order.sort((a, b) => timeWindows[a]!.startSec - timeWindows[b]!.startSec);
  const windowsAtOnce = Math.max(
    1,
    Math.floor((options.framesAtOnce ?? FRAMES_AT_ONCE) / request.frameCount),
  );
  for (let from = 0; from < order.length; from += windowsAtOnce) {
    options.signal?.throwIfAborted();
    const batch = order.slice(from, from + windowsAtOnce);
    const choose = (): number[][] =>
      batch.map((index) => chooseFrames(frames, timeWindows[index]!, request.frameCount));
    let pictures = await decodePictures(source, frames, choose().flat(), request, tools, options.signal);
    if (pictures === null) {
      // Packets promised frames that do not come out (damage): take the times of those that do.
      frames = { ...(await readFrameTimes(source, tools, { ...options, decoded: true })), canSeek: false };
      pictures = await decodePictures(source, frames, choose().flat(), request, tools, options.signal);
    }
    if (pictures === null) {
      throw new AppError(
        'MEDIA_DAMAGED',
        `${source.path} does not give the frames that its clips need. They were not used; nothing was changed. Import the file again.`,
        { details: { path: source.path } },
      );
    }
    for (const [i, indexes] of choose().entries()) {
      await options.onWindow(join(indexes.map((index) => pictures.get(index)!)), batch[i]!);
    }
  }
}

/** @returns the pictures by their index, or null where other than the wanted ones came. */
async function decodePictures(
  source: VideoSource,
  frames: FileFrames,
  wanted: readonly number[],
  { shortSidePx }: FrameRequest,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<Map<number, Picture> | null> {
  const indexes = [...new Set(wanted)].sort((a, b) => a - b);
  const pictures = new Map<number, Picture>();
  const reader = new PpmReader((picture) => {
    const index = indexes[pictures.size];
    if (index === undefined) return;
    const { width, height } = shortSideSize(picture.width, picture.height, shortSidePx);
    pictures.set(index, { data: scalePicture(picture, width, height), width, height });
  });
  const seekSec = (frames.timesSec[indexes[0] ?? 0] ?? 0) - SEEK_MARGIN_SEC;
  const seek = frames.canSeek && seekSec > 0 ? ['-ss', seekSec.toFixed(3)] : [];
  await spawnTool({
    tool: tools.ffmpegPath,
    args: decodeArgs({
      path: source.path,
      streamIndex: source.streamIndex,
      input: ['-threads', '1', '-copyts', ...seek],
      output: [
        ...['-an', '-fps_mode', 'passthrough', '-frames:v', String(indexes.length)],
        ...['-vf', `select='${selection(indexes.map((index) => frames.ticks[index]!))}'`],
        ...['-sws_flags', 'bilinear+accurate_rnd+full_chroma_int'],
        ...['-c:v', 'ppm', '-f', 'image2pipe'],
      ],
    }),
    timeoutMs: TIMEOUT_MS,
    signal,
    onStdout: (chunk) => reader.push(chunk),
    maxStdoutBytes: Number.MAX_SAFE_INTEGER,
    limits: { memoryBytes: MEMORY_BYTES },
    // How many pictures came says more than the exit status.
    allowFailure: true,
  });
  return pictures.size === indexes.length ? pictures : null;
}

/** ffmpeg's expression that is 1 for the frames with these time stamps, once each. */
function selection(ticks: readonly number[]): string {
  return `(${searchTree(ticks)})*(isnan(prev_selected_pts)+gt(pts,prev_selected_pts))`;
}

/** A binary search: ffmpeg takes no sum of 100 terms or more, and would add them up for every frame. */
function searchTree(ticks: readonly number[]): string {
  if (ticks.length === 1) return `eq(pts,${ticks[0]})`;
  const middle = Math.floor(ticks.length / 2);
  const [below, above] = [searchTree(ticks.slice(0, middle)), searchTree(ticks.slice(middle))];
  return `if(lt(pts,${ticks[middle]}),${below},${above})`;
}

function join(pictures: readonly Picture[]): DecodedFrames {
  const [first] = pictures;
  const { width, height } = first!;
  const size = width * height * 3;
  const data = new Uint8Array(pictures.length * size);
  for (const [i, picture] of pictures.entries()) data.set(picture.data, i * size);
  return { data, frames: pictures.length, height, width };
}
