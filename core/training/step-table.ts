/**
 * Columns of a log of lines by step (metrics.jsonl, timing.jsonl), read as far as it has grown since the last look.
 * A log that was cut or written anew (a run that went on from an earlier checkpoint) is read from its start; where a
 * step stands there twice, the later line counts, as it does for the run.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { indexOfStep } from './decimate.ts';

const CHUNK_BYTES = 1 << 19;
/** How much of what was read last is looked at again to see that it is still the same file. */
const PROOF_BYTES = 4096;
const NEWLINE = 0x0a;

/** One log in memory: 8 bytes a row and column. */
export class StepTable {
  readonly #path: string;
  readonly #names: readonly string[];
  #capacity = 1024;
  #steps = new Float64Array(this.#capacity);
  #columns: Float64Array[];
  #count = 0;
  #readBytes = 0;
  #proof: Buffer = Buffer.alloc(0);
  #generation = 0;
  #reading: Promise<void> | null = null;

  /** @param names fields that become columns; a line without one has NaN there. */
  constructor(path: string, names: readonly string[]) {
    this.#path = path;
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(this.#capacity));
  }

  /** Rows. */
  get count(): number {
    return this.#count;
  }

  /** Steps, rising; only the first `count` are meant. */
  get steps(): Float64Array {
    return this.#steps;
  }

  /** Changes with every change of the log that was seen. */
  get version(): string {
    return `${this.#generation}-${this.#readBytes}`;
  }

  /** A column; only the first `count` values are meant; null where there is none of that name. */
  column(name: string): Float64Array | null {
    return this.#columns[this.#names.indexOf(name)] ?? null;
  }

  /** Reads what is new. A log that is not there has no rows. Others are answered between its parts. */
  refresh(): Promise<void> {
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #refresh(): Promise<void> {
    let handle: FileHandle;
    try {
      handle = await open(this.#path, 'r');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (this.#readBytes > 0) this.#forget();
      return;
    }
    try {
      const { size } = await handle.stat();
      if (!(await this.#isSame(handle, size))) this.#forget();
      await this.#readOn(handle, size);
    } finally {
      await handle.close();
    }
  }

  async #isSame(handle: FileHandle, size: number): Promise<boolean> {
    if (size < this.#readBytes) return false;
    const { length } = this.#proof;
    if (length === 0) return true;
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, this.#readBytes - length);
    return buffer.equals(this.#proof);
  }

  #forget(): void {
    this.#count = 0;
    this.#readBytes = 0;
    this.#proof = Buffer.alloc(0);
    this.#generation += 1;
  }

  /** A last line without its end is left for the next time. */
  async #readOn(handle: FileHandle, size: number): Promise<void> {
    let rest: Buffer = Buffer.alloc(0);
    for (let at = this.#readBytes; at < size; ) {
      const length = Math.min(CHUNK_BYTES, size - at);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) this.#take(bytes.subarray(0, end));
      rest = bytes.subarray(end);
    }
  }

  #take(whole: Buffer): void {
    for (const line of whole.toString('utf8').split('\n')) {
      if (line !== '') this.#add(rowOf(line));
    }
    this.#readBytes += whole.length;
    this.#proof = Buffer.from(Buffer.concat([this.#proof, whole]).subarray(-PROOF_BYTES));
  }

  #add(row: Record<string, unknown> | null): void {
    const step = row?.step;
    if (row === null || typeof step !== 'number' || !Number.isFinite(step)) return;
    // What was logged before a run went back to a checkpoint is not its past any more.
    if (this.#count > 0 && step <= this.#steps[this.#count - 1]!) {
      this.#count = indexOfStep(this.#steps, this.#count, step);
    }
    if (this.#count === this.#capacity) this.#grow();
    this.#steps[this.#count] = step;
    for (const [i, name] of this.#names.entries()) {
      const value = row[name];
      this.#columns[i]![this.#count] = typeof value === 'number' ? value : Number.NaN;
    }
    this.#count += 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(this.#capacity);
      next.set(old);
      return next;
    };
    this.#steps = grown(this.#steps);
    this.#columns = this.#columns.map(grown);
  }
}

/** null: no line of a log, which costs only itself. */
function rowOf(line: string): Record<string, unknown> | null {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
