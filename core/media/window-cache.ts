/**
 * Decoded windows of clips, kept in the project's cache folder and in memory. Entries are keyed by content and recipe:
 * a changed file or recipe is another entry, and the folder may be deleted at any time.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset, DatasetAudio, DatasetClip, DecodedFrames } from '../domain/dataset.ts';
import { initFft } from '../dsp/fft.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { noProgress, type OnProgress } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { cutWindow, decodeAudio } from './decode-audio.ts';
import { decodeEachWindow, decodeFrames, type FrameRequest } from './decode-frames.ts';
import { forEachLimited } from './for-each-limited.ts';
import { LOG_MEL_RATE_HZ, logMel, MEL_BANDS, MEL_FRAMES } from './log-mel.ts';
import { MemoryCache } from './memory-cache.ts';
import { type WindowEntry as Entry, packEntry, unpackEntry } from './window-entry.ts';

/** Goes up when the same media would give other numbers than before. */
const RECIPE = 2;
/** Files decoded at the same time; each is one ffmpeg process and one core. */
const FILES_AT_ONCE = 2;
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
  /** Decodes all that is missing of a data set, each file once. */
  prepare(
    dataset: Dataset,
    request: FrameRequest,
    options?: WindowOptions & { onProgress?: OnProgress },
  ): Promise<void>;
};

/** Opens the cache of a folder, which need not exist yet. */
export function openWindowCache(folder: string, tools: MediaTools): WindowCache {
  const memory = new MemoryCache(MEMORY_BYTES);
  const store = new EntryStore(join(folder, 'windows'), memory);
  return {
    readVideo: (clip, request, options = {}) =>
      store.read(videoKey(clip, request), asFrames, async () =>
        framesEntry(await decodeFrames(clip.video, clip.timeWindow, request, tools, options)),
      ),
    readLogMel: (clip, audio, options = {}) =>
      store.read(audioKey(clip, audio), asLogMel, async () => {
        await initFft();
        const { startSec, durationSec } = audioWindow(clip, audio);
        const request = { sampleRateHz: LOG_MEL_RATE_HZ, startSec, durationSec };
        return logMelEntry(logMel(await decodeAudio(audio.source, request, tools, options)));
      }),
    prepare: (dataset, request, options = {}) => prepare(dataset, request, tools, store, options),
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
  const work = [
    ...missingVideo(dataset, request, store, tools, signal),
    ...missingAudio(dataset, store, tools, signal),
  ];
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

function missingVideo(
  dataset: Dataset,
  request: FrameRequest,
  store: EntryStore,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Decode[] {
  const missing = dataset.clips.filter((clip) => !store.has(videoKey(clip, request)));
  const byFile = Map.groupBy(missing, ({ video }) => `${video.path}\n${video.streamIndex}`);
  return [...byFile.values()].map((clips) => async () => {
    const windows = clips.map((clip) => clip.timeWindow);
    // Each is written as it comes: the frames of a whole film do not fit into memory.
    await decodeEachWindow(clips[0]!.video, windows, request, tools, {
      signal,
      onWindow: (frames, i) => store.write(videoKey(clips[i]!, request), framesEntry(frames)),
    });
  });
}

function missingAudio(
  dataset: Dataset,
  store: EntryStore,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Decode[] {
  const wanted = dataset.clips.flatMap((clip) =>
    [clip.original, ...clip.dubs].map((audio) => ({ clip, audio })),
  );
  const missing = wanted.filter(({ clip, audio }) => !store.has(audioKey(clip, audio)));
  const byTrack = Map.groupBy(missing, ({ audio }) => `${audio.source.path}\n${audio.source.streamIndex}`);
  return [...byTrack.values()].map((windows) => async () => {
    const track = await decodeAudio(windows[0]!.audio.source, { sampleRateHz: LOG_MEL_RATE_HZ }, tools, {
      signal,
    });
    for (const { clip, audio } of windows) {
      const samples = cutWindow(track, LOG_MEL_RATE_HZ, audioWindow(clip, audio));
      await store.write(audioKey(clip, audio), logMelEntry(logMel(samples)));
    }
  });
}

/** Entries on disk with a share of them in memory. An entry that is damaged is made again. */
class EntryStore {
  readonly #folder: string;
  readonly #memory: MemoryCache;

  constructor(folder: string, memory: MemoryCache) {
    this.#folder = folder;
    this.#memory = memory;
  }

  has(key: string): boolean {
    return existsSync(this.#path(key));
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
    this.#memory.put(key, entry);
  }

  async #load(key: string): Promise<Entry | null> {
    const path = this.#path(key);
    return existsSync(path) ? unpackEntry(await readFile(path)) : null;
  }

  #path(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return join(this.#folder, name.slice(0, 2), `${name}.win`);
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

function videoKey({ video, timeWindow }: DatasetClip, { frameCount, shortSidePx }: FrameRequest): string {
  const { startSec, endSec } = timeWindow;
  return ['video', RECIPE, video.sha256, video.streamIndex, startSec, endSec, frameCount, shortSidePx].join(
    '\n',
  );
}

function audioKey({ timeWindow }: DatasetClip, { source, offsetMs }: DatasetAudio): string {
  const { startSec, endSec } = timeWindow;
  return ['log-mel', RECIPE, source.sha256, source.streamIndex, startSec, endSec, offsetMs].join('\n');
}
