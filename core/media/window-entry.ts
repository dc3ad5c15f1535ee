/** One cached window as a file: shape, hash, bytes. What does not fit its hash does not exist. */
import { createHash } from 'node:crypto';

const MAGIC = 'DUBWIN1\n';
const HASH_BYTES = 32;
const DIMENSIONS = 4;
const HEADER_BYTES = MAGIC.length + 4 * DIMENSIONS + HASH_BYTES;

/** A decoded window: its shape (up to four numbers) and its bytes. */
export type WindowEntry = { shape: number[]; data: Uint8Array };

/** The file of an entry. */
export function packEntry({ shape, data }: WindowEntry): Uint8Array {
  const file = Buffer.alloc(HEADER_BYTES + data.length);
  file.write(MAGIC, 'latin1');
  for (const [i, length] of shape.entries()) file.writeUInt32LE(length, MAGIC.length + 4 * i);
  hashOf(data).copy(file, HEADER_BYTES - HASH_BYTES);
  file.set(data, HEADER_BYTES);
  return file;
}

/** The entry of a file, or null where the file is damaged. */
export function unpackEntry(file: Buffer): WindowEntry | null {
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  const shape = Array.from({ length: DIMENSIONS }, (_, i) => file.readUInt32LE(MAGIC.length + 4 * i));
  const data = file.subarray(HEADER_BYTES);
  if (!hashOf(data).equals(file.subarray(HEADER_BYTES - HASH_BYTES, HEADER_BYTES))) return null;
  return { shape: shape.filter((length) => length > 0), data };
}

function hashOf(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
