/**
 * The zip around a PyTorch file. Reading the directory is yauzl's work; what PyTorch never writes is refused here:
 * compressed or encrypted entries, overlapping ones, two of one name, a name that differs between directory and entry.
 * Nothing is ever unpacked to disk (reference: reliability.md T12, T16).
 */
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { AppError } from '../../domain/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { damagedFile, shown, tooLarge, unknownFormat } from './refusals.ts';

/** One entry; `start` is where its header begins, `begin` and `end` where its data does. */
type StoredEntry = { name: string; start: number; begin: number; end: number; crc32: number; method: number };

/** The entries of an archive by their names without the archive's own folder, e.g. `data.pkl`, `data/0`. */
export type TorchArchive = {
  readonly label: string;
  sizeOf(name: string): number | undefined;
  /** The bytes of an entry, with its checksum proven. @throws AppError CKPT_DAMAGED. */
  read(name: string): Promise<Uint8Array>;
};

/** Both large towers with two moments of an optimizer have 3,500. */
const MOST_ENTRIES = 50_000;
const METHOD_STORED = 0;

/** Whether bytes begin as a zip does. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

/** Reads the directory of a PyTorch zip. @throws AppError CKPT_DAMAGED, CKPT_FORMAT, CKPT_TOO_LARGE. */
export async function openTorchArchive(source: ByteSource): Promise<TorchArchive> {
  const entries = withoutFolder(await readDirectory(source), source.label);
  return {
    label: source.label,
    sizeOf: (name) => {
      const entry = entries.get(name);
      return entry === undefined ? undefined : entry.end - entry.begin;
    },
    read: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw damagedFile(source.label, `it has no entry ${shown(name)}`);
      const bytes = await source.read(entry.begin, entry.end - entry.begin);
      if (crc32(bytes) !== entry.crc32) {
        throw damagedFile(source.label, `the checksum of its entry ${shown(name)} is wrong`);
      }
      return bytes;
    },
  };
}

async function readDirectory(source: ByteSource): Promise<StoredEntry[]> {
  const reader = new SourceReader(source);
  try {
    const entries = await Promise.race([listEntries(reader, source), reader.failed]);
    requireStored(entries, source.label);
    return entries;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw damagedFile(source.label, `its zip directory cannot be read (${shown(reason)})`, error);
  }
}

async function listEntries(reader: SourceReader, { label, sizeBytes }: ByteSource): Promise<StoredEntry[]> {
  const zip = await fromRandomAccessReaderPromise(reader, sizeBytes, {
    autoClose: false,
    strictFileNames: true,
    // Sizes are compared below, after encryption was refused by its name.
    validateEntrySizes: false,
  });
  const directoryStart = Number(zip.readEntryCursor);
  if (!(zip.entryCount <= MOST_ENTRIES)) {
    throw tooLarge(label, `has ${zip.entryCount} entries, more than ${MOST_ENTRIES}`);
  }
  const entries: StoredEntry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(await readEntry(zip, entry, label));
  requireApart(entries, directoryStart, label);
  return entries;
}

async function readEntry(zip: ZipFile, entry: Entry, label: string): Promise<StoredEntry> {
  const name = entry.fileName;
  if (entry.isEncrypted()) throw unknownFormat(label, 'is encrypted', 'Decrypt it first.');
  if (entry.compressionMethod === METHOD_STORED && entry.compressedSize !== entry.uncompressedSize) {
    throw damagedFile(label, `the two sizes of its entry ${shown(name)} differ`);
  }
  const local = await zip.readLocalFileHeaderPromise(entry);
  if (!local.fileName.equals(entry.fileNameRaw) || local.compressionMethod !== entry.compressionMethod) {
    throw damagedFile(label, `its entry ${shown(name)} is another one in the directory`);
  }
  const begin = local.fileDataStart;
  const end = begin + entry.compressedSize;
  const start = entry.relativeOffsetOfLocalHeader;
  return { name, start, begin, end, crc32: entry.crc32, method: entry.compressionMethod };
}

function requireStored(entries: readonly StoredEntry[], label: string): void {
  if (entries.some(({ name }) => name.endsWith('/constants.pkl'))) {
    throw unknownFormat(
      label,
      'is a TorchScript program, which is code and not weights',
      'Save its state_dict() with torch.save.',
    );
  }
  const compressed = entries.find(({ method }) => method !== METHOD_STORED);
  if (compressed === undefined) return;
  throw unknownFormat(
    label,
    `has the compressed entry ${shown(compressed.name)}, as torch.save never writes one`,
    'Save it again with torch.save.',
  );
}

/** Each entry must begin after the one before ended, and end before the directory. */
function requireApart(entries: readonly StoredEntry[], directoryStart: number, label: string): void {
  let reached = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start)) {
    if (start < reached || end > directoryStart) {
      throw damagedFile(label, `its entry ${shown(name)} overlaps another part of the file`);
    }
    reached = end;
  }
}

/** Every entry lies in one folder, named after the file as it was saved. */
function withoutFolder(entries: readonly StoredEntry[], label: string): Map<string, StoredEntry> {
  const pickle = entries.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw unknownFormat(
      label,
      'is a zip archive, but none that torch.save wrote',
      'Give the weights file itself.',
    );
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const byName = new Map<string, StoredEntry>();
  for (const entry of entries) {
    if (!entry.name.startsWith(folder)) {
      throw damagedFile(label, `its entry ${shown(entry.name)} lies outside of ${shown(folder)}`);
    }
    const name = entry.name.slice(folder.length);
    if (byName.has(name)) throw damagedFile(label, `it has two entries ${shown(name)}`);
    byName.set(name, entry);
  }
  return byName;
}

/** Gives yauzl the bytes of a source. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  readonly #fail: (error: unknown) => void;
  /** Rejects when yauzl stumbles over bytes where it does not report it: it would never answer then. */
  readonly failed: Promise<never>;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
    const { promise, reject } = Promise.withResolvers<never>();
    this.failed = promise;
    this.#fail = reject;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#source
      .read(position, length)
      .then(
        (bytes) => {
          buffer.set(bytes, offset);
          callback(null, length);
        },
        (error: Error) => callback(error),
      )
      .catch(this.#fail);
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
