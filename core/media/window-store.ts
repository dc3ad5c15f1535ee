/**
 * Entries on disk up to a limit, with a share of them in memory. An entry that is damaged is made again; one that does
 * not fit is made at every read. Several processes may use one folder: what another one removed is made again.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { MemoryCache } from './memory-cache.ts';
import { packEntry, unpackEntry, type WindowEntry } from './window-entry.ts';

/** What a store needs from outside. */
export type StoreOptions = {
  /** Windows held in memory, bytes. */
  memoryBytes: number;
  /** How much may lie on disk, bytes, given what lies there. */
  limitBytes: (usedBytes: number) => Promise<number>;
  /** For the times of use that files carry. */
  clock: Clock;
  /** Whether anything is put on disk; default true. */
  writes?: boolean | undefined;
};

/** A half-written file of this age is nobody's any more, ms. */
const LEFTOVER_AGE_MS = 60 * 60_000;

/** What is on disk: sizes by file name, the longest unused first. */
type Inventory = { sizes: Map<string, number>; usedBytes: number; limitBytes: number };

/** The entries of one folder. */
export class WindowStore {
  readonly #folder: string;
  readonly #memory: MemoryCache;
  readonly #options: StoreOptions;
  readonly #inUse = new Set<string>();
  readonly #touched = new Set<string>();
  #inventory: Promise<Inventory> | null = null;

  constructor(folder: string, options: StoreOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#memory = new MemoryCache(options.memoryBytes);
  }

  /** Whether the entry lies on disk. */
  has(key: string): boolean {
    return existsSync(this.#path(nameOf(key)));
  }

  /** Entries that must not be removed to make room for others. */
  protect(keys: Iterable<string>): void {
    for (const key of keys) this.#inUse.add(nameOf(key));
  }

  /** The entry from memory, from disk, or made and kept. */
  async read<T>(
    key: string,
    decode: (entry: WindowEntry) => T,
    make: () => Promise<WindowEntry>,
  ): Promise<T> {
    const held = this.#memory.get(key);
    if (held !== null) return decode(held);
    const stored = await this.#load(nameOf(key));
    const entry = stored ?? (await make());
    if (stored === null) await this.write(key, entry);
    else this.#memory.put(key, entry);
    return decode(entry);
  }

  /** Keeps an entry in memory, and on disk where there is room. @returns whether it is on disk. */
  async write(key: string, entry: WindowEntry): Promise<boolean> {
    this.#memory.put(key, entry);
    if (this.#options.writes === false) return false;
    const name = nameOf(key);
    const bytes = packEntry(entry);
    const inventory = await this.#lookAround();
    // Booked before it is written, so that writes at the same time do not take the same room.
    if (!(await this.#makeRoom(inventory, name, bytes.length))) return false;
    const path = this.#path(name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await atomicWrite(path, bytes);
      // Another write may have taken the room meanwhile.
      const isBooked = inventory.sizes.has(name);
      if (!isBooked) await rm(path, { force: true });
      return isBooked;
    } catch (error) {
      forget(inventory, name);
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
      throw error;
    }
  }

  async #load(name: string): Promise<WindowEntry | null> {
    const path = this.#path(name);
    const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (file === null) return null;
    await this.#touch(name);
    return unpackEntry(file);
  }

  /** Notes the use in the file's time, once a process: the order of days matters, not that of reads. */
  async #touch(name: string): Promise<void> {
    if (this.#touched.has(name)) return;
    this.#touched.add(name);
    const nowSec = this.#options.clock.nowMs() / 1000;
    // A folder that cannot be written still serves what it has.
    await utimes(this.#path(name), nowSec, nowSec).catch(() => {});
    if (this.#inventory === null) return;
    const { sizes } = await this.#inventory;
    const size = sizes.get(name);
    if (size === undefined) return;
    sizes.delete(name);
    sizes.set(name, size);
  }

  /** Removes the longest unused entries that are not protected until `size` more bytes fit, and books them. */
  async #makeRoom(inventory: Inventory, name: string, size: number): Promise<boolean> {
    forget(inventory, name);
    const removed: string[] = [];
    for (const old of inventory.sizes.keys()) {
      if (inventory.usedBytes + size <= inventory.limitBytes) break;
      if (this.#inUse.has(old)) continue;
      removed.push(old);
      forget(inventory, old);
    }
    const fits = inventory.usedBytes + size <= inventory.limitBytes;
    if (fits) {
      inventory.sizes.set(name, size);
      inventory.usedBytes += size;
    }
    for (const old of removed) await rm(this.#path(old), { force: true });
    return fits;
  }

  #lookAround(): Promise<Inventory> {
    this.#inventory ??= this.#readFolder();
    return this.#inventory;
  }

  async #readFolder(): Promise<Inventory> {
    await mkdir(this.#folder, { recursive: true });
    const nowMs = this.#options.clock.nowMs();
    const found: { name: string; size: number; usedMs: number }[] = [];
    for (const relative of await readdir(this.#folder, { recursive: true })) {
      const path = join(this.#folder, relative);
      const facts = await stat(path).catch(() => null);
      if (facts === null || !facts.isFile()) continue;
      const name = basename(path);
      if (name.endsWith('.win')) found.push({ name, size: facts.size, usedMs: facts.mtimeMs });
      else if (name.startsWith('.') && nowMs - facts.mtimeMs > LEFTOVER_AGE_MS)
        await rm(path, { force: true });
    }
    found.sort((a, b) => a.usedMs - b.usedMs || (a.name < b.name ? -1 : 1));
    const usedBytes = found.reduce((sum, { size }) => sum + size, 0);
    const limitBytes = await this.#options.limitBytes(usedBytes);
    return { sizes: new Map(found.map(({ name, size }) => [name, size])), usedBytes, limitBytes };
  }

  #path(name: string): string {
    return join(this.#folder, name.slice(0, 2), name);
  }
}

function forget(inventory: Inventory, name: string): void {
  inventory.usedBytes -= inventory.sizes.get(name) ?? 0;
  inventory.sizes.delete(name);
}

function nameOf(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.win`;
}
