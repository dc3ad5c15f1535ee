/** What a file is, before any decoder sees it: a plain file with bytes that could be media. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { visibleText } from '../domain/visible-text.ts';

const SNIFF_BYTES = 4096;

/** Size and time of change of a file that may be looked into. */
export type PlainFile = { path: string; name: string; sizeBytes: number; modifiedMs: number };

/**
 * Looks at a file without decoding it. Links are followed once, by the system; pipes, devices and folders are refused
 * without waiting for them.
 * @throws AppError PATH_NOT_FOUND, PATH_NOT_REGULAR_FILE, PATH_DENIED, MEDIA_EMPTY, MEDIA_IS_PLAYLIST, MEDIA_UNKNOWN,
 *   CLIP_IS_IMAGE, AUDIO_HEADER.
 */
export async function inspectFile(path: string): Promise<PlainFile> {
  const name = basename(path);
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: unknown) => {
      throw openError(name, error);
    },
  );
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw refusal('PATH_NOT_REGULAR_FILE', `${name} is not a plain file`, 'Give the file itself.');
    }
    if (stat.size === 0)
      throw refusal('MEDIA_EMPTY', `${name} is empty (0 bytes)`, 'Copy it again from the source.');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    refuseHugePng(name, head);
    refuseByContent(name, head);
    refuseWavHeader(name, head);
    return { path, name, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  } finally {
    await handle.close();
  }
}

/** An error about a file that was not taken in, in the words of every such error; its name is made visible. */
export function refusal(code: ErrorCode, what: string, doThis: string): AppError {
  return new AppError(code, `${visibleText(what)}. It was not imported. ${doThis}`);
}

/** Pixels of a picture that are decoded at most. */
export const MOST_PIXELS = 36_000_000;

/** The refusal of pictures that would not fit into memory. */
export function tooManyPixels(name: string, pixels: number): AppError {
  return refusal(
    'MEDIA_TOO_LARGE',
    `${name} has pictures of ${Math.round(pixels / 1e6)} megapixels; the limit is ${MOST_PIXELS / 1e6}`,
    'Scale it down first.',
  );
}

function refuseHugePng(name: string, head: Buffer): void {
  if (head.toString('latin1', 1, 4) !== 'PNG' || head.toString('latin1', 12, 16) !== 'IHDR') return;
  if (head.length < 24) return;
  const pixels = head.readUInt32BE(16) * head.readUInt32BE(20);
  if (pixels > MOST_PIXELS) throw tooManyPixels(name, pixels);
}

const PLAYLIST =
  /^\s*(#EXTM3U|ffconcat|<\?xml[^>]*>\s*<(MPD|SmoothStreamingMedia)|<MPD|<SmoothStreaming|v=0\r?\n)/;

const SIGNATURES: readonly { bytes: readonly number[]; code: ErrorCode; is: string; doThis: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], code: 'MEDIA_UNKNOWN', is: 'an archive', doThis: 'Unpack it first.' },
  { bytes: [0x1f, 0x8b], code: 'MEDIA_UNKNOWN', is: 'an archive', doThis: 'Unpack it first.' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], code: 'CLIP_IS_IMAGE', is: 'a picture', doThis: 'Give a video.' },
  { bytes: [0xff, 0xd8, 0xff], code: 'CLIP_IS_IMAGE', is: 'a picture', doThis: 'Give a video.' },
  { bytes: [0x47, 0x49, 0x46, 0x38], code: 'CLIP_IS_IMAGE', is: 'a picture', doThis: 'Give a video.' },
];

function refuseByContent(name: string, head: Buffer): void {
  for (const { bytes, code, is, doThis } of SIGNATURES) {
    if (bytes.every((byte, i) => head[i] === byte))
      throw refusal(code, `${name} is ${is}, whatever its name says`, doThis);
  }
  const text = head.toString('utf8');
  if (PLAYLIST.test(text)) {
    throw refusal(
      'MEDIA_IS_PLAYLIST',
      `${name} is a playlist that points to other files`,
      'Import those files themselves.',
    );
  }
  if (isText(head)) {
    throw refusal(
      'MEDIA_UNKNOWN',
      `${name} is not a video or audio file: it looks like text`,
      'Remove it or replace it.',
    );
  }
}

const MOST_CHANNELS = 64;
const LOWEST_RATE_HZ = 1000;
const HIGHEST_RATE_HZ = 768_000;

/** Whether sound of so many channels at such a rate can be meant; decoders reserve memory by these numbers. */
export function isPossibleSound(channels: number, sampleRateHz: number): boolean {
  return (
    channels >= 1 &&
    channels <= MOST_CHANNELS &&
    sampleRateHz >= LOWEST_RATE_HZ &&
    sampleRateHz <= HIGHEST_RATE_HZ
  );
}

/** The refusal of an impossible sound. */
export function impossibleSound(name: string, channels: number, sampleRateHz: number): AppError {
  return refusal(
    'AUDIO_HEADER',
    `${name} has an impossible header (${channels} channels, ${sampleRateHz} Hz)`,
    'Get the file again.',
  );
}

/** Programs differ in what they say of such a WAV, or do not look at all. */
function refuseWavHeader(name: string, head: Buffer): void {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return;
  const format = head.indexOf('fmt ', 12, 'latin1');
  if (format < 0 || format + 16 > head.length) return;
  const [channels, rate] = [head.readUInt16LE(format + 10), head.readUInt32LE(format + 12)];
  if (!isPossibleSound(channels, rate)) throw impossibleSound(name, channels, rate);
}

/** Lengths from here on are what programs write that do not know the length, bytes. */
const PLACEHOLDER_BYTES = 0x7fff_0000;

/**
 * The length that the header of a WAV promises, s, where it is a placeholder as programs write into a pipe; null where
 * it is not.
 */
export async function impossibleWavLength({ path, sizeBytes }: PlainFile): Promise<number | null> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    // RF64 has its lengths elsewhere, and this one by rule.
    if (head.toString('latin1', 0, 4) !== 'RIFF') return null;
    const [format, data] = [head.indexOf('fmt ', 12, 'latin1'), head.indexOf('data', 12, 'latin1')];
    if (format < 0 || data < 0 || format + 24 > head.length || data + 8 > head.length) return null;
    const [bytes, bytesPerSec] = [head.readUInt32LE(data + 4), head.readUInt32LE(format + 16)];
    if (bytes < PLACEHOLDER_BYTES || bytes <= sizeBytes || bytesPerSec === 0) return null;
    return bytes / bytesPerSec;
  } finally {
    await handle.close();
  }
}

const CONTAINERS: readonly { at: number; mark: string; is: string }[] = [
  { at: 4, mark: 'ftyp', is: 'an MP4 file' },
  { at: 4, mark: 'moov', is: 'a QuickTime file' },
  { at: 0, mark: '\x1a\x45\xdf\xa3', is: 'a Matroska file' },
  { at: 0, mark: 'RIFF', is: 'an AVI or WAV file' },
  { at: 0, mark: 'OggS', is: 'an Ogg file' },
  { at: 0, mark: 'fLaC', is: 'a FLAC file' },
];

/** What a file that cannot be read begins as, e.g. "an MP4 file"; null where its first bytes say nothing. */
export async function beginsAs(path: string): Promise<string | null> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    const found = CONTAINERS.find(({ at, mark }) => buffer.toString('latin1', at, at + 4) === mark);
    return found?.is ?? null;
  } finally {
    await handle.close();
  }
}

function isText(head: Buffer): boolean {
  return (
    head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) &&
    head.every((b) => b !== 0x7f)
  );
}

function openError(name: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ELOOP') {
    return refusal(
      'PATH_NOT_FOUND',
      `${name} is not there, or is a link that leads nowhere`,
      'Check the path.',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return refusal('PATH_DENIED', `${name} may not be read`, 'Check its permissions.');
  }
  return refusal('PATH_NOT_REGULAR_FILE', `${name} cannot be opened (${String(code)})`, 'Give a plain file.');
}
