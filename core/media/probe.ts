/** What a file says of itself, by the project's own ffprobe call: JSON, white lists, limits. Tags are data. */
import { type AppError, hasCode } from '../domain/errors.ts';
import { type LanguageTag, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import { languageIn, languageOf } from '../domain/language-words.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { fileAddress, SAFE_INPUT_OPTIONS } from './ffmpeg-args.ts';
import {
  beginsAs,
  impossibleSound,
  impossibleWavLength,
  isPossibleSound,
  MOST_PIXELS,
  type PlainFile,
  refusal,
  tooManyPixels,
} from './file-kind.ts';

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
  /** Of a picture; absent for sound. */
  picture?: PictureFormat;
  /** Four characters by which the container names the codec; absent where it has none. */
  codecTag?: string;
  /** Length of the track's name where it was cut, characters; absent where it is whole. */
  wholeTitleLength?: number;
};

/** How a picture is stored, as its container says. */
export type PictureFormat = {
  /** As ffmpeg names it, e.g. `yuv420p`; '' where unknown. */
  pixelFormat: string;
  /** Width of a pixel over its height; 1 where unknown. */
  pixelAspect: number;
  /** Whether it is shown turned by a quarter, so that width and height change places. */
  isTurned: boolean;
  /** How far it is turned when shown, degrees counterclockwise; absent: not. */
  rotationDeg?: number;
  /** Which field comes first, where it is interlaced: `tt`, `bb`, `tb` or `bt`; absent: whole pictures, or not said. */
  fieldOrder?: string;
};

/** A file's streams and what its header promises. */
export type MediaProbe = {
  formatName: string;
  /** What the tracks promise; else what the container does. Null: nothing is said. */
  headerDurationSec: number | null;
  streams: ProbedStream[];
  /** When the first track starts on the file's own clock, s, which ffmpeg calls 0; absent: not said. */
  startSec?: number;
  /** What the container itself promises, s, without what lies before the start; absent: nothing. */
  containerDurationSec?: number;
  /** Of a WAV whose header promises more than there can be: the promised length, s. */
  impossibleLengthSec?: number;
};

const TIMEOUT_MS = 15_000;
const MEMORY_BYTES = 2 * 2 ** 30;
const MOST_JSON_BYTES = 32 * 2 ** 20;
const MOST_STREAMS = 64;
const LONGEST_TAG = 200;

/** Only what is used: a title of 8 MB need not pass through a pipe. */
const ENTRIES = [
  'format=format_name,duration,start_time',
  'stream=index,codec_type,codec_name,codec_tag_string,width,height,sample_rate,channels,duration,pix_fmt,sample_aspect_ratio,field_order',
  'stream_side_data=rotation',
  'stream_tags=language,LANGUAGE,title,TITLE',
  'stream_disposition',
].join(':');

/**
 * Asks ffprobe what a file says of itself.
 * @throws AppError MEDIA_TRUNCATED, MEDIA_UNKNOWN, MEDIA_DAMAGED, MEDIA_PROTECTED, MEDIA_TOO_MANY_STREAMS,
 *   MEDIA_TOO_LARGE, AUDIO_HEADER, MEDIA_TIMEOUT.
 */
export async function probeMedia(
  file: PlainFile,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<MediaProbe> {
  const { name } = file;
  const ended = await spawnTool({
    tool: tools.ffprobePath,
    args: [
      ...['-v', 'error', '-print_format', 'json', '-show_entries', ENTRIES],
      ...SAFE_INPUT_OPTIONS,
      ...['-i', fileAddress(file.path)],
    ],
    timeoutMs: TIMEOUT_MS,
    signal: options.signal,
    maxStdoutBytes: MOST_JSON_BYTES,
    limits: { memoryBytes: MEMORY_BYTES, cpuSec: TIMEOUT_MS / 1000 },
    allowFailure: true,
  }).catch((error: unknown) => {
    throw limitReached(name, error);
  });
  if (ended.exitCode !== 0) throw await probeFailure(file, ended);
  const facts = JSON.parse(ended.stdout.toString('utf8')) as FfprobeFacts;
  const streams = (facts.streams ?? []).map(toStream);
  if (streams.length === 0) {
    throw refusal('MEDIA_DAMAGED', `${name} has a damaged index: it names no track`, 'Get it again.');
  }
  if (streams.length > MOST_STREAMS) {
    throw refusal(
      'MEDIA_TOO_MANY_STREAMS',
      `${name} has ${streams.length} tracks; the limit is ${MOST_STREAMS}`,
      'Keep only those you need.',
    );
  }
  for (const stream of facts.streams ?? []) refuseStream(name, stream);
  const formatName = facts.format?.format_name ?? '';
  const startSec = finite(facts.format?.start_time);
  const container = containerDuration(facts);
  const impossible = formatName === 'wav' ? await impossibleWavLength(file) : null;
  return {
    formatName,
    // What the tracks promise; a container's own number may contradict them by weeks.
    headerDurationSec: tracksDuration(facts) ?? container,
    streams,
    ...(startSec === null ? {} : { startSec }),
    ...(container === null ? {} : { containerDurationSec: container }),
    ...(impossible === null ? {} : { impossibleLengthSec: impossible }),
  };
}

function tracksDuration({ streams = [] }: FfprobeFacts): number | null {
  const durations = streams.flatMap(({ duration }) => finite(duration) ?? []);
  return durations.length > 0 ? Math.max(...durations) : null;
}

/** Matroska counts from 0, whenever the first track starts; ffprobe hands that number on. */
function containerDuration({ format, streams = [] }: FfprobeFacts): number | null {
  const duration = finite(format?.duration);
  if (duration === null) return null;
  const startSec = Math.max(0, finite(format?.start_time) ?? 0);
  const countsFromZero = /matroska|mp4/.test(format?.format_name ?? '') && streams.length > 0;
  return countsFromZero && startSec < duration ? duration - startSec : duration;
}

function finite(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : null;
}

/** Whether a file's packets are encrypted: some readers hand them on as if they were not. */
export async function isEncrypted(
  file: PlainFile,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  const { stdout } = await spawnTool({
    tool: tools.ffprobePath,
    args: [
      ...['-v', 'error', '-print_format', 'json', '-show_entries', 'packet_side_data=side_data_type'],
      // The first packets of a file; tracks are interleaved within a few.
      ...['-read_intervals', '%+#50', ...SAFE_INPUT_OPTIONS, '-i', fileAddress(file.path)],
    ],
    timeoutMs: TIMEOUT_MS,
    signal: options.signal,
    maxStdoutBytes: MOST_JSON_BYTES,
    limits: { memoryBytes: MEMORY_BYTES, cpuSec: TIMEOUT_MS / 1000 },
    allowFailure: true,
  });
  return stdout.includes('"Encryption info"');
}

type FfprobeStream = {
  index: number;
  codec_type?: string;
  codec_name?: string;
  codec_tag_string?: string;
  duration?: string;
  width?: number;
  height?: number;
  sample_rate?: string;
  channels?: number;
  pix_fmt?: string;
  sample_aspect_ratio?: string;
  field_order?: string;
  side_data_list?: { rotation?: number }[];
  tags?: Record<string, string>;
  disposition?: Record<string, number>;
};

type FfprobeFacts = {
  streams?: FfprobeStream[];
  format?: { format_name?: string; duration?: string; start_time?: string };
};

function toStream(stream: FfprobeStream): ProbedStream {
  const set = Object.entries(stream.disposition ?? {}).filter(([, value]) => value === 1);
  const kind = stream.codec_type === 'video' || stream.codec_type === 'audio' ? stream.codec_type : 'other';
  const tags = Object.fromEntries(
    Object.entries(stream.tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const isPicture = stream.disposition?.attached_pic === 1;
  const title = tags.title ?? '';
  const tag = stream.codec_tag_string ?? '';
  return {
    index: stream.index,
    kind: isPicture ? 'other' : kind,
    codec: stream.codec_name ?? 'unknown',
    language: languageOfTrack(tags.language ?? '', tags.title ?? ''),
    title: title.slice(0, LONGEST_TAG),
    dispositions: set.map(([key]) => key),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleRateHz: Number(stream.sample_rate ?? 0),
    channels: stream.channels ?? 0,
    ...(kind === 'video' ? { picture: pictureFormat(stream) } : {}),
    ...(/^[\x20-\x7e]{4}$/.test(tag) ? { codecTag: tag } : {}),
    ...(title.length > LONGEST_TAG ? { wholeTitleLength: title.length } : {}),
  };
}

function pictureFormat(stream: FfprobeStream): PictureFormat {
  const [over = 1, under = 1] = (stream.sample_aspect_ratio ?? '1:1').split(':').map(Number);
  const aspect = over / under;
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  return {
    pixelFormat: stream.pix_fmt ?? '',
    pixelAspect: aspect > 0 && Number.isFinite(aspect) ? aspect : 1,
    isTurned: Math.abs(Math.round(rotation / 90)) % 2 === 1,
    ...(rotation === 0 ? {} : { rotationDeg: rotation }),
    ...(/^(tt|bb|tb|bt)$/.test(stream.field_order ?? '') ? { fieldOrder: stream.field_order } : {}),
  };
}

/** What the tag says; where it says nothing or `und`, what the track's name says. Never a default. */
function languageOfTrack(tag: string, title: string): LanguageTag {
  const tagged = languageOf(tag);
  if (tagged !== null && tagged !== UNKNOWN_LANGUAGE) return tagged;
  return languageIn(title) ?? UNKNOWN_LANGUAGE;
}

function refuseStream(name: string, stream: FfprobeStream): void {
  if (stream.codec_tag_string === 'encv' || stream.codec_tag_string === 'enca') {
    throw protectedMedia(name);
  }
  const pixels = (stream.width ?? 0) * (stream.height ?? 0);
  if (pixels > MOST_PIXELS) throw tooManyPixels(name, pixels);
  const rate = Number(stream.sample_rate ?? 0);
  const channels = stream.channels ?? 0;
  if (stream.codec_type === 'audio' && !isPossibleSound(channels, rate)) {
    throw impossibleSound(name, channels, rate);
  }
}

function limitReached(name: string, error: unknown): unknown {
  if (hasCode(error, 'TOOL_TIMEOUT')) {
    return refusal(
      'MEDIA_TIMEOUT',
      `${name} could not be looked at within ${TIMEOUT_MS / 1000} s`,
      'Convert it, then try again.',
    );
  }
  if (hasCode(error, 'TOOL_FAILED')) {
    return refusal(
      'MEDIA_TOO_LARGE',
      `${name} describes itself with more than ${MOST_JSON_BYTES / 2 ** 20} MB of text`,
      'Remove its tags first.',
    );
  }
  return error;
}

async function probeFailure(
  { name, path }: PlainFile,
  { signal, stderrTail }: { signal: string | null; stderrTail: string },
): Promise<AppError> {
  if (signal !== null) {
    return refusal(
      'MEDIA_DAMAGED',
      `${name} makes ffprobe fail (${signal})`,
      'Convert it, or set DUBSCOPE_FFPROBE to another ffprobe.',
    );
  }
  const container = await beginsAs(path);
  const line = (stderrTail.trim().split('\n').at(-1) ?? '').replace(/^\[[^\]]*\] ?/, '');
  if (container === null && /Invalid data found|whitelist/i.test(line)) {
    return refusal(
      'MEDIA_UNKNOWN',
      `${name} is not a video or audio file that can be read`,
      'Check what it is, or convert it.',
    );
  }
  if (/moov atom not found|partial file|end of file/i.test(stderrTail)) {
    return refusal(
      'MEDIA_TRUNCATED',
      `${name} is cut off: its index is missing`,
      'The copy probably stopped; get it again.',
    );
  }
  const begins = container === null ? 'has' : `begins as ${container}, but has`;
  return refusal(
    'MEDIA_DAMAGED',
    `${name} ${begins} a damaged index (${line.slice(0, 200)})`,
    'Get it again.',
  );
}

/** The refusal of a file whose packets are encrypted. */
export function protectedMedia(name: string): AppError {
  return refusal(
    'MEDIA_PROTECTED',
    `${name} is copy-protected and cannot be used`,
    'Get a copy without protection.',
  );
}
