import { describe, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import { AUGMENTATION } from '../../../core/training/augment.ts';
import { makeViews, secondaryAudio } from '../../../core/training/views.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { syntheticDataset, syntheticWindows } from '../../fixtures/training/synthetic-windows.ts';

const { clips } = syntheticDataset(6);
const rng = createRng(8);
const NO_CHANGE = {
  cropJitterPx: 1,
  brightness: 0,
  gainDb: 0,
  shiftFrames: 0,
  frequencyMaskBands: 0,
  timeMaskFrames: 0,
};
const SETTINGS = {
  preset: MICRO_PRESET,
  strategy: 'dub-augmented',
  augmentation: { ...AUGMENTATION, cropJitterPx: 1 },
  rng,
} as const;
const AUDIO_SIZE = 96 * 288;
const VIDEO_SIZE = 2 * 8 * 8 * 3;

describe('secondaryAudio', () => {
  it('draws each dub as often, never the original', () => {
    const counts = new Map<string, number>();
    for (let step = 0; step < 3000; step += 1) {
      const { language } = secondaryAudio(clips[0]!, 'dub-augmented', rng, [0, step, 0]);
      counts.set(language, (counts.get(language) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['de', 'fr']);
    for (const count of counts.values()) expect(Math.abs(count - 1500)).toBeLessThan(150);
  });

  it('is the original without a dub, and always when told so', () => {
    expect(secondaryAudio(clips[2]!, 'dub-augmented', rng, [0, 0, 2])).toBe(clips[2]!.original);
    expect(secondaryAudio(clips[0]!, 'original-only', rng, [0, 0, 0])).toBe(clips[0]!.original);
  });
});

describe('makeViews', () => {
  it('puts primary views first, with the original as primary and a dub as secondary audio', async () => {
    const settings = { ...SETTINGS, augmentation: NO_CHANGE };
    const batch = await makeViews(clips, [4, 2, 0], { epoch: 1, step: 7 }, settings, syntheticWindows);
    expect(batch.clipIds).toEqual(['clip-4', 'clip-2', 'clip-0']);
    expect(batch.dubCount).toBe(2);
    expect(batch.video.length).toBe(6 * VIDEO_SIZE);
    for (const [i, index] of [4, 2, 0].entries()) {
      const clip = clips[index]!;
      const secondary = secondaryAudio(clip, 'dub-augmented', rng, [1, 7, index]);
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
    const second1 = (values: Float32Array, size: number) => values.slice(size, 2 * size);
    expect(second1(first.video, VIDEO_SIZE)).toEqual(second1(second.video, VIDEO_SIZE));
    expect(second1(first.audio, AUDIO_SIZE)).toEqual(second1(second.audio, AUDIO_SIZE));
    expect(second1(first.audio, AUDIO_SIZE)).not.toEqual(second1(later.audio, AUDIO_SIZE));
  });
});
