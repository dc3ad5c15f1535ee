/** What a file is, before any decoder sees it: a plain file with bytes that could be media. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError, type ErrorCode } from '../domain/errors.ts';

const SNIFF_BYTES = 4096;

/** Size and time of change of a file that may be looked into. */
export type PlainFile = { path: string; name: string; sizeBytes: number; modifiedMs: number };

/**
 * Looks at a file without decoding it. Links are followed once, by the system; pipes, devices and folders are refused
 * without waiting for them.
 * @throws AppError PATH_NOT_FOUND, PATH_NOT_REGULAR_FILE, PATH_DENIED, MEDIA_EMPTY, MEDIA_IS_PLAYLIST, MEDIA_UNKNOWN,
 *   CLIP_IS_IMAGE.
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
    refuseByContent(name, buffer.subarray(0, bytesRead));
    return { path, name, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  } finally {
    await handle.close();
  }
}

/** An error about a file that was not taken in, in the words of every such error. */
export function refusal(code: ErrorCode, what: string, doThis: string): AppError {
  return new AppError(code, `${what}. It was not imported. ${doThis}`);
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
