/**
 * Decoded windows of clips, kept in the project's cache folder and in memory. Entries are keyed by content and recipe:
 * a changed file, recipe or ffmpeg is another entry, and the folder may be deleted at any time. What was used longest
 * ago goes when the folder gets too large.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import type { Dataset, DatasetAudio, DatasetClip, DecodedFrames } from '../domain/dataset.ts';
import { initFft } from '../dsp/fft.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { noProgress, type OnProgress } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { cacheLimitBytes, limitFolder, touchUsed } from './cache-limit.ts';
import { cutWindow, decodeAudio } from './decode-audio.ts';
import { decodeEachWindow, decodeFrames, type FrameRequest } from './decode-frames.ts';
import { ffmpegVersion } from './ffmpeg-version.ts';
import { forEachLimited } from './for-each-limited.ts';
import { LOG_MEL_RATE_HZ, logMel, MEL_BANDS, MEL_FRAMES } from './log-mel.ts';
import { MemoryCache } from './memory-cache.ts';
import { type WindowEntry as Entry, packEntry, unpackEntry } from './window-entry.ts';

/** Goes up when the same media would give other numbers than before. */
const RECIPE = 3;
/** Files decoded at the same time; each is one ffmpeg process and one core. */
const FILES_AT_ONCE = 2;
/** Entries whose files are looked at together. */
const ENTRIES_AT_ONCE = 16;
/** Decoded windows held in memory, bytes. */
const MEMORY_BYTES = 1.5 * 2 ** 30;

/** How a read may be stopped. */
export type WindowOptions = { signal?: AbortSignal | undefined };

/** What one cache reads and keeps. */
export type WindowCache = {
  /** Frames of a clip // [frameCount, height, width, 3] */
  readVideo(clip: DatasetClip, request: FrameRequest, options?: WindowOptions): Promise<DecodedFrames>;
  /**
   * Log-mel of a clip's window in one language, the dub's offset taken out: the window is read `offsetMs` later in
   * its track, zeros where that lies outside // [96, 288]
   */
  readLogMel(clip: DatasetClip, audio: DatasetAudio, options?: WindowOptions): Promise<Float32Array>;
  /**
   * Decodes all that is missing of a data set, each file once, then removes the least recently used windows beyond
   * the limit, never one that this cache has read or prepared.
   */
  prepare(
    dataset: Dataset,
    request: FrameRequest,
    options?: WindowOptions & { onProgress?: OnProgress },
  ): Promise<void>;
};

/**
 * Opens the cache of a folder, which need not exist yet.
 * @param options.limitBytes what its windows may take on disk; default `cacheLimitBytes()`
 * @throws AppError ARGUMENT_INVALID when the environment's limit is no number.
 */
export function openWindowCache(
  folder: string,
  tools: MediaTools,
  { limitBytes = cacheLimitBytes(), clock = systemClock }: { limitBytes?: number; clock?: Clock } = {},
): WindowCache {
  const memory = new MemoryCache(MEMORY_BYTES);
  const store = new EntryStore(join(folder, 'windows'), memory, clock);
  return {
    readVideo: async (clip, request, options = {}) =>
      store.read(videoKey(clip, request, await ffmpegVersion(tools)), asFrames, async () =>
        framesEntry(await decodeFrames(clip.video, clip.timeWindow, request, tools, options)),
      ),
    readLogMel: async (clip, audio, options = {}) =>
      store.read(audioKey(clip, audio, await ffmpegVersion(tools)), asLogMel, async () => {
        await initFft();
        const { startSec, durationSec } = audioWindow(clip, audio);
        const request = { sampleRateHz: LOG_MEL_RATE_HZ, startSec, durationSec };
        return logMelEntry(logMel(await decodeAudio(audio.source, request, tools, options)));
      }),
    prepare: async (dataset, request, options = {}) => {
      await prepare(dataset, request, tools, store, options);
      await store.limit(limitBytes, options.signal);
    },
  };
}

async function prepare(
  dataset: Dataset,
  request: FrameRequest,
  tools: MediaTools,
  store: EntryStore,
  { signal, onProgress = noProgress }: WindowOptions & { onProgress?: OnProgress },
): Promise<void> {
  await initFft();
  const place: DecodePlace = { store, tools, version: await ffmpegVersion(tools), signal };
  const work = [...(await missingVideo(dataset, request, place)), ...(await missingAudio(dataset, place))];
  let done = 0;
  const tell = (): void => onProgress({ step: 'decoding', done, total: work.length, unit: 'tracks' });
  if (work.length > 0) tell();
  await forEachLimited(work, FILES_AT_ONCE, async (decode) => {
    signal?.throwIfAborted();
    await decode();
    done += 1;
    tell();
  });
}

type Decode = () => Promise<void>;

/** Where windows are decoded to, and with what. */
type DecodePlace = {
  store: EntryStore;
  tools: MediaTools;
  version: string;
  signal: AbortSignal | undefined;
};

async function missingVideo(
  dataset: Dataset,
  request: FrameRequest,
  { store, tools, version, signal }: DecodePlace,
): Promise<Decode[]> {
  const keyOf = (clip: DatasetClip): string => videoKey(clip, request, version);
  const missing = await store.missing(dataset.clips, keyOf, signal);
  const byFile = Map.groupBy(missing, ({ video }) => `${video.path}\n${video.streamIndex}`);
  return [...byFile.values()].map((clips) => async () => {
    const windows = clips.map((clip) => clip.timeWindow);
    // Each is written as it comes: the frames of a whole film do not fit into memory.
    await decodeEachWindow(clips[0]!.video, windows, request, tools, {
      signal,
      onWindow: (frames, i) => store.write(keyOf(clips[i]!), framesEntry(frames)),
    });
  });
}

async function missingAudio(
  dataset: Dataset,
  { store, tools, version, signal }: DecodePlace,
): Promise<Decode[]> {
  const wanted = dataset.clips.flatMap((clip) =>
    [clip.original, ...clip.dubs].map((audio) => ({ clip, audio })),
  );
  const keyOf = ({ clip, audio }: (typeof wanted)[number]): string => audioKey(clip, audio, version);
  const missing = await store.missing(wanted, keyOf, signal);
  const byTrack = Map.groupBy(missing, ({ audio }) => `${audio.source.path}\n${audio.source.streamIndex}`);
  return [...byTrack.values()].map((windows) => async () => {
    const { source } = windows[0]!.audio;
    const track = await decodeAudio(source, { sampleRateHz: LOG_MEL_RATE_HZ }, tools, { signal });
    for (const window of windows) {
      const samples = cutWindow(track, LOG_MEL_RATE_HZ, audioWindow(window.clip, window.audio));
      await store.write(keyOf(window), logMelEntry(logMel(samples)));
    }
  });
}

/** Entries on disk with a share of them in memory. An entry that is damaged is made again. */
class EntryStore {
  readonly #folder: string;
  readonly #memory: MemoryCache;
  readonly #clock: Clock;
  /** Files that this process works with. */
  readonly #used = new Set<string>();

  constructor(folder: string, memory: MemoryCache, clock: Clock) {
    this.#folder = folder;
    this.#memory = memory;
    this.#clock = clock;
  }

  /** Those of `items` whose entry is not on disk; the others count as used. */
  async missing<T>(
    items: readonly T[],
    keyOf: (item: T) => string,
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    const isThere = new Set<T>();
    await forEachLimited(items, ENTRIES_AT_ONCE, async (item) => {
      signal?.throwIfAborted();
      const path = this.#path(keyOf(item));
      if (!(await touchUsed(path, this.#clock))) return;
      this.#used.add(path);
      isThere.add(item);
    });
    return items.filter((item) => !isThere.has(item));
  }

  async read<T>(key: string, decode: (entry: Entry) => T, make: () => Promise<Entry>): Promise<T> {
    const held = this.#memory.get(key);
    if (held !== null) return decode(held);
    const stored = await this.#load(key);
    const entry = stored ?? (await make());
    if (stored === null) await this.write(key, entry);
    else this.#memory.put(key, entry);
    return decode(entry);
  }

  async write(key: string, entry: Entry): Promise<void> {
    const path = this.#path(key);
    await mkdir(dirname(path), { recursive: true });
    await atomicWrite(path, packEntry(entry));
    this.#used.add(path);
    this.#memory.put(key, entry);
  }

  /** Removes what is beyond the limit and was not used here. */
  async limit(maxBytes: number, signal: AbortSignal | undefined): Promise<void> {
    await limitFolder(this.#folder, { maxBytes, keep: this.#used, signal });
  }

  async #load(key: string): Promise<Entry | null> {
    const path = this.#path(key);
    if (!(await touchUsed(path, this.#clock))) return null;
    this.#used.add(path);
    return unpackEntry(await readFile(path));
  }

  #path(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return resolve(this.#folder, name.slice(0, 2), `${name}.win`);
  }
}

function framesEntry({ data, frames, height, width }: DecodedFrames): Entry {
  return { shape: [frames, height, width, 3], data };
}

function asFrames({ shape, data }: Entry): DecodedFrames {
  const [frames = 0, height = 0, width = 0] = shape;
  return { data, frames, height, width };
}

function logMelEntry(values: Float32Array): Entry {
  return {
    shape: [MEL_BANDS, MEL_FRAMES],
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function asLogMel({ data }: Entry): Float32Array {
  // Copied: the bytes of a file lie at any place of a buffer, floats only at multiples of four.
  return new Float32Array(new Uint8Array(data).buffer);
}

function audioWindow(clip: DatasetClip, audio: DatasetAudio): { startSec: number; durationSec: number } {
  const { startSec, endSec } = clip.timeWindow;
  return { startSec: startSec + audio.offsetMs / 1000, durationSec: endSec - startSec };
}

function videoKey(
  { video, timeWindow }: DatasetClip,
  { frameCount, shortSidePx }: FrameRequest,
  version: string,
): string {
  const { startSec, endSec } = timeWindow;
  const what = [video.sha256, video.streamIndex, startSec, endSec, frameCount, shortSidePx];
  return ['video', RECIPE, version, ...what].join('\n');
}

function audioKey({ timeWindow }: DatasetClip, { source, offsetMs }: DatasetAudio, version: string): string {
  const { startSec, endSec } = timeWindow;
  const what = [source.sha256, source.streamIndex, startSec, endSec, offsetMs];
  return ['log-mel', RECIPE, version, ...what].join('\n');
}
