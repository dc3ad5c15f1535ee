/** The `Range` header (RFC 9110, section 14), as far as players use it: one range of bytes. */

/** First and last byte, both included. */
export type ByteRange = { start: number; end: number };

/** @returns null where the whole is meant: no header, another unit, or several ranges, which a server may ignore. */
export function parseRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const length = Math.min(size, Number(match[2]));
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (start >= size) return 'unsatisfiable';
  return end < start ? null : { start, end };
}
