/** Bad files that no encoder makes: written byte by byte, or cut out of good ones. */
import { crc32, deflateSync } from 'node:zlib';
import type { RandomStream } from '../../core/rng.ts';

/** A WAV with any header over any data. `kind` 3: 32-bit float, else 16-bit. */
export function wav(
  data: Uint8Array,
  a: { channels?: number; rateHz?: number; dataBytes?: number; kind?: 1 | 3 } = {},
): Buffer {
  const { channels = 1, rateHz = 48_000, dataBytes = data.length, kind = 1 } = a;
  const sampleBytes = kind === 3 ? 4 : 2;
  const header = Buffer.alloc(44);
  header.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  header.writeUInt32LE(Math.min(0xffff_ffff, 36 + dataBytes), 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(kind, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt32LE((rateHz * channels * sampleBytes) % 2 ** 32, 28);
  header.writeUInt16LE((channels * sampleBytes) % 2 ** 16, 32);
  header.writeUInt16LE(8 * sampleBytes, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return Buffer.concat([header, data]);
}

/** Numbers as 16-bit samples. */
export function samples16(count: number, at: (i: number) => number): Buffer {
  return Buffer.from(Int16Array.from({ length: count }, (_, i) => at(i)).buffer);
}

/** Random bytes, the same for the same generator. */
export function noise(count: number, rng: RandomStream): Buffer {
  return Buffer.from(Uint8Array.from({ length: count }, () => rng.integer(256)));
}

/** A copy with `count` single bits changed between two places. */
export function flipped(bytes: Buffer, from: number, to: number, count: number, rng: RandomStream): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < count; i += 1) copy[from + rng.integer(to - from)]! ^= 1 << rng.integer(8);
  return copy;
}

/** The share of a file's beginning. */
export function firstPart(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

/** A box of an MP4 file. */
export function box(name: string, ...content: Uint8Array[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0));
  header.write(name, 4, 'latin1');
  return Buffer.concat([header, ...content]);
}

/** `depth` boxes, each in the next: what a reader that calls itself runs out of stack on. */
export function nestedBoxes(depth: number): Buffer {
  const bytes = Buffer.alloc(8 * depth);
  for (let i = 0; i < depth; i += 1) {
    bytes.writeUInt32BE(8 * (depth - i), 8 * i);
    bytes.write('moov', 8 * i + 4, 'latin1');
  }
  return bytes;
}

/** The header's length of an MP4 (version 0, thousandths of a second by habit) set to a number. */
export function withMovieLength(bytes: Buffer, ticks: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(ticks, copy.indexOf('mvhd') + 4 + 16);
  return copy;
}

/** The first track of an MP4 turned by 90 degrees through its matrix. */
export function turned(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const matrix = [0, 0x0001_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000];
  const at = copy.indexOf('tkhd') + 4 + 40;
  for (const [i, value] of matrix.entries()) copy.writeUInt32BE(value, at + 4 * i);
  return copy;
}

const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'stbl'];

/** Every 32-bit table of places of an MP4 as one of 64 bits that leads to nowhere. The index must come last. */
export function withFarChunks(bytes: Buffer): Buffer {
  return Buffer.concat(boxesOf(bytes).map(farChunk));
}

function farChunk({ name, whole, content }: Box): Buffer {
  if (PARENTS.includes(name)) return box(name, ...boxesOf(content).map(farChunk));
  if (name !== 'stco') return whole;
  const count = content.readUInt32BE(4);
  const places = Buffer.alloc(8 * count);
  for (let i = 0; i < count; i += 1) places.writeBigUInt64BE(2n ** 62n + BigInt(i), 8 * i);
  return box('co64', content.subarray(0, 8), places);
}

type Box = { name: string; whole: Buffer; content: Buffer };

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const whole = bytes.subarray(at, at + Math.max(8, size));
    boxes.push({ name: bytes.toString('latin1', at + 4, at + 8), whole, content: whole.subarray(8) });
    at += Math.max(8, size);
  }
  return boxes;
}

/** A PNG of one grey, one bit a pixel: any size in little space. */
export function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    mark,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A GIF of 8 x 8 pixels with so many frames. */
export function gif(frames: number): Buffer {
  const header = Buffer.from('474946383961080008008000000000000000ffffff', 'hex');
  // A graphic control block, then a picture of 64 equal pixels, LZW-coded.
  const frame = Buffer.from('21f90400010000002c00000000080008000002078c8fa9cbed0f00003b', 'hex').subarray(
    0,
    -1,
  );
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from('3b', 'hex')]);
}

/** An empty ZIP archive's first bytes with one stored name. */
export function zip(): Buffer {
  return Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(300, 7)]);
}

/** An AVI whose subtitle track (GAB2) is a playlist of another file, so that a reader would open that. */
export function aviWithPlaylist(target: string): Buffer {
  const playlist = Buffer.from(`#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`);
  const name = Buffer.from('t\0\0\0', 'utf16le');
  const gab2 = Buffer.concat([
    Buffer.from('GAB2\0\u0002\0', 'latin1'),
    uint32(name.length),
    name,
    Buffer.from([4, 0]),
    uint32(playlist.length),
    playlist,
  ]);
  const mainHeader = Buffer.alloc(56);
  mainHeader.writeUInt32LE(40_000, 0);
  mainHeader.writeUInt32LE(1, 24);
  const streamHeader = Buffer.alloc(56);
  streamHeader.write('txts', 0, 'latin1');
  streamHeader.writeUInt32LE(1, 20);
  streamHeader.writeUInt32LE(25, 24);
  streamHeader.writeUInt32LE(1, 32);
  const stream = list('strl', chunk('strh', streamHeader), chunk('strf', Buffer.alloc(0)));
  const header = list('hdrl', chunk('avih', mainHeader), stream);
  const body = Buffer.concat([Buffer.from('AVI '), header, list('movi', chunk('00tx', gab2))]);
  return chunk('RIFF', body);
}

function chunk(name: string, content: Buffer): Buffer {
  const padding = Buffer.alloc(content.length % 2);
  return Buffer.concat([Buffer.from(name, 'latin1'), uint32(content.length), content, padding]);
}

function list(name: string, ...chunks: Buffer[]): Buffer {
  return chunk('LIST', Buffer.concat([Buffer.from(name, 'latin1'), ...chunks]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
