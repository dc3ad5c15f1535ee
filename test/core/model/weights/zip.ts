/** Zip archives with any lie in them, for tests. */
import { crc32 } from 'node:zlib';

/** An entry; what is not given is told truly. */
export type ZipPart = {
  name: string;
  data: Uint8Array;
  /** Name in the entry's own header. */
  localName?: string;
  method?: number;
  flags?: number;
  claimedBytes?: number;
  claimedUncompressedBytes?: number;
  checksum?: number;
  /** Where the directory says that the entry begins. */
  offset?: number;
};

/** What the end of the archive says. */
export type ZipEnd = { count?: number; directoryOffset?: number; zip64?: { count: bigint; offset: bigint } };

/** An archive of stored entries, byte by byte by the format's definition. */
export function zipOf(parts: readonly ZipPart[], end: ZipEnd = {}): Uint8Array {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const header = headerOf(part, false, 0);
    local.push(header, Buffer.from(part.data));
    directory.push(headerOf(part, true, part.offset ?? at));
    at += header.length + part.data.length;
  }
  const listing = Buffer.concat(directory);
  const count = end.count ?? parts.length;
  const offset = end.directoryOffset ?? at;
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(count, 8);
  last.writeUInt16LE(count, 10);
  last.writeUInt32LE(listing.length, 12);
  last.writeUInt32LE(offset, 16);
  const wide = end.zip64 === undefined ? [] : wideEnd(end.zip64, at + listing.length);
  return Buffer.concat([...local, listing, ...wide, last]);
}

function headerOf(part: ZipPart, isDirectory: boolean, offset: number): Buffer {
  const name = Buffer.from(isDirectory ? part.name : (part.localName ?? part.name));
  const header = Buffer.alloc(isDirectory ? 46 : 30);
  const shift = isDirectory ? 2 : 0;
  header.writeUInt32LE(isDirectory ? 0x02014b50 : 0x04034b50, 0);
  header.writeUInt16LE(part.flags ?? 0, 6 + shift);
  header.writeUInt16LE(part.method ?? 0, 8 + shift);
  header.writeUInt32LE(part.checksum ?? crc32(part.data), 14 + shift);
  header.writeUInt32LE(part.claimedBytes ?? part.data.length, 18 + shift);
  header.writeUInt32LE(part.claimedUncompressedBytes ?? part.claimedBytes ?? part.data.length, 22 + shift);
  header.writeUInt16LE(name.length, 26 + shift);
  if (isDirectory) header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

function wideEnd({ count, offset }: { count: bigint; offset: bigint }, at: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(count, 24);
  record.writeBigUInt64LE(count, 32);
  record.writeBigUInt64LE(offset, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}
