/** Whole tracks moved, cut and played at other speeds. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findMap, type PrintedSound } from '../../../core/align/find-map.ts';
import { atSpeed } from '../../../core/align/play-speed.ts';
import { hasOtherSpeed, isOneParallelPart, jumpsOf, type TimeMap } from '../../../core/align/time-map.ts';
import { printOf } from '../../../core/align/track-print.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { resample } from '../../../core/media/resample.ts';
import { readerOf } from '../checks/heard-source.ts';
import { reencode } from './reencode.ts';
import { makeBed, makeTrack, RATE_HZ, scaled } from './synthetic-sound.ts';

const LONG_SEC = 64;

async function printed(samples: Float32Array): Promise<PrintedSound> {
  const sound = readerOf(resample(samples, RATE_HZ, 16_000));
  return { sound, print: await printOf(sound) };
}

async function mapOf(original: Float32Array, dub: Float32Array, farSec = 60): Promise<TimeMap | null> {
  return findMap(await printed(original), await printed(dub), { farSec });
}

const seconds = (samples: Float32Array, from: number, to: number): Float32Array =>
  samples.slice(Math.round(from * RATE_HZ), Math.round(to * RATE_HZ));

function joined(...pieces: Float32Array[]): Float32Array {
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}

const bed = makeBed(71, LONG_SEC);
const original = makeTrack(bed, { voiceSeed: 1, voiceGain: 0.5 });
const dub = makeTrack(bed, { voiceSeed: 2, voiceGain: 0.5 });

beforeAll(initFft);

describe('findMap', () => {
  it('finds a dub that begins much later or earlier, and which way up it is', async () => {
    const late = await mapOf(original, joined(new Float32Array(21 * RATE_HZ), scaled(dub, -0.5)));
    expect(late).toMatchObject({ speed: 1, polarity: -1 });
    expect(late!.parts).toHaveLength(1);
    expect(late!.parts[0]!.offsetMs).toBeCloseTo(21_000, 0);
    const early = await mapOf(original, seconds(dub, 12.5, LONG_SEC));
    expect(early!.parts[0]).toMatchObject({ offsetMs: -12_500, startSec: 12.5 });
    expect(isOneParallelPart(early)).toBe(true);
  });

  it.each([
    ['0.25 s missing', -0.25],
    ['3 s missing', -3],
    ['0.2 s inserted', 0.2],
    ['8 s inserted', 8],
  ])('finds a cut in the middle: %s', async (_, bySec) => {
    const at = 30.3;
    const other = makeTrack(makeBed(72, 8), { voiceSeed: 3 });
    const tail = seconds(dub, bySec < 0 ? at - bySec : at, LONG_SEC);
    const cut = joined(seconds(dub, 0, at), seconds(other, 0, Math.max(0, bySec)), tail);
    const map = (await mapOf(original, cut))!;
    const [jump, ...more] = jumpsOf(map);
    expect(more).toEqual([]);
    expect(jump!.byMs).toBeCloseTo(1000 * bySec, 0);
    expect(Math.abs(jump!.atSec - at)).toBeLessThan(Math.max(0.05, jump!.widthMs / 1000));
    expect(map.parts[1]!.startSec - map.parts[0]!.endSec).toBeCloseTo(Math.max(0, -bySec), 1);
  });

  it('finds two cuts in a shot of some seconds, after a codec', async () => {
    const cut = joined(seconds(dub, 0, 3), seconds(dub, 3.4, 6), seconds(dub, 5.5, 10));
    const coded = await reencode(cut, ['-c:a', 'aac', '-b:a', '64k'], 'm4a');
    const jumps = jumpsOf((await mapOf(seconds(original, 0, 10), coded, 0))!);
    expect(jumps.map(({ byMs }) => Math.round(byMs / 10) * 10)).toEqual([-400, 500]);
    expect(jumps[0]!.atSec).toBeCloseTo(3, 1);
    // What is heard twice fits on either side of the jump.
    expect(Math.abs(jumps[1]!.atSec - 5.75)).toBeLessThan(0.3);
    expect(jumps[1]!.widthMs).toBeGreaterThan(200);
  });

  it.each([25 / 24, 24 / 25, 25.025 / 24, 24 / 25.025, 1.001, 1 / 1.001, 1.0002])(
    'measures a speed of %f with its pitch moved, to a millionth or so',
    async (speed) => {
      const faster = atSpeed(readerOf(resample(dub, RATE_HZ, 16_000)), speed);
      const sound = readerOf(await faster.read(0, faster.durationSec));
      const played = { sound, print: await printOf(sound) };
      const map = (await findMap(await printed(original), played, { farSec: 60 }))!;
      expect(hasOtherSpeed(map) || Math.abs(speed - 1) < 5e-4).toBe(true);
      expect(Math.abs(map.speed / speed - 1)).toBeLessThan(1e-5);
      expect(Math.abs(map.parts[0]!.offsetMs)).toBeLessThan(1);
      expect(jumpsOf(map)).toEqual([]);
    },
  );

  it.each([25 / 24, 1.07, 0.93])('measures a speed of %f with its pitch kept', async (speed) => {
    const stretched = await reencode(dub, ['-af', `atempo=${speed}`], 'wav');
    const map = (await mapOf(original, stretched))!;
    expect(Math.abs(map.speed / speed - 1)).toBeLessThan(5e-4);
    expect(map.speedUncertainty).toBeLessThan(1e-3);
    expect(hasOtherSpeed(map)).toBe(true);
  });

  it('finds nothing in other sounds, in a voice alone, in silence, and in a beat that repeats itself', async () => {
    const foreign = makeTrack(makeBed(73, LONG_SEC), { voiceSeed: 4 });
    expect(await mapOf(original, foreign)).toBeNull();
    expect(await mapOf(original, new Float32Array(LONG_SEC * RATE_HZ))).toBeNull();
    const beat = makeBed(74, 0.5);
    const loop = Float32Array.from({ length: 20 * RATE_HZ }, (_, i) => beat[i % beat.length]!);
    expect(await mapOf(loop, loop)).toBeNull();
  });
});
