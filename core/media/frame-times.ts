/** When each frame of a stream is shown, and which sixteen of a window the model sees (paper-facts 4.2). */
import { AppError } from '../domain/errors.ts';
import type { VideoSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { fileAddress, SAFE_INPUT_OPTIONS } from './ffmpeg-args.ts';

/** Frames of a stream in the order they are shown. */
export type FrameTimes = {
  /** s from the file's start, rising. */
  timesSec: number[];
  /** Mean frame rate as the file states it, frames a second. */
  frameRate: number;
  /** The stream's clock tick, s. */
  timeBaseSec: number;
};

/** Frames as a file really gives them, with what is needed to find them again. */
export type FileFrames = FrameTimes & {
  /** Time stamps in clock ticks, one a frame; equal ones are left out. */
  ticks: number[];
  /** Whether a reader may jump to a key frame before a time. */
  canSeek: boolean;
};

const MODEL_FRAME_RATE = 25;
const TIMEOUT_MS = 15 * 60_000;
const MOST_JSON_BYTES = 512 * 2 ** 20;
/** Containers with an index of key frames. In others a jump may end between two of them. */
const SEEKABLE = /\b(mov|matroska|avi)\b/;

/**
 * Reads when the frames of a video stream are shown: from its packets, without decoding, where these say it. `decoded`
 * takes the times of the frames that really come out instead; so do files whose packets have no times (AVI with
 * B-frames) or that begin between key frames.
 * @throws AppError MEDIA_DAMAGED.
 */
export async function readFrameTimes(
  source: VideoSource,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined; decoded?: boolean } = {},
): Promise<FileFrames> {
  const facts = await askFfprobe(source, tools, options);
  const packets = facts.packets ?? [];
  const tellsNothing = packets.some(({ pts }) => pts === undefined) || !packets[0]?.flags?.startsWith('K');
  if (options.decoded !== true && packets.length > 0 && tellsNothing) {
    return readFrameTimes(source, tools, { ...options, decoded: true });
  }
  // 'D': packets that an edit list hides; the decoder drops them too.
  const shown = packets.filter((packet) => !packet.flags?.includes('D')).map((packet) => packet.pts);
  const decoded = (facts.frames ?? []).map((frame) => frame.best_effort_timestamp);
  const ticks = [...new Set([...shown, ...decoded].filter((tick) => tick !== undefined))].sort(
    (a, b) => a - b,
  );
  const frameRate = ratio(facts.streams?.[0]?.avg_frame_rate);
  const timeBaseSec = ratio(facts.streams?.[0]?.time_base);
  if (ticks.length === 0 || !(frameRate > 0) || !(timeBaseSec > 0)) {
    throw new AppError(
      'MEDIA_DAMAGED',
      `${source.path} gives no frame times. The clip was not used; nothing was changed. Import the file again.`,
    );
  }
  const startSec = Number(facts.format?.start_time ?? 0) || 0;
  return {
    ticks,
    timesSec: ticks.map((tick) => tick * timeBaseSec - startSec),
    frameRate,
    timeBaseSec,
    canSeek: SEEKABLE.test(facts.format?.format_name ?? ''),
  };
}

type FfprobeFacts = {
  packets?: { pts?: number; flags?: string }[];
  frames?: { best_effort_timestamp?: number }[];
  streams?: { avg_frame_rate?: string; time_base?: string }[];
  format?: { start_time?: string; format_name?: string };
};

async function askFfprobe(
  source: VideoSource,
  tools: MediaTools,
  { signal, decoded }: { signal?: AbortSignal | undefined; decoded?: boolean },
): Promise<FfprobeFacts> {
  const times = decoded === true ? 'frame=best_effort_timestamp' : 'packet=pts,flags';
  const { stdout } = await spawnTool({
    tool: tools.ffprobePath,
    args: [
      ...['-v', 'error', '-of', 'json', '-select_streams', String(source.streamIndex)],
      ...['-show_entries', `${times}:stream=avg_frame_rate,time_base:format=start_time,format_name`],
      ...SAFE_INPUT_OPTIONS,
      ...['-i', fileAddress(source.path)],
    ],
    timeoutMs: TIMEOUT_MS,
    signal,
    maxStdoutBytes: MOST_JSON_BYTES,
    // A file that is gone or changed gives no times, which is told below.
    allowFailure: true,
  });
  return parseFacts(stdout);
}

function parseFacts(stdout: Buffer): FfprobeFacts {
  try {
    return JSON.parse(stdout.toString('utf8')) as FfprobeFacts;
  } catch {
    return {};
  }
}

/**
 * Indexes of the frames that stand for a window: all frames in it, both ends included and widened to clock ticks
 * (and the one before, where none is shown exactly at a start after 0), brought to 25 a second, of which
 * `frameCount` are taken evenly. Repeats frames where there are fewer. A window without frames takes the nearest.
 */
export function chooseFrames(times: FrameTimes, timeWindow: TimeWindow, frameCount: number): number[] {
  const inWindow = framesInWindow(times, timeWindow);
  const atModelRate = toModelRate(inWindow, times.frameRate);
  return Array.from({ length: frameCount }, (_, i) => {
    // In doubles, as numpy's linspace steps (paper-facts 4.2).
    const position = frameCount === 1 ? 0 : Math.floor((i * (atModelRate.length - 1)) / (frameCount - 1));
    return atModelRate[position]!;
  });
}

function framesInWindow({ timesSec, timeBaseSec }: FrameTimes, { startSec, endSec }: TimeWindow): number[] {
  const tick = timeBaseSec > 0 ? timeBaseSec : 1e-6;
  const from = Math.floor(startSec / tick + 1e-6) * tick - tick * 1e-3;
  const to = Math.ceil(endSec / tick - 1e-6) * tick + tick * 1e-3;
  const indexes = timesSec.flatMap((time, i) => (time >= from && time <= to ? [i] : []));
  const first = indexes[0];
  if (first === undefined) return [nearest(timesSec, startSec)];
  const isExact = Math.round(timesSec[first]! / tick) === Math.floor(startSec / tick + 1e-6);
  return startSec > 0 && !isExact && first > 0 ? [first - 1, ...indexes] : indexes;
}

function toModelRate(indexes: number[], frameRate: number): number[] {
  if (frameRate === MODEL_FRAME_RATE) return indexes;
  const count = Math.ceil((indexes.length / frameRate) * MODEL_FRAME_RATE);
  if (count <= 1) return indexes.slice(0, 1);
  const step = (indexes.length - 1) / (count - 1);
  return Array.from(
    { length: count },
    (_, i) => indexes[Math.floor(i === count - 1 ? indexes.length - 1 : i * step)]!,
  );
}

function nearest(timesSec: readonly number[], wantedSec: number): number {
  let best = 0;
  for (const [i, time] of timesSec.entries()) {
    if (Math.abs(time - wantedSec) < Math.abs(timesSec[best]! - wantedSec)) best = i;
  }
  return best;
}

function ratio(text: string | undefined): number {
  const [over, under] = (text ?? '').split('/').map(Number);
  return over === undefined ? Number.NaN : over / (under ?? 1);
}
