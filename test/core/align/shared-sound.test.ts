/** The same sound in two tracks: found where it was put, stretch by stretch. */
import { beforeAll, describe, expect, it } from 'vitest';
import { bedSignalOfCopy } from '../../../core/align/bed-signal.ts';
import { compareFrames, compareSounds, FRAME_STEP_SEC } from '../../../core/align/same-sound.ts';
import { SAME_LIKENESS, type SharedSound, sharedSound } from '../../../core/align/shared-sound.ts';
import { LISTENING_RATE_HZ, type SoundReader } from '../../../core/align/sound-reader.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { resample } from '../../../core/media/resample.ts';
import { makeBed, makeTrack, RATE_HZ } from './synthetic-sound.ts';

beforeAll(initFft);

const copyOf = (samples: Float32Array): Float32Array => resample(samples, RATE_HZ, LISTENING_RATE_HZ);

function reader(samples: Float32Array): SoundReader {
  return {
    durationSec: samples.length / LISTENING_RATE_HZ,
    read: async (startSec, endSec) => {
      const from = Math.round(startSec * LISTENING_RATE_HZ);
      const length = Math.round((endSec - startSec) * LISTENING_RATE_HZ);
      return Float32Array.from({ length }, (_, i) => samples[from + i] ?? 0);
    },
  };
}

/** Mean of a value over the columns whose middles lie in a stretch. */
function mean({ columns }: SharedSound, of: 'likeness' | 'contained', from: number, to: number): number {
  const values = columns.filter(({ startSec, endSec }) => {
    const middle = (startSec + endSec) / 2;
    return middle > from && middle < to;
  });
  expect(values.length).toBeGreaterThan(0);
  return values.reduce((sum, column) => sum + (column[of] ?? 0), 0) / values.length;
}

const bed = makeBed(21, 8);
const original = copyOf(makeTrack(bed, { voiceSeed: 1, voiceGain: 0.5 }));
const german = copyOf(makeTrack(bed, { voiceSeed: 2, voiceGain: 0.5 }));
const foreign = copyOf(makeTrack(makeBed(22, 8), { voiceSeed: 3, voiceGain: 0.5 }));

describe('sharedSound', () => {
  it('takes a copy for the same from beginning to end, at any level and shift', async () => {
    const late = new Float32Array(original.length);
    late.set(
      original.subarray(0, -4000).map((x) => x / 4),
      4000,
    );
    const shared = await sharedSound(reader(original), reader(late));
    expect(shared.lagMs).toBeCloseTo(250, 0);
    expect(shared.parts).toHaveLength(1);
    expect(shared.parts[0]!.startSec).toBeLessThan(0.01);
    expect(shared.parts[0]!.endSec).toBeCloseTo(7.75, 1);
    expect(shared.parts[0]!.otherSec - shared.parts[0]!.startSec).toBeCloseTo(0.25, 3);
    expect(mean(shared, 'likeness', 0.2, 7.5)).toBeGreaterThan(0.98);
    const back = await sharedSound(reader(late), reader(original));
    expect(back.lagMs).toBeCloseTo(-250, 0);
    expect(back.parts[0]!.otherSec).toBeCloseTo(0, 1);
    expect(mean(back, 'contained', 0.4, 7.5)).toBeCloseTo(0.25, 2);
  });

  it('tells the words of a dub from the bed that it shares, which lies at one place', async () => {
    const shared = await sharedSound(reader(german), reader(original));
    expect(shared.lagMs).toBeCloseTo(0, 0);
    const values = shared.columns.flatMap(({ likeness }) => likeness ?? []);
    const same = values.filter((value) => value >= SAME_LIKENESS).length / values.length;
    expect(same).toBeLessThan(0.6);
    expect(mean(shared, 'likeness', 0, 8)).toBeLessThan(0.8);
  });

  it('finds nothing in a foreign sound', async () => {
    const shared = await sharedSound(reader(foreign), reader(original), { nearMs: 40 });
    expect(shared.parts).toEqual([]);
    expect(shared.lagMs).toBeNull();
    expect(mean(shared, 'likeness', 0, 8)).toBeLessThan(0.3);
  });

  it('compares at one place alone where that is enough', async () => {
    const whole = await sharedSound(reader(german), reader(original));
    const quick = await sharedSound(reader(german), reader(original), { withParts: false });
    expect(quick.parts).toEqual([]);
    expect(quick.columns).toEqual(whole.columns);
  });

  it('finds which half was copied, and from where', async () => {
    // Its second half is the original's from 1 s on.
    const mixed = foreign.slice();
    mixed.set(original.subarray(LISTENING_RATE_HZ, 5 * LISTENING_RATE_HZ), 4 * LISTENING_RATE_HZ);
    const shared = await sharedSound(reader(mixed), reader(original));
    expect(shared.parts).toHaveLength(1);
    const [part] = shared.parts;
    expect(part!.startSec).toBeGreaterThan(3);
    expect(part!.startSec).toBeLessThan(4.6);
    expect(part!.endSec).toBeCloseTo(8, 0);
    expect(part!.otherSec - part!.startSec).toBeCloseTo(-3, 2);
    expect(mean(shared, 'likeness', 5, 7.5)).toBeGreaterThan(0.95);
    expect(mean(shared, 'likeness', 0.5, 3)).toBeLessThan(0.4);
  });

  it('shows where the original is under a dub', async () => {
    const under = german.slice();
    for (let i = 4 * LISTENING_RATE_HZ; i < under.length; i += 1) under[i]! += 0.5 * original[i]!;
    const clean = await sharedSound(reader(german), reader(original));
    const shared = await sharedSound(reader(under), reader(original));
    const more = (from: number, to: number): number =>
      mean(shared, 'contained', from, to) - mean(clean, 'contained', from, to);
    expect(Math.abs(more(0.2, 3.8))).toBeLessThan(0.1);
    expect(more(4.3, 7.8)).toBeGreaterThan(0.2);
  });

  it('samples long tracks over their whole length', async () => {
    const long = { durationSec: 600, reads: 0 };
    const at = (startSec: number, endSec: number, from: Float32Array): Float32Array => {
      long.reads += 1;
      const first = Math.round(startSec * LISTENING_RATE_HZ);
      const length = Math.round((endSec - startSec) * LISTENING_RATE_HZ);
      return Float32Array.from({ length }, (_, i) => from[(first + i + 100 * from.length) % from.length]!);
    };
    const film: SoundReader = { ...long, read: async (a, b) => at(a, b, original) };
    // The same for five minutes, another sound from then on.
    const other: SoundReader = {
      ...long,
      read: async (a, b) => at(a - 1.2, b - 1.2, a < 300 ? original : foreign),
    };
    const shared = await sharedSound(film, other, { nearMs: 1000 });
    expect(shared.columns).toHaveLength(60);
    expect(shared.lagMs).toBeCloseTo(1200, 0);
    expect(shared.parts).toHaveLength(1);
    expect(shared.parts[0]!.startSec).toBeLessThan(6);
    expect(shared.parts[0]!.endSec).toBeGreaterThan(290);
    expect(shared.parts[0]!.endSec).toBeLessThan(310);
    expect(mean(shared, 'likeness', 0, 290)).toBeGreaterThan(0.95);
    expect(mean(shared, 'likeness', 310, 600)).toBeLessThan(0.4);
    expect(long.reads).toBe(120);
  });

  it('has nothing to say of silence and of next to nothing', async () => {
    const silent = await sharedSound(
      reader(new Float32Array(original.length)),
      reader(new Float32Array(16_000)),
    );
    expect(silent.parts).toEqual([]);
    expect(silent.columns.every(({ likeness }) => likeness === null || likeness === 0)).toBe(true);
    const short = await sharedSound(reader(original.subarray(0, 800)), reader(original));
    expect(short.columns).toEqual([]);
  });
});

it('compares frame by frame as it does over all', () => {
  const [a, b] = [original, german].map((samples) => bedSignalOfCopy(samples).plain) as [
    Float32Array,
    Float32Array,
  ];
  const { differences, powers, startSec } = compareFrames(a, b, 12.5);
  const whole = compareSounds(a, b, 12.5);
  expect(startSec).toBe(0);
  const active = powers.reduce((most, power) => Math.max(most, power), 0) * 1e-4;
  const loud = [...differences].filter((_, i) => powers[i]! > active);
  expect(loud.length * FRAME_STEP_SEC).toBeCloseTo(whole.activeSec, 6);
  expect(loud.filter((difference) => difference > 0.5).length * FRAME_STEP_SEC).toBeCloseTo(
    whole.differingSec,
    6,
  );
  expect(compareFrames(a, b, -250).startSec).toBe(0.25);
});
