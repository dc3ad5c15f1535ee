/** What import kept of a file, for showing: its record, thumbnails, peaks, and what a browser can play. */
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeardSource } from '../checks/check-input.ts';
import { AppError } from '../domain/errors.ts';
import type { TrackPeaks } from '../domain/inspection.ts';
import { ffmpegVersion } from '../process/ffmpeg-version.ts';
import type { MediaTools } from '../process/media-tools.ts';
import type { HeardRecord } from './decode-once.ts';
import { unpackPeaks } from './peaks.ts';
import { heardFolder, openHeard, trackFile, unpackMeasures } from './sound-store.ts';
import { THUMBNAILS_FILE } from './video-sink.ts';

/** Records held in memory, newest last; each some kB, of a film some hundred. */
const MOST_RECORDS = 200;

/** Reads what is kept in one cache folder. */
export class KeptMedia {
  readonly #cacheFolder: string;
  readonly #tools: MediaTools;
  readonly #records = new Map<string, HeardRecord>();

  constructor(cacheFolder: string, tools: MediaTools) {
    this.#cacheFolder = cacheFolder;
    this.#tools = tools;
  }

  /** Null where the cache was emptied, or another ffmpeg filled it. */
  async record(sha256: string): Promise<HeardRecord | null> {
    const known = this.#records.get(sha256);
    if (known !== undefined) return known;
    const text = await orNull(readFile(join(await this.#folder(sha256), 'heard.json'), 'utf8'));
    if (text === null) return null;
    const record = JSON.parse(text) as HeardRecord;
    for (const key of this.#records.keys()) {
      if (this.#records.size < MOST_RECORDS) break;
      this.#records.delete(key);
    }
    this.#records.set(sha256, record);
    return record;
  }

  /** The small picture nearest to a time, JPEG; null without one. */
  async thumbnail(sha256: string, sec: number): Promise<Uint8Array | null> {
    const thumbnails = (await this.record(sha256))?.thumbnails;
    if (!thumbnails || thumbnails.offsets.length === 0) return null;
    const at = nearest(thumbnails.timesSec, sec);
    const path = join(await this.#folder(sha256), THUMBNAILS_FILE);
    const file = await orNull(open(path, 'r'));
    if (file === null) return null;
    try {
      const from = thumbnails.offsets[at]!;
      const end = thumbnails.offsets[at + 1] ?? (await file.stat()).size;
      const bytes = new Uint8Array(end - from);
      await file.read(bytes, 0, bytes.length, from);
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** The small copy that a browser can play; null where the file itself will do or none was made. */
  async proxyPath(sha256: string): Promise<string | null> {
    const proxy = (await this.record(sha256))?.proxy ?? null;
    if (proxy === null) return null;
    const path = join(await this.#folder(sha256), proxy);
    return (await orNull(stat(path))) === null ? null : path;
  }

  /** A track's listening copy and measures; null where the cache was emptied. */
  async heard(source: { sha256: string; streamIndex: number }): Promise<HeardSource | null> {
    return openHeard(this.#cacheFolder, source, await ffmpegVersion(this.#tools.ffmpegPath));
  }

  /** Integrated loudness of a track, LUFS. */
  async loudnessLufs(sha256: string, streamIndex: number): Promise<number | null> {
    const path = join(await this.#folder(sha256), trackFile(streamIndex, 'json'));
    const text = await orNull(readFile(path, 'utf8'));
    return text === null ? null : unpackMeasures(text).integratedLufs;
  }

  /**
   * The outline of a stretch of a track in so many columns.
   * @throws AppError PATH_NOT_FOUND where the cache was emptied.
   */
  async peaks(
    source: { sha256: string; streamIndex: number },
    a: { startSec: number; endSec: number; columns: number },
  ): Promise<TrackPeaks> {
    const path = join(await this.#folder(source.sha256), trackFile(source.streamIndex, 'peaks'));
    const bytes = await orNull(readFile(path));
    if (bytes === null) {
      throw new AppError(
        'PATH_NOT_FOUND',
        'The waveform of this track is no longer in the cache. Nothing was changed. Import its files again: it is then made anew.',
      );
    }
    const zooms = unpackPeaks(bytes);
    const columnSec = (a.endSec - a.startSec) / a.columns;
    const zoom = zooms.findLast(({ stretchSec }) => stretchSec <= columnSec) ?? zooms[0]!;
    const [lows, highs] = [new Array<number>(a.columns), new Array<number>(a.columns)];
    for (let i = 0; i < a.columns; i += 1) {
      const from = Math.max(0, Math.floor((a.startSec + i * columnSec) / zoom.stretchSec));
      const end = Math.max(from + 1, Math.ceil((a.startSec + (i + 1) * columnSec) / zoom.stretchSec));
      let [low, high] = [0, 0];
      for (let k = from; k < Math.min(end, zoom.values.length / 2); k += 1) {
        low = Math.min(low, zoom.values[2 * k]!);
        high = Math.max(high, zoom.values[2 * k + 1]!);
      }
      const isInside = a.startSec + (i + 1) * columnSec > 0;
      lows[i] = isInside ? low : 0;
      highs[i] = isInside ? high : 0;
    }
    return { lows, highs };
  }

  async #folder(sha256: string): Promise<string> {
    return join(this.#cacheFolder, heardFolder(sha256, await ffmpegVersion(this.#tools.ffmpegPath)));
  }
}

/** Index of the value nearest to `wanted`; `values` ascend and are not empty. */
function nearest(values: readonly number[], wanted: number): number {
  const after = values.findIndex((value) => value >= wanted);
  if (after === -1) return values.length - 1;
  if (after === 0) return 0;
  return wanted - values[after - 1]! <= values[after]! - wanted ? after - 1 : after;
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
