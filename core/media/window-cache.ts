/**
 * Decoded windows of clips, kept in the project's cache folder, up to a limit, and in memory. Entries are keyed by
 * content, recipe and version of ffmpeg: a changed one is another entry, and the folder may be deleted at any time.
 */
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import type { Dataset, DatasetAudio, DatasetClip, DecodedFrames } from '../domain/dataset.ts';
import { initFft } from '../dsp/fft.ts';
import { noProgress, type OnProgress } from '../jobs/progress.ts';
import { ffmpegVersion } from '../process/ffmpeg-version.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { CACHE_LIMIT_VARIABLE, cacheLimitBytes } from './cache-limit.ts';
import { cutWindow, decodeAudio } from './decode-audio.ts';
import { decodeEachWindow, decodeFrames, type FrameRequest } from './decode-frames.ts';
import { forEachLimited } from './for-each-limited.ts';
import { LOG_MEL_RATE_HZ, logMel, MEL_BANDS, MEL_FRAMES } from './log-mel.ts';
import type { WindowEntry as Entry } from './window-entry.ts';
import { WindowStore } from './window-store.ts';

/** Goes up when the same media would give other numbers than before. */
const RECIPE = 2;
/** Files decoded at the same time; each is one ffmpeg process and one core. */
const FILES_AT_ONCE = 2;
/** Decoded windows held in memory, bytes. */
export const WINDOW_MEMORY_BYTES = 1.5 * 2 ** 30;

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
   * Decodes all that is missing of a data set, each file once, sounds first (they are small). What is prepared is not
   * removed to make room while this cache is open; what then finds no room is decoded when it is read.
   */
  prepare(dataset: Dataset, request: FrameRequest, options?: PrepareOptions): Promise<void>;
};

/** How preparing is followed. */
export type PrepareOptions = WindowOptions & {
  onProgress?: OnProgress;
  /** Hears when the data set does not fit into the cache; a sentence for a person. */
  onWarning?: (text: string) => void;
};

/** What a cache may take, and its clock. */
export type WindowCacheOptions = {
  /** Bytes on disk; default: `cacheLimitBytes`. */
  limitBytes?: number;
  /** Bytes in memory; default 1.5 GiB. */
  memoryBytes?: number;
  /** Whether windows that are not on disk are put there; default true. */
  writes?: boolean;
  clock?: Clock;
};

/** Opens the cache of a folder, which need not exist yet. */
export function openWindowCache(
  folder: string,
  tools: MediaTools,
  { limitBytes, memoryBytes = WINDOW_MEMORY_BYTES, clock = systemClock, writes }: WindowCacheOptions = {},
): WindowCache {
  const windows = join(folder, 'windows');
  const store = new WindowStore(windows, {
    memoryBytes,
    clock,
    writes,
    limitBytes: async (usedBytes) => limitBytes ?? (await cacheLimitBytes(windows, usedBytes)),
  });
  const version = (): Promise<string> => ffmpegVersion(tools.ffmpegPath);
  return {
    readVideo: async (clip, request, options = {}) =>
      store.read(videoKey(clip, request, await version()), asFrames, async () =>
        framesEntry(await decodeFrames(clip.video, clip.timeWindow, request, tools, options)),
      ),
    readLogMel: async (clip, audio, options = {}) =>
      store.read(audioKey(clip, audio, await version()), asLogMel, async () => {
        await initFft();
        const { startSec, durationSec } = audioWindow(clip, audio);
        const request = { sampleRateHz: LOG_MEL_RATE_HZ, startSec, durationSec };
        return logMelEntry(logMel(await decodeAudio(audio.source, request, tools, options)));
      }),
    prepare: async (dataset, request, options = {}) =>
      prepare({ dataset, request, store, tools, version: await version(), signal: options.signal }, options),
  };
}

/** What is prepared, from what, into what. */
type Preparation = {
  dataset: Dataset;
  request: FrameRequest;
  store: WindowStore;
  tools: MediaTools;
  version: string;
  signal: AbortSignal | undefined;
};

async function prepare(
  preparation: Preparation,
  { signal, onProgress = noProgress, onWarning = () => {} }: PrepareOptions,
): Promise<void> {
  await initFft();
  const { store } = preparation;
  store.protect(keysOf(preparation));
  const work = [...missingAudio(preparation), ...missingVideo(preparation)];
  let done = 0;
  const tell = (): void => onProgress({ step: 'decoding', done, total: work.length, unit: 'tracks' });
  if (work.length > 0) tell();
  let isFull = false;
  await forEachLimited(work, FILES_AT_ONCE, async (decode) => {
    signal?.throwIfAborted();
    // Decoding ahead what cannot be kept would be work for nothing.
    if (!isFull && !(await decode().then(whenKept, whenFull))) isFull = true;
    done += 1;
    tell();
  });
  if (isFull) onWarning(fullWarning(preparation));
}

function fullWarning(preparation: Preparation): string {
  const keys = keysOf(preparation);
  const kept = keys.filter((key) => preparation.store.has(key)).length;
  return `The cache of decoded windows has room for ${kept} of the ${keys.length} windows of these clips. The others are decoded anew whenever they are needed, which is slower. Free some disk space, or raise ${CACHE_LIMIT_VARIABLE} (GiB).`;
}

/** An entry found no room on disk. */
class CacheFull extends Error {}

function whenKept(): true {
  return true;
}

function whenFull(error: unknown): false {
  if (error instanceof CacheFull) return false;
  throw error;
}

async function keep(store: WindowStore, key: string, entry: Entry): Promise<void> {
  if (!(await store.write(key, entry))) throw new CacheFull();
}

function keysOf({ dataset, request, version }: Preparation): string[] {
  return dataset.clips.flatMap((clip) => [
    videoKey(clip, request, version),
    ...soundsOf(clip).map((audio) => audioKey(clip, audio, version)),
  ]);
}

type Decode = () => Promise<void>;

function missingVideo({ dataset, request, store, tools, version, signal }: Preparation): Decode[] {
  const missing = dataset.clips.filter((clip) => !store.has(videoKey(clip, request, version)));
  const byFile = Map.groupBy(missing, ({ video }) => `${video.path}\n${video.streamIndex}`);
  return [...byFile.values()].map((clips) => async () => {
    const windows = clips.map((clip) => clip.timeWindow);
    // Each is written as it comes: the frames of a whole film do not fit into memory.
    await decodeEachWindow(clips[0]!.video, windows, request, tools, {
      signal,
      onWindow: (frames, i) => keep(store, videoKey(clips[i]!, request, version), framesEntry(frames)),
    });
  });
}

function missingAudio({ dataset, store, tools, version, signal }: Preparation): Decode[] {
  const wanted = dataset.clips.flatMap((clip) => soundsOf(clip).map((audio) => ({ clip, audio })));
  const missing = wanted.filter(({ clip, audio }) => !store.has(audioKey(clip, audio, version)));
  const byTrack = Map.groupBy(missing, ({ audio }) => `${audio.source.path}\n${audio.source.streamIndex}`);
  return [...byTrack.values()].map((windows) => async () => {
    const track = await decodeAudio(windows[0]!.audio.source, { sampleRateHz: LOG_MEL_RATE_HZ }, tools, {
      signal,
    });
    for (const { clip, audio } of windows) {
      const samples = cutWindow(track, LOG_MEL_RATE_HZ, audioWindow(clip, audio));
      await keep(store, audioKey(clip, audio, version), logMelEntry(logMel(samples)));
    }
  });
}

function soundsOf({ original, dubs, musicAndEffects }: DatasetClip): DatasetAudio[] {
  return [original, ...dubs, ...(musicAndEffects == null ? [] : [musicAndEffects])];
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
  const window = [video.sha256, video.streamIndex, startSec, endSec, frameCount, shortSidePx];
  return ['video', RECIPE, version, ...window].join('\n');
}

function audioKey({ timeWindow }: DatasetClip, { source, offsetMs }: DatasetAudio, version: string): string {
  const { startSec, endSec } = timeWindow;
  const window = [source.sha256, source.streamIndex, startSec, endSec, offsetMs];
  return ['log-mel', RECIPE, version, ...window].join('\n');
}
