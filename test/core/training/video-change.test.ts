import { describe, expect, it } from 'vitest';
import { createRng, type RandomStream } from '../../../core/rng.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';
import { drawVideoChange } from '../../../core/training/video-change.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';

const PRESET = { ...MICRO_PRESET.video, frameCount: 8, trainFrameCount: 8, frames: 4 };
const DECODED = { height: 10, width: 20 };
const TINY = { ...defaultRunConfig(), cropJitterPx: 2 };
const EVERYTHING = { ...defaultRunConfig('mvitv2-s') };
const NOTHING = {
  ...TINY,
  cropJitterPx: 0,
  colourProbability: 0,
};
const streams = (count: number, purpose: string): RandomStream[] =>
  Array.from({ length: count }, (_, i) => createRng(2).stream(purpose, i));

describe('drawVideoChange', () => {
  it('of the whole window takes one frame of each run; crops near the middle and inside', () => {
    const changes = streams(500, 'cut').map((random) => drawVideoChange(DECODED, PRESET, TINY, random));
    for (const { frameIndexes, topPx, leftPx, sidePx } of changes) {
      expect(frameIndexes.map((frame) => Math.floor(frame / 2))).toEqual([0, 1, 2, 3]);
      expect(sidePx).toBe(8);
      expect(topPx).toBeGreaterThanOrEqual(0);
      expect(topPx).toBeLessThanOrEqual(2);
      expect(Math.abs(leftPx - 6)).toBeLessThanOrEqual(2);
    }
    expect(new Set(changes.map(({ leftPx }) => leftPx)).size).toBe(5);
    expect(new Set(changes.map(({ topPx }) => topPx)).size).toBe(3);
    expect(new Set(changes.map(({ frameIndexes }) => frameIndexes.join())).size).toBe(16);
  });

  it('takes the only crop there is when the picture is no larger', () => {
    const change = drawVideoChange({ height: 8, width: 8 }, PRESET, TINY, streams(1, 'x')[0]!);
    expect([change.topPx, change.leftPx]).toEqual([0, 0]);
  });

  it('of a part of the window spreads the frames evenly over a stretch, wherever it fits', () => {
    const preset = { ...PRESET, trainFrameCount: 32, frames: 16 };
    const settings = { ...TINY, temporalCut: 0.75 };
    const starts = new Set<number>();
    for (const random of streams(300, 'stretch')) {
      const { frameIndexes } = drawVideoChange(DECODED, preset, settings, random);
      const start = frameIndexes[0]!;
      starts.add(start);
      const wanted = Array.from({ length: 16 }, (_, i) => start + Math.floor((i * 23) / 15));
      expect(frameIndexes).toEqual(wanted);
    }
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('never takes a stretch of fewer frames than a view has, nor of more than there are', () => {
    const [random] = streams(1, 'short');
    const short = drawVideoChange(DECODED, PRESET, { ...TINY, temporalCut: 0.1 }, random!).frameIndexes;
    expect(short.map((frame) => frame - short[0]!)).toEqual([0, 1, 2, 3]);
    const odd = { ...PRESET, trainFrameCount: 10 };
    expect(drawVideoChange(DECODED, odd, TINY, random!).frameIndexes).toEqual([0, 3, 6, 9]);
    const single = { ...PRESET, frames: 1 };
    expect(
      drawVideoChange(DECODED, single, { ...TINY, temporalCut: 0.5 }, random!).frameIndexes,
    ).toHaveLength(1);
  });

  it('scales: a square between crop / scaleJitter and crop, anywhere inside', () => {
    const sides: number[] = [];
    for (const random of streams(300, 'scale')) {
      const { topPx, leftPx, sidePx } = drawVideoChange(
        DECODED,
        PRESET,
        { ...TINY, scaleJitter: 2, cropJitterPx: 4096 },
        random,
      );
      sides.push(sidePx);
      expect(topPx).toBeGreaterThanOrEqual(0);
      expect(topPx + sidePx).toBeLessThanOrEqual(10);
      expect(leftPx + sidePx).toBeLessThanOrEqual(20);
    }
    expect(Math.min(...sides)).toBeGreaterThan(4 - 1e-9);
    expect(Math.min(...sides)).toBeLessThan(4.1);
    expect(Math.max(...sides)).toBeGreaterThan(7.9);
  });

  it('does each thing as often as it is told to', () => {
    const changes = streams(2000, 'often').map((r) => drawVideoChange(DECODED, PRESET, EVERYTHING, r));
    const share = (of: (change: (typeof changes)[number]) => boolean): number =>
      changes.filter(of).length / changes.length;
    expect(share(({ isFlipped }) => isFlipped)).toBeCloseTo(0.5, 1);
    expect(share(({ colour }) => colour !== null)).toBeCloseTo(0.8, 1);
    expect(share(({ isGrey }) => isGrey)).toBeCloseTo(0.2, 1);
    expect(share(({ blurSigmaPx }) => blurSigmaPx > 0)).toBeCloseTo(0.5, 1);
    for (const { colour, blurSigmaPx } of changes) {
      expect(blurSigmaPx === 0 || (blurSigmaPx >= 0.1 && blurSigmaPx <= 2)).toBe(true);
      if (colour === null) continue;
      for (const factor of [colour.brightness, colour.contrast, colour.saturation]) {
        expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.4);
      }
      expect(Math.abs(colour.hue)).toBeLessThanOrEqual(0.1);
    }
  });

  it('leaves the rest alike when one thing is switched off', () => {
    const off: [Partial<typeof EVERYTHING>, string[]][] = [
      [{ temporalCut: 1 }, ['frameIndexes']],
      [{ scaleJitter: 1 }, ['sidePx', 'topPx', 'leftPx']],
      [{ flipProbability: 0 }, ['isFlipped']],
      [{ colourProbability: 0 }, ['colour']],
      [{ greyProbability: 0 }, ['isGrey']],
      [{ blurProbability: 0 }, ['blurSigmaPx']],
    ];
    const on = { ...EVERYTHING, flipProbability: 1, colourProbability: 1, greyProbability: 1 };
    const all = { ...on, blurProbability: 1 };
    for (const [change, names] of off) {
      const [full, less] = [all, { ...all, ...change }].map((settings) =>
        drawVideoChange(DECODED, PRESET, settings, streams(1, 'off')[0]!),
      );
      const differing = Object.entries(full!)
        .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(less![name as keyof typeof less]))
        .map(([name]) => name);
      expect(names).toEqual(expect.arrayContaining(differing));
      expect(differing.length).toBeGreaterThan(0);
    }
  });

  it('leaves a picture as it is with everything off', () => {
    const change = drawVideoChange(DECODED, PRESET, NOTHING, streams(1, 'none')[0]!);
    expect(change).toMatchObject({ topPx: 1, leftPx: 6, sidePx: 8, isFlipped: false, colour: null });
    expect(change).toMatchObject({ isGrey: false, blurSigmaPx: 0 });
  });
});
