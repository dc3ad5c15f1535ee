/**
 * The four views of each sample (paper-facts 1.1, figure 1): v_p and v_s are two augmentations of the clip's picture,
 * a_p and a_s two of its sounds, by the run's language strategy.
 */
import type { DatasetClip } from '../domain/dataset.ts';
import { videoInputSize } from '../model/model-input.ts';
import type { ModelPreset } from '../model/presets.ts';
import type { Rng } from '../rng.ts';
import { type Augmentation, augmentLogMel } from './augment.ts';
import { chooseSounds, type LanguageSettings, type SoundPair } from './language-choice.ts';
import { renderView } from './render-view.ts';
import { drawVideoChange } from './video-change.ts';
import type { ReadOptions, WindowReader } from './window-reader.ts';

/** Views of a batch, off the engine. Primary views first, then secondary, in the same order of samples. */
export type ViewBatch = {
  clipIds: string[];
  /** Values 0..255, rounded // [2 * batch, frames, cropPx, cropPx, 3] */
  video: Uint8Array;
  /** dB // [2 * batch, melBands, melFrames] */
  audio: Float32Array;
  /** Samples of whose two sounds at least one is a dub. */
  dubCount: number;
};

/** Where in the run a batch is made; decides, with the seed, every random number. */
export type ViewPlace = { epoch: number; step: number };

/** What decides the views besides seed and place. */
export type ViewSettings = { preset: ModelPreset; config: Augmentation & LanguageSettings; rng: Rng };

/** Windows read at once: more would only hold more decoded frames in memory. */
const READ_AT_ONCE = 8;
const VIEWS = ['primary', 'secondary'] as const;

/**
 * Reads and augments the samples of one step. `indexes` are places in `clips`. A sample's views do not depend on
 * where in the batch it stands.
 */
export async function makeViews(
  clips: readonly DatasetClip[],
  indexes: readonly number[],
  place: ViewPlace,
  settings: ViewSettings,
  reader: WindowReader,
  options: ReadOptions = {},
): Promise<ViewBatch> {
  const { preset, config, rng } = settings;
  const samples: Sample[] = indexes.map((index, row) => {
    const clip = clips[index]!;
    const counters = [place.epoch, place.step, index];
    return { clip, row, counters, sounds: chooseSounds(clip, config, rng, place, index) };
  });
  const count = 2 * samples.length;
  const batch: ViewBatch = {
    clipIds: samples.map(({ clip }) => clip.clipId),
    video: new Uint8Array(count * videoInputSize(preset.video)),
    audio: new Float32Array(count * preset.audio.melBands * preset.audio.melFrames),
    dubCount: samples.filter(({ clip, sounds }) => VIEWS.some((view) => clip.dubs.includes(sounds[view])))
      .length,
  };
  await forEachAtOnce(samples, READ_AT_ONCE, async (sample) => {
    options.signal?.throwIfAborted();
    await Promise.all([
      addVideo(batch, sample, settings, reader, options),
      addAudio(batch, sample, settings, reader, options),
    ]);
  });
  return batch;
}

/** Runs `work` on every item, `atOnce` at a time; after the first failure it begins no other. */
async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

/** One sample of a batch and its place in it. */
type Sample = { clip: DatasetClip; row: number; counters: readonly number[]; sounds: SoundPair };

async function addVideo(
  batch: ViewBatch,
  { clip, row, counters }: Sample,
  { preset: { video }, config, rng }: ViewSettings,
  reader: WindowReader,
  options: ReadOptions,
): Promise<void> {
  const size = { shortSidePx: video.shortSidePx, frameCount: video.trainFrameCount };
  const decoded = await reader.readVideo(clip, size, options);
  for (const [v, view] of VIEWS.entries()) {
    const change = drawVideoChange(decoded, video, config, rng.stream(`video ${view}`, ...counters));
    const offset = (v * batch.clipIds.length + row) * videoInputSize(video);
    renderView(decoded, change, video.cropPx, batch.video, offset);
  }
}

async function addAudio(
  batch: ViewBatch,
  { clip, row, counters, sounds }: Sample,
  { preset: { audio }, config, rng }: ViewSettings,
  reader: WindowReader,
  options: ReadOptions,
): Promise<void> {
  const shape = { bands: audio.melBands, frames: audio.melFrames };
  const isSame = sounds.primary === sounds.secondary;
  const primary = await reader.readLogMel(clip, sounds.primary, options);
  const secondary = isSame ? primary : await reader.readLogMel(clip, sounds.secondary, options);
  for (const [v, view] of VIEWS.entries()) {
    const random = rng.stream(`audio ${view}`, ...counters);
    const logMel = view === 'primary' ? primary : secondary;
    const changed = augmentLogMel(logMel, shape, config, random, sounds[view].uncertaintyMs);
    batch.audio.set(changed, (v * batch.clipIds.length + row) * shape.bands * shape.frames);
  }
}
