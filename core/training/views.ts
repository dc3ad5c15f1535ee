/**
 * The four views of each sample (paper-facts 1.1, figure 1): v_p and v_s are two augmentations of the clip's picture,
 * a_p is the original language, a_s another language of the same clip.
 */
import type { DatasetAudio, DatasetClip, DecodedFrames } from '../domain/dataset.ts';
import type { LanguageStrategy } from '../domain/run.ts';
import { copyCut, videoInputSize } from '../model/model-input.ts';
import type { ModelPreset } from '../model/presets.ts';
import type { Rng } from '../rng.ts';
import { type Augmentation, augmentLogMel, jitterBrightness, randomCut } from './augment.ts';
import type { ReadOptions, WindowReader } from './window-reader.ts';

/** Views of a batch, off the engine. Primary views first, then secondary, in the same order of samples. */
export type ViewBatch = {
  clipIds: string[];
  /** Values 0..255 // [2 * batch, frames, cropPx, cropPx, 3] */
  video: Float32Array;
  /** dB // [2 * batch, melBands, melFrames] */
  audio: Float32Array;
  /** Samples whose secondary audio is a dub. */
  dubCount: number;
};

/** Where in the run a batch is made; decides, with the seed, every random number. */
export type ViewPlace = { epoch: number; step: number };

/** One sample's windows. */
type SampleWindows = { frames: DecodedFrames; primary: Float32Array; secondary: Float32Array };

/**
 * The audio of the secondary view. `original-only`, or a clip without a dub: the original again. `dub-augmented`: one
 * of the clip's dubs, each as likely (our choice: paper-facts 1.3).
 */
export function secondaryAudio(
  clip: DatasetClip,
  strategy: LanguageStrategy,
  rng: Rng,
  counters: readonly number[],
): DatasetAudio {
  if (strategy === 'original-only' || clip.dubs.length === 0) return clip.original;
  return rng.stream('secondary language', ...counters).pick(clip.dubs);
}

/** Reads and augments the samples of one step. `indexes` are places in `clips`. */
export async function makeViews(
  clips: readonly DatasetClip[],
  indexes: readonly number[],
  place: ViewPlace,
  settings: { preset: ModelPreset; strategy: LanguageStrategy; augmentation: Augmentation; rng: Rng },
  reader: WindowReader,
  options: ReadOptions = {},
): Promise<ViewBatch> {
  const { preset, strategy, rng } = settings;
  const chosen = indexes.map((index) => {
    const clip = clips[index]!;
    const counters = [place.epoch, place.step, index];
    return { clip, counters, audio: secondaryAudio(clip, strategy, rng, counters) };
  });
  const samples = await Promise.all(
    chosen.map(async ({ clip, audio }): Promise<SampleWindows> => {
      const [frames, primary, secondary] = await Promise.all([
        reader.readVideo(clip, preset.video, options),
        reader.readLogMel(clip, clip.original, options),
        audio === clip.original ? null : reader.readLogMel(clip, audio, options),
      ]);
      return { frames, primary, secondary: secondary ?? primary };
    }),
  );
  return {
    clipIds: chosen.map(({ clip }) => clip.clipId),
    video: videoViews(samples, chosen, settings),
    audio: audioViews(samples, chosen, settings),
    dubCount: chosen.filter(({ clip, audio }) => audio !== clip.original).length,
  };
}

type Settings = { preset: ModelPreset; augmentation: Augmentation; rng: Rng };
type Chosen = readonly { counters: readonly number[] }[];
const VIEWS = ['primary', 'secondary'] as const;

function videoViews(
  samples: readonly SampleWindows[],
  chosen: Chosen,
  { preset, augmentation, rng }: Settings,
): Float32Array {
  const size = videoInputSize(preset.video);
  const values = new Float32Array(2 * samples.length * size);
  for (const [v, view] of VIEWS.entries()) {
    for (const [i, { frames }] of samples.entries()) {
      const random = rng.stream(`video ${view}`, ...chosen[i]!.counters);
      const start = (v * samples.length + i) * size;
      copyCut(
        frames,
        randomCut(frames, preset.video, augmentation, random),
        preset.video.cropPx,
        values,
        start,
      );
      jitterBrightness(values, { start, end: start + size }, augmentation, random);
    }
  }
  return values;
}

function audioViews(
  samples: readonly SampleWindows[],
  chosen: Chosen,
  { preset, augmentation, rng }: Settings,
): Float32Array {
  const shape = { bands: preset.audio.melBands, frames: preset.audio.melFrames };
  const size = shape.bands * shape.frames;
  const values = new Float32Array(2 * samples.length * size);
  for (const [v, view] of VIEWS.entries()) {
    for (const [i, sample] of samples.entries()) {
      const random = rng.stream(`audio ${view}`, ...chosen[i]!.counters);
      values.set(augmentLogMel(sample[view], shape, augmentation, random), (v * samples.length + i) * size);
    }
  }
  return values;
}
