import { describe, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';
import { chooseSounds } from '../../../core/training/language-choice.ts';
import { makeViews } from '../../../core/training/views.ts';
import type { WindowReader } from '../../../core/training/window-reader.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';

const { clips } = syntheticDataset(6);
const rng = createRng(8);
const CONFIG = { ...defaultRunConfig(), cropJitterPx: 1 };
/** What leaves sounds as they are. */
const QUIET = { gainDb: 0, shiftMs: 0, maskBands: 0, maskFrames: 0 };
const SETTINGS = { preset: MICRO_PRESET, config: CONFIG, rng };
const AUDIO_SIZE = 96 * 288;
const VIDEO_SIZE = 2 * 8 * 8 * 3;

describe('makeViews', () => {
  it('puts primary views first, with the original as primary and a dub as secondary audio', async () => {
    const settings = { ...SETTINGS, config: { ...CONFIG, ...QUIET } };
    const batch = await makeViews(clips, [4, 2, 0], { epoch: 1, step: 7 }, settings, syntheticWindows);
    expect(batch.clipIds).toEqual(['clip-4', 'clip-2', 'clip-0']);
    expect(batch.dubCount).toBe(2);
    expect(batch.video.length).toBe(6 * VIDEO_SIZE);
    for (const [i, index] of [4, 2, 0].entries()) {
      const clip = clips[index]!;
      const { secondary } = chooseSounds(clip, CONFIG, rng, { epoch: 1, step: 7 }, index);
      const view = (place: number) => batch.audio.slice(place * AUDIO_SIZE, (place + 1) * AUDIO_SIZE);
      expect(view(i)).toEqual(await syntheticWindows.readLogMel(clip, clip.original));
      expect(view(3 + i)).toEqual(await syntheticWindows.readLogMel(clip, secondary));
    }
  });

  it('makes two different views of each picture and sound', async () => {
    const batch = await makeViews(clips, [0, 1, 2, 3], { epoch: 0, step: 0 }, SETTINGS, syntheticWindows);
    for (let i = 0; i < 4; i += 1) {
      const video = (place: number) => batch.video.slice(place * VIDEO_SIZE, (place + 1) * VIDEO_SIZE);
      const audio = (place: number) => batch.audio.slice(place * AUDIO_SIZE, (place + 1) * AUDIO_SIZE);
      expect(video(i)).not.toEqual(video(4 + i));
      expect(audio(i)).not.toEqual(audio(4 + i));
    }
  });

  it('gives a clip the same views wherever it stands in the batch, and others at another step', async () => {
    const place = { epoch: 0, step: 3 };
    const [first, second, later] = await Promise.all([
      makeViews(clips, [0, 1], place, SETTINGS, syntheticWindows),
      makeViews(clips, [3, 1], place, SETTINGS, syntheticWindows),
      makeViews(clips, [0, 1], { epoch: 0, step: 4 }, SETTINGS, syntheticWindows),
    ]);
    const second1 = (values: Float32Array | Uint8Array, size: number) => values.slice(size, 2 * size);
    expect(second1(first.video, VIDEO_SIZE)).toEqual(second1(second.video, VIDEO_SIZE));
    expect(second1(first.audio, AUDIO_SIZE)).toEqual(second1(second.audio, AUDIO_SIZE));
    expect(second1(first.audio, AUDIO_SIZE)).not.toEqual(second1(later.audio, AUDIO_SIZE));
  });

  it('reads the frames for training, and each sound that is heard once', async () => {
    const read: string[] = [];
    const reader: WindowReader = {
      readVideo: (clip, size) => {
        read.push(`${clip.clipId} ${size.shortSidePx} ${size.frameCount}`);
        return syntheticWindows.readVideo(clip, size);
      },
      readLogMel: (clip, audio) => {
        read.push(`${clip.clipId} ${audio.language}`);
        return syntheticWindows.readLogMel(clip, audio);
      },
    };
    const preset = { ...MICRO_PRESET, video: { ...MICRO_PRESET.video, trainFrameCount: 6 } };
    const config = { ...CONFIG, temporalCut: 0.5, strategy: 'two-dubs' as const };
    const batch = await makeViews(
      clips,
      [0, 2],
      { epoch: 0, step: 0 },
      { ...SETTINGS, preset, config },
      reader,
    );
    expect(read.sort()).toEqual(['clip-0 10 6', 'clip-0 de', 'clip-0 fr', 'clip-2 10 6', 'clip-2 en']);
    expect(batch.dubCount).toBe(1);
    expect(batch.video.length).toBe(4 * VIDEO_SIZE);
  });

  it('moves only sounds of uncertain place by the jitter', async () => {
    const unsure = clips.map((clip) => ({
      ...clip,
      dubs: clip.dubs.map((dub) => ({ ...dub, uncertaintyMs: 400 })),
    }));
    const config = { ...CONFIG, ...QUIET };
    const [sure, moved] = await Promise.all(
      [clips, unsure].map((list) =>
        makeViews(list, [0, 1], { epoch: 0, step: 0 }, { ...SETTINGS, config }, syntheticWindows),
      ),
    );
    const half = 2 * AUDIO_SIZE;
    expect(moved!.audio.slice(0, half)).toEqual(sure!.audio.slice(0, half));
    expect(moved!.audio.slice(half)).not.toEqual(sure!.audio.slice(half));
    expect(moved!.video).toEqual(sure!.video);
  });

  it('fails with the first window that cannot be read, and reads no other after it', async () => {
    let reads = 0;
    const broken: WindowReader = {
      ...syntheticWindows,
      readVideo: async () => {
        reads += 1;
        throw new Error('no picture');
      },
    };
    const indexes = Array.from({ length: 40 }, (_, i) => i % 6);
    const made = makeViews(clips, indexes, { epoch: 0, step: 0 }, SETTINGS, broken);
    await expect(made).rejects.toThrow('no picture');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toBeLessThan(10);
  });
});
