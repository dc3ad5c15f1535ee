import { describe, expect, it } from 'vitest';
import { audioClipRanges, videoClipRanges } from '../../../../core/evaluation/features/clip-ranges.ts';

const frames = (count: number, rateHz: number): number[] =>
  Array.from({ length: count }, (_, i) => i / rateHz);

describe('clips of a picture', () => {
  it('are two for 140 frames at 29.97 a second, the second up to the last frame', () => {
    const times = frames(140, 30_000 / 1001);
    const end = times.at(-1)!;
    expect(videoClipRanges(times)).toEqual([
      [0, 3],
      [end - 3, end],
    ]);
  });

  it.each([
    // Frames at 25 a second, clips: an exact 3 s has its last frame at 2.96 s.
    [1, 0],
    [2, 1],
    [75, 1],
    // The next clip must end before the last frame: at 3.0 s it does not.
    [76, 1],
    [77, 1],
    // 1.5 s left is not more than half, 1.54 s is.
    [113, 1],
    [114, 2],
    [152, 2],
    [226, 3],
  ])('of %i frames are %i', (count, clips) => {
    expect(videoClipRanges(frames(count, 25)).length).toBe(clips);
  });

  it('of a short file are all of it', () => {
    expect(videoClipRanges(frames(10, 25))).toEqual([[0, 9 / 25]]);
  });
});

describe('clips of a sound', () => {
  it('are two for 5 s at 48 kHz', () => {
    expect(audioClipRanges(240_000, 48_000)).toEqual([
      [0, 144_000],
      [96_000, 240_000],
    ]);
  });

  it.each([
    [1, []],
    [2, [[0, 2]]],
    [132_300, [[0, 132_300]]],
    [132_301, [[0, 132_300]]],
    // Half a clip is 66,150 samples: only more than that makes another.
    [132_300 + 66_150, [[0, 132_300]]],
    [
      132_300 + 66_151,
      [
        [0, 132_300],
        [66_151, 198_451],
      ],
    ],
  ])('of %i samples at 44.1 kHz', (count, ranges) => {
    expect(audioClipRanges(count, 44_100)).toEqual(ranges);
  });
});
