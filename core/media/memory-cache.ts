/** The most recently used entries, up to a number of bytes. */
import type { WindowEntry } from './window-entry.ts';

/** Entries by key; the longest unused go first when it is full. */
export class MemoryCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, WindowEntry>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The entry, which then counts as used last; null where it is not held. */
  get(key: string): WindowEntry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Holds an entry; with a limit of 0, nothing. */
  put(key: string, entry: WindowEntry): void {
    if (this.#limitBytes === 0) return;
    this.#bytes += entry.data.length - (this.#entries.get(key)?.data.length ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const [oldest, { data }] of this.#entries) {
      if (this.#bytes <= this.#limitBytes || oldest === key) return;
      this.#entries.delete(oldest);
      this.#bytes -= data.length;
    }
  }
}
