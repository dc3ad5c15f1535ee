/** One full decode of a file: what is really in it, whatever its header says (reliability.md, finding 9). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type MediaNote, mediaNote } from '../domain/media-note.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { decodeOnce, type HeardRecord } from './decode-once.ts';
import { type PlainFile, refusal } from './file-kind.ts';
import { mp3RateChange } from './mp3-rates.ts';
import { isEncrypted, type MediaProbe, type ProbedStream, protectedMedia } from './probe.ts';
import { scanNotes } from './scan-notes.ts';

/** What decoding gave of one stream. */
export type ScannedStream = ProbedStream & {
  /** Frames or samples that came out; gaps in a sound are filled with silence and counted. */
  decodedCount: number;
  /** Length of what came out, s. */
  durationSec: number;
  /** When the last frame is shown, s; of audio the end. */
  lastSec: number;
  /** Of a picture: when the first frame of each shot but the first is shown, s. */
  cutsSec?: number[];
  /** Of a picture: what it looks like (core/media/picture-print.ts), base64. */
  print?: string;
};

/** What decoding gave of a file. */
export type MediaScan = {
  file: PlainFile;
  sha256: string;
  durationSec: number;
  streams: ScannedStream[];
  /** Remarks, warnings first. */
  warnings: MediaNote[];
  /**
   * Where a browser could not play the file: a copy that it can, as a path in the project's cache folder. Null where
   * it plays the file itself; absent where nothing was kept.
   */
  proxyPath?: string | null;
};

/** How a file is scanned. */
export type ScanOptions = {
  signal?: AbortSignal | undefined;
  /** Where listening copies, peaks, thumbnails and proxy are written; default nowhere. */
  folder?: string | null;
  /** Decoder threads; default 1. */
  threads?: number;
  /** Called with how far decoding has come, s. */
  onTime?: ((sec: number) => void) | undefined;
};

/** Our choice: less than this share of what the header promises is not worth keeping. */
const LEAST_USABLE_SHARE = 0.5;
/** Our choice: headers are a little wrong by habit. */
const HEADER_TOLERANCE_SEC = 0.5;
const HASH_BLOCK_BYTES = 2 ** 20;

/**
 * Decodes every video and audio stream once and counts; keeps nothing. For import: `scanIntoCache`.
 * @throws AppError MEDIA_TRUNCATED, MEDIA_DAMAGED, MEDIA_PROTECTED, MEDIA_TIMEOUT, AUDIO_EMPTY, AUDIO_NAN,
 *   CODEC_UNKNOWN.
 */
export async function scanMedia(
  file: PlainFile,
  probe: MediaProbe,
  tools: MediaTools,
  options: Pick<ScanOptions, 'signal'> = {},
): Promise<MediaScan> {
  const [sha256, record] = await Promise.all([hashFile(file.path), scanRecord(file, probe, tools, options)]);
  return readRecord(file, sha256, record);
}

/** Decodes a file once; what `readRecord` makes of the result may still refuse it. @throws as `scanMedia`. */
export async function scanRecord(
  file: PlainFile,
  probe: MediaProbe,
  tools: MediaTools,
  { signal, folder = null, threads = 1, onTime }: ScanOptions = {},
): Promise<HeardRecord> {
  if (!probe.streams.some(({ kind }) => kind !== 'other')) {
    throw refusal('MEDIA_UNKNOWN', `${file.name} holds neither picture nor sound`, 'Check what it is.');
  }
  const record = await decodeOnce(file, probe, tools, { folder, threads, signal, onTime });
  if (record.errorLines.length > 0 && (await isEncrypted(file, tools, { signal }))) {
    throw protectedMedia(file.name);
  }
  const rateChange = probe.formatName === 'mp3' ? await mp3RateChange(file.path) : null;
  return rateChange === null ? record : { ...record, rateChange };
}

/** What was decoded, as a scan of the file by this name. @throws as `scanMedia`, where it is not worth keeping. */
export function readRecord(file: PlainFile, sha256: string, record: HeardRecord): MediaScan {
  const { probe, errorLines } = record;
  const streams = probe.streams
    .filter(({ kind }) => kind !== 'other')
    .map((stream) => measured(stream, record));
  const damage = judge(file.name, probe, streams, errorLines);
  for (const { streamIndex, invalidSamples } of record.tracks) {
    // Codecs clean up after themselves; damage to their data has been told already.
    if (invalidSamples === 0 || !/^pcm_f/.test(streamOf(streams, streamIndex).codec)) continue;
    throw refusal(
      'AUDIO_NAN',
      `${file.name}: track ${streamIndex} has ${invalidSamples} invalid samples (NaN, infinite or absurdly large)`,
      'Export it again.',
    );
  }
  const notes = scanNotes({ file, record, streams, hasDamage: damage.length > 0 });
  const warnings = [...damage, ...notes].sort(
    (a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'),
  );
  return { file, sha256, durationSec: Math.max(...streams.map((s) => s.durationSec)), streams, warnings };
}

function streamOf(streams: readonly ScannedStream[], index: number): ScannedStream {
  return streams.find((stream) => stream.index === index)!;
}

function measured(stream: ProbedStream, { videos, tracks }: HeardRecord): ScannedStream {
  if (stream.kind === 'video') {
    const video = videos.find(({ streamIndex }) => streamIndex === stream.index)!;
    const { frameCount, endSec, lastSec, cutsSec, print } = video;
    return { ...stream, decodedCount: frameCount, durationSec: endSec, lastSec, cutsSec, print };
  }
  const { sampleCount, sampleRateHz, startSec } = tracks.find(
    ({ streamIndex }) => streamIndex === stream.index,
  )!;
  const durationSec = sampleRateHz === 0 ? 0 : sampleCount / sampleRateHz;
  return { ...stream, decodedCount: sampleCount, durationSec, lastSec: Math.max(0, startSec + durationSec) };
}

function judge(
  name: string,
  probe: MediaProbe,
  streams: readonly ScannedStream[],
  errorLines: readonly string[],
): MediaNote[] {
  const first = errorLines[0]?.replace(/^\[[^\]]*\] ?/, '').slice(0, 200) ?? '';
  for (const stream of streams) {
    if (stream.decodedCount > 0) continue;
    if (
      /decoder .* not found|unknown codec|could not find codec/i.test(errorLines.join('\n')) ||
      stream.codec === 'unknown'
    ) {
      throw refusal(
        'CODEC_UNKNOWN',
        `${name}: the codec${stream.codecTag === undefined ? '' : ` '${stream.codecTag}'`} of track ${stream.index} is not known to this ffmpeg`,
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
  const shown = visibleText(name);
  const warnings: MediaNote[] = [];
  if (promised !== null && longest < promised - HEADER_TOLERANCE_SEC) {
    const text = `${shown} ${measuredText}. The good part was imported. Get it again to have all.`;
    warnings.push(mediaNote('MEDIA_TRUNCATED', text));
  }
  if (errorLines.length > 0) {
    const count = errorLines.length === 100 ? 'over 100' : errorLines.length;
    const text = `${shown} has damaged parts (${count} complaints, the first: ${visibleText(first)}). It was imported; look and listen before you trust it.`;
    warnings.push(mediaNote('MEDIA_DAMAGED', text));
  }
  return warnings;
}

/** SHA-256 of a file, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: HASH_BLOCK_BYTES }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
