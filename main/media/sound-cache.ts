/** Decoded stretches of sound in memory: a person goes back and forth over the same seconds. */
import type { AudioSource } from '../../core/domain/media.ts';

/** Bytes held; the oldest go first. Ten minutes of one track. */
const MOST_BYTES = 128 * 2 ** 20;
/** ffmpeg processes at a time. */
const MOST_AT_ONCE = 3;

/** Name of a stretch, by content. */
export function soundKey(
  source: AudioSource,
  { startSec, endSec }: { startSec: number; endSec: number },
): string {
  return `${source.sha256}/${source.streamIndex}/${startSec}-${endSec}`;
}

/** Keeps what was made, and makes at most a few at once. */
export class SoundCache {
  readonly #made = new Map<string, Promise<Uint8Array>>();
  readonly #sizes = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** What `make` gives, from memory where it was asked for before. A failure is not remembered. */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#made.get(key);
    if (known !== undefined) {
      this.#made.delete(key);
      this.#made.set(key, known);
      return known;
    }
    const making = this.#inTurn(make).then((bytes) => {
      this.#sizes.set(key, bytes.length);
      this.#trim();
      return bytes;
    });
    this.#made.set(key, making);
    making.catch(() => this.#made.delete(key));
    return making;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #trim(): void {
    let bytes = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of this.#made.keys()) {
      if (bytes <= MOST_BYTES) return;
      const size = this.#sizes.get(key);
      if (size === undefined) continue;
      bytes -= size;
      this.#made.delete(key);
      this.#sizes.delete(key);
    }
  }
}
