/** One full decode of a file: what is really in it, whatever its header says (reliability.md, finding 9). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';
import { type PlainFile, refusal } from './file-kind.ts';
import { isEncrypted, type MediaProbe, type ProbedStream, protectedMedia } from './probe.ts';

/** What decoding gave of one stream. */
export type ScannedStream = ProbedStream & {
  /** Frames or samples that came out. */
  decodedCount: number;
  /** Length of what came out, s. */
  durationSec: number;
  /** When the last frame is shown, s; of audio the end. */
  lastSec: number;
};

/** What decoding gave of a file. */
export type MediaScan = {
  file: PlainFile;
  sha256: string;
  durationSec: number;
  streams: ScannedStream[];
  warnings: { code: 'MEDIA_TRUNCATED' | 'MEDIA_DAMAGED'; message: string }[];
};

/** Our choice: less than this share of what the header promises is not worth keeping. */
const LEAST_USABLE_SHARE = 0.5;
/** Our choice: headers are a little wrong by habit. */
const HEADER_TOLERANCE_SEC = 0.5;
const BASE_TIMEOUT_MS = 60_000;
const TIMEOUT_PER_SEC_MS = 4000;
const LONGEST_TIMEOUT_MS = 12 * 3600_000;
const MEMORY_BYTES = 4 * 2 ** 30;

/**
 * Decodes every video and audio stream once and counts.
 * @throws AppError MEDIA_TRUNCATED, MEDIA_DAMAGED, MEDIA_PROTECTED, MEDIA_TIMEOUT, AUDIO_EMPTY, AUDIO_NAN,
 *   CODEC_UNKNOWN.
 */
export async function scanMedia(
  file: PlainFile,
  probe: MediaProbe,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<MediaScan> {
  const media = probe.streams.filter((stream) => stream.kind !== 'other');
  if (media.length === 0) {
    throw refusal('MEDIA_UNKNOWN', `${file.name} holds neither picture nor sound`, 'Check what it is.');
  }
  const [sha256, decoded] = await Promise.all([
    hashFile(file.path),
    decodeAll(file, probe, media, tools, options.signal),
  ]);
  if (decoded.errorLines.length > 0 && (await isEncrypted(file, tools, options))) {
    throw protectedMedia(file.name);
  }
  const streams = media.map((stream, i) => measured(stream, decoded.counters[i]!));
  const warnings = judge(file.name, probe, streams, decoded.errorLines);
  for (const stream of streams) {
    if (stream.kind === 'audio') await refuseInvalidSamples(file, stream, tools, options.signal);
  }
  return { file, sha256, durationSec: Math.max(...streams.map((s) => s.durationSec)), streams, warnings };
}

type Counter = { count: number; bytes: number; lastSec: number; endSec: number; tickSec: number };

async function decodeAll(
  file: PlainFile,
  probe: MediaProbe,
  media: readonly ProbedStream[],
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<{ counters: Counter[]; errorLines: string[] }> {
  const counters = media.map((): Counter => ({ count: 0, bytes: 0, lastSec: 0, endSec: 0, tickSec: 0 }));
  const errorLines: string[] = [];
  const timeoutMs = Math.min(
    LONGEST_TIMEOUT_MS,
    BASE_TIMEOUT_MS + TIMEOUT_PER_SEC_MS * Math.max(0, probe.headerDurationSec ?? 3600),
  );
  let partialLine = '';
  const ended = await spawnTool({
    tool: tools.ffmpegPath,
    args: decodeArgs({
      path: file.path,
      streamIndex: media.map((stream) => stream.index),
      input: ['-threads', '1'],
      output: ['-fps_mode', 'passthrough', '-f', 'framecrc'],
    }),
    timeoutMs,
    signal,
    onStdout: (chunk) => {
      const lines = (partialLine + chunk.toString('latin1')).split('\n');
      partialLine = lines.pop() ?? '';
      for (const line of lines) countLine(line, counters);
    },
    onStderrLine: (line) => {
      if (errorLines.length < 100 && line.trim() !== '') errorLines.push(line.trim());
    },
    maxStdoutBytes: Number.MAX_SAFE_INTEGER,
    limits: { memoryBytes: MEMORY_BYTES },
    allowFailure: true,
  }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'TOOL_TIMEOUT') throw error;
    throw refusal(
      'MEDIA_TIMEOUT',
      `${file.name} could not be decoded within ${Math.round(timeoutMs / 1000)} s`,
      'Convert it first.',
    );
  });
  if (ended.signal !== null) errorLines.unshift(`it makes ffmpeg fail (${ended.signal})`);
  return { counters, errorLines };
}

/** Reads a line of ffmpeg's framecrc output: `#tb 0: 1/25`, or `stream, dts, pts, duration, size, crc`. */
function countLine(line: string, counters: Counter[]): void {
  if (line.startsWith('#tb ')) {
    const [, stream, over, under] = /^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [];
    const counter = counters[Number(stream)];
    if (counter !== undefined) counter.tickSec = Number(over) / Number(under);
    return;
  }
  if (line.startsWith('#')) return;
  const [stream, , pts, duration, size] = line.split(',').map(Number);
  const counter = counters[stream ?? -1];
  if (counter === undefined || pts === undefined || duration === undefined || size === undefined) return;
  counter.count += 1;
  counter.bytes += size;
  counter.lastSec = Math.max(counter.lastSec, pts * counter.tickSec);
  counter.endSec = Math.max(counter.endSec, (pts + duration) * counter.tickSec);
}

function measured(stream: ProbedStream, counter: Counter): ScannedStream {
  if (stream.kind === 'video') {
    return { ...stream, decodedCount: counter.count, durationSec: counter.endSec, lastSec: counter.lastSec };
  }
  // framecrc writes 16-bit samples, two bytes each.
  const samples = counter.bytes / (2 * Math.max(1, stream.channels));
  return {
    ...stream,
    decodedCount: samples,
    durationSec: samples / stream.sampleRateHz,
    lastSec: counter.endSec,
  };
}

function judge(
  name: string,
  probe: MediaProbe,
  streams: readonly ScannedStream[],
  errorLines: readonly string[],
): MediaScan['warnings'] {
  const first = errorLines[0]?.replace(/^\[[^\]]*\] ?/, '').slice(0, 200) ?? '';
  for (const stream of streams) {
    if (stream.decodedCount > 0) continue;
    if (
      /decoder .* not found|unknown codec|could not find codec/i.test(errorLines.join('\n')) ||
      stream.codec === 'unknown'
    ) {
      throw refusal(
        'CODEC_UNKNOWN',
        `${name}: the codec of track ${stream.index} is not known to this ffmpeg`,
        'Convert it first.',
      );
    }
    if (stream.kind === 'audio') {
      throw refusal(
        'AUDIO_EMPTY',
        `${name}: track ${stream.index} contains no sound (0 samples)`,
        'Export it again.',
      );
    }
    throw refusal(
      'MEDIA_DAMAGED',
      `${name}: no frame of track ${stream.index} can be decoded (${first})`,
      'Get it again.',
    );
  }
  const longest = Math.max(...streams.map((stream) => Math.max(stream.durationSec, stream.lastSec)));
  const promised = probe.headerDurationSec;
  const measuredText = `promises ${promised?.toFixed(1)} s but only ${longest.toFixed(1)} s can be decoded`;
  if (
    promised !== null &&
    longest < promised * LEAST_USABLE_SHARE &&
    longest < promised - HEADER_TOLERANCE_SEC
  ) {
    throw refusal('MEDIA_TRUNCATED', `${name} ${measuredText}`, 'The copy probably stopped; get it again.');
  }
  const warnings: MediaScan['warnings'] = [];
  if (promised !== null && longest < promised - HEADER_TOLERANCE_SEC) {
    warnings.push({
      code: 'MEDIA_TRUNCATED',
      message: `${name} ${measuredText}. The good part was imported. Get it again to have all.`,
    });
  }
  if (errorLines.length > 0) {
    warnings.push({
      code: 'MEDIA_DAMAGED',
      message: `${name} has damaged parts (${errorLines.length === 100 ? 'over 100' : errorLines.length} complaints, the first: ${first}). It was imported; look and listen before you trust it.`,
    });
  }
  return warnings;
}

/** Only floating-point tracks can hold values that are no numbers; one of them would spoil a training. */
async function refuseInvalidSamples(
  file: PlainFile,
  stream: ScannedStream,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!/^pcm_f(32|64)/.test(stream.codec)) return;
  let invalid = 0;
  let rest: Buffer = Buffer.alloc(0);
  await spawnTool({
    tool: tools.ffmpegPath,
    args: decodeArgs({
      path: file.path,
      streamIndex: stream.index,
      output: ['-c:a', 'pcm_f32le', '-f', 'f32le'],
    }),
    signal,
    onStdout: (chunk) => {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % 4);
      for (let at = 0; at < whole; at += 4)
        if (!(Math.abs(bytes.readFloatLE(at)) < LARGEST_SAMPLE)) invalid += 1;
      rest = Buffer.from(bytes.subarray(whole));
    },
    maxStdoutBytes: Number.MAX_SAFE_INTEGER,
    // Damage has been told already.
    allowFailure: true,
  });
  if (invalid > 0) {
    throw refusal(
      'AUDIO_NAN',
      `${file.name}: track ${stream.index} has ${invalid} invalid samples (NaN, infinite or absurdly large)`,
      'Export it again.',
    );
  }
}

/** Full scale is 1; a thousand times that is no sound any more (our choice). */
const LARGEST_SAMPLE = 1000;

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
