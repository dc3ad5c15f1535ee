/** Bytes that are read piece by piece: a file, or memory. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { damagedFile } from './refusals.ts';

/** Bytes of a known length. */
export type ByteSource = {
  /** As messages name it. */
  readonly label: string;
  readonly sizeBytes: number;
  /** The bytes from `position`. @throws AppError CKPT_DAMAGED where they are not all there. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
};

/** Opens a plain file. @throws AppError PATH_NOT_FOUND, PATH_NOT_REGULAR_FILE, PATH_DENIED. */
export async function openBytes(path: string): Promise<ByteSource> {
  const label = basename(path);
  const handle = await openHandle(path, label);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw notAFile(label);
    return {
      label,
      sizeBytes: stat.size,
      read: async (position, length) => {
        requireInside(label, stat.size, position, length);
        const bytes = new Uint8Array(length);
        const { bytesRead } = await readFully(handle, bytes, position);
        if (bytesRead < length) throw damagedFile(label, 'it became shorter while it was read');
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Bytes in memory. */
export function bytesInMemory(bytes: Uint8Array, label: string): ByteSource {
  return {
    label,
    sizeBytes: bytes.length,
    read: async (position, length) => {
      requireInside(label, bytes.length, position, length);
      // Not slice: a Buffer's would share its bytes.
      return new Uint8Array(bytes.subarray(position, position + length));
    },
    close: async () => {},
  };
}

/** Before anything is allocated: a claim in a file is no reason to take memory. */
function requireInside(label: string, sizeBytes: number, position: number, length: number): void {
  const isInside =
    Number.isSafeInteger(position) && Number.isSafeInteger(length) && position >= 0 && length >= 0;
  if (isInside && position + length <= sizeBytes) return;
  throw damagedFile(label, `it points to bytes beyond its ${sizeBytes}`);
}

async function readFully(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<{ bytesRead: number }> {
  let done = 0;
  while (done < bytes.length) {
    // One read of the system takes less than 2 GiB.
    const length = Math.min(bytes.length - done, 2 ** 30);
    const { bytesRead } = await handle.read(bytes, done, length, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return { bytesRead: done };
}

async function openHandle(path: string, label: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      throw new AppError('PATH_NOT_FOUND', `${label} is not there. Nothing was read. Check the path.`, {
        cause,
      });
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('PATH_DENIED', `${label} may not be read. Check its permissions.`, { cause });
    }
    throw notAFile(label, cause);
  }
}

function notAFile(label: string, cause?: unknown): AppError {
  return new AppError(
    'PATH_NOT_REGULAR_FILE',
    `${label} is not a plain file. Nothing was read. Give the weights file itself.`,
    { cause },
  );
}
