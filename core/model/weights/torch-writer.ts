/**
 * Writes a PyTorch file: a zip of stored entries, numbers at multiples of 64 bytes as torch.save puts them (it lets
 * PyTorch map the file), with no time and no machine in it: same input, same bytes. No kept library writes zips with
 * aligned data, so the 60 lines are ours.
 */
import { crc32 } from 'node:zlib';
import type { StoredTensor } from '../parameters.ts';
import { encodeFloats } from './dtype.ts';
import { encodeStateDict, encodeTensor, type PickledTensor } from './pickle-writer.ts';
import { tooLarge } from './refusals.ts';

type ZipEntry = { name: string; data: Uint8Array };
type PlacedEntry = ZipEntry & { offset: number; checksum: number; header: Uint8Array };

const FOLDER = 'weights';
const ALIGNMENT = 64;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_HEADER_BYTES = 46;
const END_BYTES = 22;
/** PyTorch's own mark for a padding field: "FB". */
const PADDING_FIELD = 0x4246;
/** 1 January 1980, the zero of zip's calendar. */
const NO_DATE = 0x21;
/** Beyond it a zip needs the 64-bit form. */
const MOST_BYTES = 0xffff_ffff;

/**
 * The bytes of a `.pt` that `torch.load` reads with `weights_only=True`: `{wrapper: OrderedDict(tensors)}`.
 * @param wholeNumbers names of tensors of whole numbers, written as int64
 * @throws AppError CKPT_TOO_LARGE from 4 GiB on.
 */
export function encodeTorchFile(
  wrapper: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  wholeNumbers: ReadonlySet<string> = new Set(),
): Uint8Array {
  const listed = [...tensors].map(([name, { shape, data }], i) => {
    const dtype = wholeNumbers.has(name) ? 'I64' : 'F32';
    return {
      pickled: { name, key: String(i), shape, dtype } satisfies PickledTensor,
      data: encodeFloats(data, dtype),
    };
  });
  const pickle = encodeStateDict(
    wrapper,
    listed.map(({ pickled }) => pickled),
  );
  return encodeZip([
    { name: `${FOLDER}/data.pkl`, data: pickle },
    { name: `${FOLDER}/byteorder`, data: Buffer.from('little') },
    ...listed.map(({ pickled, data }) => ({ name: `${FOLDER}/data/${pickled.key}`, data })),
    { name: `${FOLDER}/version`, data: Buffer.from('3\n') },
  ]);
}

/**
 * The bytes of a `.pt` that is one tensor, as `torch.save(tensor, path)` leaves it.
 * @throws AppError CKPT_TOO_LARGE from 4 GiB on.
 */
export function encodeTorchTensor({ shape, data }: StoredTensor): Uint8Array {
  return encodeZip([
    { name: `${FOLDER}/data.pkl`, data: encodeTensor({ name: '', key: '0', shape, dtype: 'F32' }) },
    { name: `${FOLDER}/byteorder`, data: Buffer.from('little') },
    { name: `${FOLDER}/data/0`, data: encodeFloats(data, 'F32') },
    { name: `${FOLDER}/version`, data: Buffer.from('3\n') },
  ]);
}

function encodeZip(entries: readonly ZipEntry[]): Uint8Array {
  const placed: PlacedEntry[] = [];
  let offset = 0;
  for (const entry of entries) {
    const checksum = crc32(entry.data);
    const header = localHeader(entry, checksum, offset);
    placed.push({ ...entry, offset, checksum, header });
    offset += header.length + entry.data.length;
  }
  const directory = Buffer.concat(placed.map(directoryHeader));
  const total = offset + directory.length + END_BYTES;
  if (total > MOST_BYTES) throw tooLarge('The file', `would have ${total} bytes, more than ${MOST_BYTES}`);
  const file = new Uint8Array(total);
  for (const { offset: at, header, data } of placed) {
    file.set(header, at);
    file.set(data, at + header.length);
  }
  file.set(directory, offset);
  file.set(endRecord(placed.length, directory.length, offset), offset + directory.length);
  return file;
}

/** Header, name and padding up to where the data is aligned. */
function localHeader({ name, data }: ZipEntry, checksum: number, offset: number): Buffer {
  const bare = LOCAL_HEADER_BYTES + name.length + 4;
  const padding = (ALIGNMENT - ((offset + bare) % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(bare + padding);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(NO_DATE, 12);
  header.writeUInt32LE(checksum, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt32LE(data.length, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(4 + padding, 28);
  header.write(name, LOCAL_HEADER_BYTES, 'ascii');
  header.writeUInt16LE(PADDING_FIELD, LOCAL_HEADER_BYTES + name.length);
  header.writeUInt16LE(padding, LOCAL_HEADER_BYTES + name.length + 2);
  return header;
}

function directoryHeader({ name, data, offset, checksum }: PlacedEntry): Buffer {
  const header = Buffer.alloc(DIRECTORY_HEADER_BYTES + name.length);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(NO_DATE, 14);
  header.writeUInt32LE(checksum, 16);
  header.writeUInt32LE(data.length, 20);
  header.writeUInt32LE(data.length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset % 2 ** 32, 42);
  header.write(name, DIRECTORY_HEADER_BYTES, 'ascii');
  return header;
}

function endRecord(count: number, directoryBytes: number, directoryStart: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryStart, 16);
  return end;
}
