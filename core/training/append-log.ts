/**
 * A file that grows by whole records and can be cut back to a checkpoint. Not for files that are replaced: those go
 * through core/files/atomic-write.ts.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** An open log. Writing is synchronous: a step's record is in the file before the next step starts. */
export type AppendLog = {
  /** Bytes written so far, from the file's start. */
  readonly sizeBytes: number;
  append(record: Uint8Array): void;
  /** Makes everything written so far survive a power cut. */
  sync(): void;
  close(): void;
};

const NEWLINE = 0x0a;

/**
 * Opens a log and drops what lies beyond `keepBytes`. If the file is shorter than that (somebody cut it), a log of
 * lines goes on after its last whole line, another one starts anew: where its records end cannot be told.
 * @param options.lines whether records are lines of text; default true
 */
export function openAppendLog(
  path: string,
  keepBytes: number,
  { lines = true }: { lines?: boolean } = {},
): AppendLog {
  closeSync(openSync(path, 'a'));
  const handle = openSync(path, 'r+');
  const found = fstatSync(handle).size;
  let size = keepBytes;
  if (found < keepBytes) size = lines ? endOfLastLine(handle, found) : 0;
  ftruncateSync(handle, size);
  return {
    get sizeBytes() {
      return size;
    },
    append: (record) => {
      for (let done = 0; done < record.length; ) {
        done += writeSync(handle, record, done, record.length - done, size + done);
      }
      size += record.length;
    },
    sync: () => fsyncSync(handle),
    close: () => closeSync(handle),
  };
}

function endOfLastLine(handle: number, size: number): number {
  const bytes = Buffer.alloc(size);
  readSync(handle, bytes, 0, size, 0);
  return bytes.lastIndexOf(NEWLINE) + 1;
}
