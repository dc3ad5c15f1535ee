/** First and last whole line of a log of any length, without reading what lies between. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 13;
const NEWLINE = 0x0a;

/** Both lines without their ends; null where there is no file or no whole line in it. */
export function firstAndLastLine(path: string): { first: string; last: string } | null {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = fstatSync(handle);
    const read = (from: number, to: number): Buffer => {
      const bytes = Buffer.alloc(to - from);
      return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, from));
    };
    const first = firstLine(read, size);
    return first === null ? null : { first, last: lastLine(read, size) };
  } finally {
    closeSync(handle);
  }
}

type Read = (from: number, to: number) => Buffer;

function firstLine(read: Read, size: number): string | null {
  for (let length = Math.min(size, CHUNK_BYTES); ; length = Math.min(size, length * 4)) {
    const bytes = read(0, length);
    const end = bytes.indexOf(NEWLINE);
    if (end >= 0) return bytes.toString('utf8', 0, end);
    if (length === size) return null;
  }
}

/** There is one: the first line is whole. */
function lastLine(read: Read, size: number): string {
  for (let length = Math.min(size, CHUNK_BYTES); ; length = Math.min(size, length * 4)) {
    const bytes = read(size - length, size);
    const end = bytes.lastIndexOf(NEWLINE);
    const start = end <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
    if (end >= 0 && (start >= 0 || length === size)) return bytes.toString('utf8', start + 1, end);
    if (length === size) return '';
  }
}
