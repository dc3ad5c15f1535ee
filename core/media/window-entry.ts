/** One cached window as a file: shape, hash, bytes. What does not fit its hash does not exist. */
import { createHash } from 'node:crypto';

const MAGIC = 'DUBWIN2\n';
const HASH_BYTES = 32;
const DIMENSIONS = 4;
const SHAPE_END = MAGIC.length + 4 * DIMENSIONS;
const HEADER_BYTES = SHAPE_END + HASH_BYTES;

/** A decoded window: its shape (up to four numbers) and its bytes. */
export type WindowEntry = { shape: number[]; data: Uint8Array };

/** The file of an entry. */
export function packEntry({ shape, data }: WindowEntry): Uint8Array {
  const file = Buffer.alloc(HEADER_BYTES + data.length);
  file.write(MAGIC, 'latin1');
  for (const [i, length] of shape.entries()) file.writeUInt32LE(length, MAGIC.length + 4 * i);
  file.set(data, HEADER_BYTES);
  hashOf(file).copy(file, SHAPE_END);
  return file;
}

/** The entry of a file, or null where the file is damaged. */
export function unpackEntry(file: Buffer): WindowEntry | null {
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  if (!hashOf(file).equals(file.subarray(SHAPE_END, HEADER_BYTES))) return null;
  const shape = Array.from({ length: DIMENSIONS }, (_, i) => file.readUInt32LE(MAGIC.length + 4 * i));
  return { shape: shape.filter((length) => length > 0), data: file.subarray(HEADER_BYTES) };
}

/** Over shape and bytes: frames of another shape would be as wrong as other bytes. */
function hashOf(file: Buffer): Buffer {
  return createHash('sha256')
    .update(file.subarray(0, SHAPE_END))
    .update(file.subarray(HEADER_BYTES))
    .digest();
}
