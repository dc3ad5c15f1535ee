/** What a file says of itself, by the project's own ffprobe call: JSON, white lists, limits. Tags are data. */
import { AppError } from '../domain/errors.ts';
import { type LanguageTag, parseLanguageTag, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { fileAddress, SAFE_INPUT_OPTIONS } from './ffmpeg-args.ts';
import { type PlainFile, refusal } from './file-kind.ts';

/** One stream as its container describes it; nothing here has been checked by decoding. */
export type ProbedStream = {
  index: number;
  kind: 'video' | 'audio' | 'other';
  codec: string;
  language: LanguageTag;
  /** The track's name, cut to 200 characters; '' without one. */
  title: string;
  /** Names of the dispositions that are set, e.g. `default`, `dub`, `original`. */
  dispositions: string[];
  width: number;
  height: number;
  sampleRateHz: number;
  channels: number;
};

/** A file's streams and what its header promises. */
export type MediaProbe = { formatName: string; headerDurationSec: number | null; streams: ProbedStream[] };

const TIMEOUT_MS = 15_000;
const MEMORY_BYTES = 2 * 2 ** 30;
const MOST_JSON_BYTES = 8 * 2 ** 20;
const MOST_STREAMS = 64;
const LONGEST_TAG = 200;
const MOST_PIXELS = 36_000_000;

/** @throws AppError MEDIA_TRUNCATED, MEDIA_UNKNOWN, MEDIA_DAMAGED, MEDIA_PROTECTED, MEDIA_TOO_MANY_STREAMS,
 *   MEDIA_TOO_LARGE, AUDIO_HEADER, MEDIA_TIMEOUT. */
export async function probeMedia(
  file: PlainFile,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<MediaProbe> {
  const { name } = file;
  const { exitCode, stdout, stderrTail } = await spawnTool({
    tool: tools.ffprobePath,
    args: [
      ...['-v', 'error', '-print_format', 'json', '-show_format', '-show_streams'],
      ...SAFE_INPUT_OPTIONS,
      ...['-i', fileAddress(file.path)],
    ],
    timeoutMs: TIMEOUT_MS,
    signal: options.signal,
    maxStdoutBytes: MOST_JSON_BYTES,
    limits: { memoryBytes: MEMORY_BYTES, cpuSec: TIMEOUT_MS / 1000 },
    allowFailure: true,
  }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'TOOL_TIMEOUT') throw error;
    throw refusal(
      'MEDIA_TIMEOUT',
      `${name} could not be looked at within ${TIMEOUT_MS / 1000} s`,
      'Convert it, then try again.',
    );
  });
  if (exitCode !== 0) throw probeFailure(name, stderrTail);
  const facts = JSON.parse(stdout.toString('utf8')) as FfprobeFacts;
  const streams = (facts.streams ?? []).map(toStream);
  if (streams.length > MOST_STREAMS) {
    throw refusal(
      'MEDIA_TOO_MANY_STREAMS',
      `${name} has ${streams.length} tracks; the limit is ${MOST_STREAMS}`,
      'Keep only those you need.',
    );
  }
  for (const stream of facts.streams ?? []) refuseStream(name, stream);
  const duration = Number(facts.format?.duration);
  return {
    formatName: facts.format?.format_name ?? '',
    headerDurationSec: Number.isFinite(duration) ? duration : null,
    streams,
  };
}

type FfprobeStream = {
  index: number;
  codec_type?: string;
  codec_name?: string;
  codec_tag_string?: string;
  width?: number;
  height?: number;
  sample_rate?: string;
  channels?: number;
  tags?: Record<string, string>;
  disposition?: Record<string, number>;
};

type FfprobeFacts = { streams?: FfprobeStream[]; format?: { format_name?: string; duration?: string } };

function toStream(stream: FfprobeStream): ProbedStream {
  const set = Object.entries(stream.disposition ?? {}).filter(([, value]) => value === 1);
  const kind = stream.codec_type === 'video' || stream.codec_type === 'audio' ? stream.codec_type : 'other';
  const tags = Object.fromEntries(
    Object.entries(stream.tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const isPicture = stream.disposition?.attached_pic === 1;
  return {
    index: stream.index,
    kind: isPicture ? 'other' : kind,
    codec: stream.codec_name ?? 'unknown',
    language: parseLanguageTag(tags.language ?? '') ?? UNKNOWN_LANGUAGE,
    title: (tags.title ?? '').slice(0, LONGEST_TAG),
    dispositions: set.map(([key]) => key),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleRateHz: Number(stream.sample_rate ?? 0),
    channels: stream.channels ?? 0,
  };
}

function refuseStream(name: string, stream: FfprobeStream): void {
  if (stream.codec_tag_string === 'encv' || stream.codec_tag_string === 'enca') {
    throw refusal(
      'MEDIA_PROTECTED',
      `${name} is copy-protected and cannot be used`,
      'Get a copy without protection.',
    );
  }
  const pixels = (stream.width ?? 0) * (stream.height ?? 0);
  if (pixels > MOST_PIXELS) {
    throw refusal(
      'MEDIA_TOO_LARGE',
      `${name} has pictures of ${Math.round(pixels / 1e6)} megapixels; the limit is ${MOST_PIXELS / 1e6}`,
      'Scale it down first.',
    );
  }
  const rate = Number(stream.sample_rate ?? 0);
  if (stream.codec_type === 'audio' && (rate < 1000 || rate > 768_000 || (stream.channels ?? 0) < 1)) {
    throw refusal(
      'AUDIO_HEADER',
      `${name} has an impossible header (${rate} Hz, ${stream.channels ?? 0} channels)`,
      'Get the file again.',
    );
  }
}

function probeFailure(name: string, stderr: string): AppError {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  if (/moov atom not found|partial file|end of file/i.test(stderr)) {
    return refusal(
      'MEDIA_TRUNCATED',
      `${name} is cut off: its index is missing`,
      'The copy probably stopped; get it again.',
    );
  }
  if (/whitelist|not on/i.test(line) || /Invalid data found/i.test(stderr)) {
    return refusal(
      'MEDIA_UNKNOWN',
      `${name} is not a video or audio file that can be read`,
      'Check what it is, or convert it.',
    );
  }
  return refusal('MEDIA_DAMAGED', `${name} has a damaged header (${line.slice(0, 200)})`, 'Get it again.');
}
