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

const MODEL_FRAME_RATE = 25;
const TIMEOUT_MS = 120_000;

/** Reads the time stamps of a video stream without decoding it. @throws AppError MEDIA_DAMAGED. */
export async function readFrameTimes(
  source: VideoSource,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<FrameTimes> {
  const { stdout } = await spawnTool({
    tool: tools.ffprobePath,
    args: [
      ...['-v', 'error', '-of', 'json', '-select_streams', String(source.streamIndex)],
      ...['-show_entries', 'packet=pts_time,flags:stream=avg_frame_rate,time_base:format=start_time'],
      ...SAFE_INPUT_OPTIONS,
      ...['-i', fileAddress(source.path)],
    ],
    timeoutMs: TIMEOUT_MS,
    signal: options.signal,
    maxStdoutBytes: 512 * 1024 * 1024,
  });
  const facts = JSON.parse(stdout.toString('utf8')) as {
    packets?: { pts_time?: string; flags?: string }[];
    streams?: { avg_frame_rate?: string; time_base?: string }[];
    format?: { start_time?: string };
  };
  const startSec = Number(facts.format?.start_time ?? 0) || 0;
  // 'D': packets that an edit list hides; the decoder drops them too.
  const shown = (facts.packets ?? []).filter(
    (packet) => !packet.flags?.includes('D') && packet.pts_time !== undefined,
  );
  const timesSec = shown.map((packet) => Number(packet.pts_time) - startSec).sort((a, b) => a - b);
  const frameRate = ratio(facts.streams?.[0]?.avg_frame_rate);
  if (timesSec.length === 0 || !(frameRate > 0)) {
    throw new AppError(
      'MEDIA_DAMAGED',
      `${source.path} gives no frame times. The clip was not used; nothing was changed. Import the file again.`,
    );
  }
  return { timesSec, frameRate, timeBaseSec: ratio(facts.streams?.[0]?.time_base) };
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
  const isExact = Math.abs(timesSec[first]! - startSec) <= tick;
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
