/**
 * embeddings.safetensors of an evaluation: what the model made of every clip's picture and of its sound in every
 * language. Tensors: `picture` [clips, dim]; for each language `sound/TAG` [sounds, dim], and `clips/TAG` [sounds], which
 * clip of dataset.json each sound is of. Read in parts, since a project of a million pairs has hundreds of megabytes.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { DatasetClip } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';
import type { StoredTensor } from '../model/parameters.ts';
import { encodeSafetensors } from '../model/safetensors.ts';
import { type HeaderEntry, parseHeader, readHeaderLength } from '../model/safetensors-header.ts';
import { type Embeddings, languagesOf } from './embeddings.ts';

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;

/** An open file of embeddings. */
export type EmbeddingFile = {
  dim: number;
  /** In the order of the evaluation. */
  languages: string[];
  clipCount: number;
  /** All pictures // [clips, dim] */
  pictures(): Promise<Float32Array>;
  /** All sounds of a language; empty where nobody speaks it // data [clipIndexes.length, dim] */
  sounds(language: string): Promise<{ clipIndexes: Int32Array; data: Float32Array }>;
  /** The picture of one clip // [dim] */
  picture(clipIndex: number): Promise<Float32Array>;
  /** The sound of one clip; null where it has none in that language // [dim] */
  sound(clipIndex: number, language: string): Promise<Float32Array | null>;
  close(): Promise<void>;
};

/** The bytes of the file. */
export function encodeEmbeddings({ video, audio, dim, clips, languages }: Embeddings): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  const whole = new Set<string>();
  tensors.set('picture', { shape: [clips.length, dim], data: video });
  for (const language of languages) {
    const sounds = audio.get(language);
    if (sounds === undefined) continue;
    const { clipIndexes, data } = sounds;
    tensors.set(`clips/${language}`, { shape: [clipIndexes.length], data: Float32Array.from(clipIndexes) });
    whole.add(`clips/${language}`);
    tensors.set(`sound/${language}`, { shape: [clipIndexes.length, dim], data });
  }
  return encodeSafetensors(tensors, { languages: languages.join(' ') }, whole);
}

/**
 * Opens the file; the caller closes it.
 * @throws AppError NOT_FOUND where there is none; CKPT_DAMAGED when it breaks a rule of its format.
 */
export async function openEmbeddingFile(path: string): Promise<EmbeddingFile> {
  const handle = await openOrSay(path);
  try {
    return await readOpened(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * All embeddings of an evaluation in memory.
 * @param clips those of its dataset.json, in their order
 */
export async function readEmbeddings(
  file: EmbeddingFile,
  clips: readonly DatasetClip[],
): Promise<Embeddings> {
  const audio: Embeddings['audio'] = new Map();
  for (const language of languagesOf(clips).languages) {
    const { clipIndexes, data } = await file.sounds(language);
    audio.set(language, { clipIndexes: [...clipIndexes], data });
  }
  return { clips: [...clips], dim: file.dim, languages: file.languages, video: await file.pictures(), audio };
}

async function readOpened(handle: FileHandle, path: string): Promise<EmbeddingFile> {
  const { size } = await handle.stat();
  const start = await readBytes(handle, 0, Math.min(size, LENGTH_BYTES));
  const headerEnd = readHeaderLength(start, size, path);
  const header = parseHeader(await readBytes(handle, 0, headerEnd), path, size);
  const entries = new Map(header.entries.map((entry) => [entry.name, entry]));
  const pictures = entries.get('picture');
  const [clipCount, dim] = pictures?.shape ?? [];
  if (pictures === undefined || clipCount === undefined || dim === undefined) {
    throw new AppError(
      'CKPT_DAMAGED',
      `${path} holds no embeddings of pictures. It was not read. Evaluate the run again to make it anew.`,
      { details: { file: path } },
    );
  }
  const rowsOf = async (entry: HeaderEntry, from: number, count: number): Promise<Float32Array> => {
    const rowBytes = dim * FLOAT_BYTES;
    const bytes = await readBytes(handle, header.dataStart + entry.begin + from * rowBytes, count * rowBytes);
    return new Float32Array(bytes.buffer, bytes.byteOffset, count * dim);
  };
  const indexes = new Map<string, Int32Array>();
  const indexesOf = async (language: string): Promise<Int32Array> => {
    const known = indexes.get(language);
    if (known !== undefined) return known;
    const read = await readIndexes(handle, header.dataStart, entries.get(`clips/${language}`));
    indexes.set(language, read);
    return read;
  };
  return {
    dim,
    clipCount,
    languages: (header.metadata.languages ?? '').split(' ').filter((tag) => tag !== ''),
    pictures: () => rowsOf(pictures, 0, clipCount),
    sounds: async (language) => {
      const clipIndexes = await indexesOf(language);
      const entry = entries.get(`sound/${language}`);
      const data = entry === undefined ? new Float32Array(0) : await rowsOf(entry, 0, clipIndexes.length);
      return { clipIndexes, data };
    },
    picture: (clipIndex) => rowsOf(pictures, clipIndex, 1),
    sound: async (clipIndex, language) => {
      const row = (await indexesOf(language)).indexOf(clipIndex);
      const entry = entries.get(`sound/${language}`);
      return row < 0 || entry === undefined ? null : rowsOf(entry, row, 1);
    },
    close: () => handle.close(),
  };
}

async function openOrSay(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new AppError(
      'NOT_FOUND',
      'This evaluation keeps no embeddings: it was made by an earlier version, or they were deleted. Nothing was done. Evaluate its run again.',
      { cause: error, details: { file: path } },
    );
  }
}

/** Fresh memory, so that numbers lie where their size wants them. @throws where the file ends before. */
async function readBytes(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** I64 on disk; a clip's index always fits 31 bits. */
async function readIndexes(
  handle: FileHandle,
  dataStart: number,
  entry: HeaderEntry | undefined,
): Promise<Int32Array> {
  if (entry === undefined) return new Int32Array(0);
  const bytes = await readBytes(handle, dataStart + entry.begin, entry.end - entry.begin);
  return Int32Array.from(new BigInt64Array(bytes.buffer, 0, bytes.length >> 3), Number);
}
