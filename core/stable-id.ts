/** Ids that are made from what a thing is called, so that finding it again gives the same id. */
import { createHash } from 'node:crypto';

/** `prefix` and 16 hex digits of a hash over `parts`; 64 bits are enough for a million ids. */
export function stableId(prefix: string, ...parts: (string | number | null)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${prefix}_${hash.slice(0, 16)}`;
}
