/** Spectrograms of known tones, against transforms written out. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LISTENING_RATE_HZ, type SoundReader } from '../../../core/align/sound-reader.ts';
import { byteOfDb, dbOfByte, rowHz, rowOfHz, SPECTRUM_ROWS } from '../../../core/domain/spectrogram.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { type SpectrumWish, spectrogram } from '../../../core/dsp/spectrogram.ts';
import { createRng } from '../../../core/rng.ts';

beforeAll(initFft);

/** A sound in memory, with zeros outside. */
function reader(samples: Float32Array): SoundReader & { reads: number; longestSec: number } {
  const sound = {
    reads: 0,
    longestSec: 0,
    durationSec: samples.length / LISTENING_RATE_HZ,
    read: async (startSec: number, endSec: number) => {
      sound.reads += 1;
      sound.longestSec = Math.max(sound.longestSec, endSec - startSec);
      const from = Math.round(startSec * LISTENING_RATE_HZ);
      const length = Math.round((endSec - startSec) * LISTENING_RATE_HZ);
      return Float32Array.from({ length }, (_, i) => samples[from + i] ?? 0);
    },
  };
  return sound;
}

function tone(sec: number, hz: number, level: number): Float32Array {
  return Float32Array.from(
    { length: sec * LISTENING_RATE_HZ },
    (_, i) => level * Math.sin((2 * Math.PI * hz * i) / LISTENING_RATE_HZ),
  );
}

/** dB of a column's rows. */
function columnOf(values: Uint8Array, { columns }: SpectrumWish, column: number): (number | null)[] {
  return Array.from({ length: SPECTRUM_ROWS }, (_, row) => dbOfByte(values[row * columns + column]!));
}

/** Power of a frame in a row, bin by bin, every bin by a sum of sines. */
function naiveRow(frame: Float32Array, row: number): number {
  const size = frame.length;
  const shape = Array.from(frame, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size) ** 2);
  const energy = shape.reduce((sum, x) => sum + x * x, 0);
  const binHz = LISTENING_RATE_HZ / size;
  const reachHz = Math.max(3 * binHz, rowHz(row + 1) - rowHz(row));
  let power = 0;
  for (let bin = 1; bin < size / 2; bin += 1) {
    const away = Math.abs(bin * binHz - rowHz(row)) / reachHz;
    if (away >= 1) continue;
    let [re, im] = [0, 0];
    for (let i = 0; i < size; i += 1) {
      const angle = (2 * Math.PI * bin * i) / size;
      re += frame[i]! * shape[i]! * Math.cos(angle);
      im -= frame[i]! * shape[i]! * Math.sin(angle);
    }
    power += (away <= 0.5 ? 1 : 2 * (1 - away)) * (re * re + im * im);
  }
  return (4 * power) / (size * energy);
}

describe('spectrogram', () => {
  it.each([90, 440, 1000, 3000, 7000])('shows a tone of %i Hz in its row at its level', async (hz) => {
    const wish = { startSec: 0.5, endSec: 1.5, columns: 20 };
    const values = await spectrogram(reader(tone(2, hz, 0.1)), wish);
    for (const column of [0, 10, 19]) {
      const rows = columnOf(values, wish, column);
      const levels = rows.map((db) => db ?? Number.NEGATIVE_INFINITY);
      const loudest = Math.max(...levels);
      expect(loudest).toBeCloseTo(-20, 0);
      expect(Math.abs(rowHz(levels.indexOf(loudest)) - hz)).toBeLessThan(Math.max(30, 0.05 * hz));
      // Far from it there is nothing.
      expect(levels[Math.round(rowOfHz(hz > 2000 ? 300 : 6000))]).toBeLessThan(-90);
    }
  });

  it('is the power of each row, worked out by sums', async () => {
    const random = createRng(3).stream('spectrogram');
    const noise = Float32Array.from({ length: LISTENING_RATE_HZ }, () => 0.2 * (random.uniform() - 0.5));
    // A column of 64 ms holds two frames of 1024 samples, at a quarter and three quarters of it.
    const wish = { startSec: 0.2, endSec: 0.264, columns: 1 };
    const rows = columnOf(await spectrogram(reader(noise), wish), wish, 0);
    const frames = [0.216, 0.248].map((sec) => {
      const from = Math.round((sec - 0.032) * LISTENING_RATE_HZ);
      return noise.slice(from, from + 1024);
    });
    for (const row of [0, 20, 64, 100, 127]) {
      const power = frames.reduce((sum, frame) => sum + naiveRow(frame, row), 0) / 2;
      expect(Math.abs(rows[row]! - 10 * Math.log10(power))).toBeLessThanOrEqual(0.26);
    }
  });

  it('places a sound in time, with nothing before and behind it', async () => {
    const sound = new Float32Array(4 * LISTENING_RATE_HZ);
    sound.set(tone(1, 1000, 0.5), LISTENING_RATE_HZ);
    const wish = { startSec: -1, endSec: 5, columns: 60 };
    const values = await spectrogram(reader(sound), wish);
    const row = Math.round(rowOfHz(1000));
    const at = (sec: number): number => values[row * 60 + Math.floor((sec + 1) * 10)]!;
    for (const sec of [-0.5, 0.5, 0.85, 2.15, 3, 4.5]) expect(at(sec), `${sec}`).toBe(0);
    for (const sec of [1.15, 1.5, 1.85]) expect(at(sec), `${sec}`).toBeGreaterThan(byteOfDb(-10));
  });

  it('reads a film in parts, and no more of it than it shows', async () => {
    const film = { ...reader(new Float32Array(0)), durationSec: 7200 };
    let [reads, longest, total] = [0, 0, 0];
    film.read = async (startSec, endSec) => {
      reads += 1;
      longest = Math.max(longest, endSec - startSec);
      total += endSec - startSec;
      return new Float32Array(Math.round((endSec - startSec) * LISTENING_RATE_HZ));
    };
    await spectrogram(film, { startSec: 0, endSec: 7200, columns: 1000 });
    expect(longest).toBeLessThan(0.1);
    expect(reads).toBe(8000);
    [reads, longest, total] = [0, 0, 0];
    await spectrogram(film, { startSec: 100, endSec: 700, columns: 1000 });
    expect(longest).toBeLessThan(21);
    expect(total).toBeLessThan(610);
  });

  it('has columns of every width', async () => {
    const sound = reader(tone(1, 500, 1));
    for (const lengthSec of [0.02, 0.3, 1]) {
      const wish = { startSec: 0.5 - lengthSec / 2, endSec: 0.5 + lengthSec / 2, columns: 100 };
      const values = await spectrogram(sound, wish);
      const middle = columnOf(values, wish, 50);
      expect(Math.max(...middle.map((db) => db ?? -200))).toBeCloseTo(0, 0);
    }
  });
});

it('reads bytes as levels and rows as pitch, and back', () => {
  expect(dbOfByte(0)).toBeNull();
  for (const db of [-127, -60.5, 0]) expect(dbOfByte(byteOfDb(db))).toBe(db);
  expect([byteOfDb(-500), byteOfDb(12)]).toEqual([0, 255]);
  for (const row of [0, 31.5, 127]) expect(rowOfHz(rowHz(row))).toBeCloseTo(row, 9);
  expect(rowHz(0)).toBeCloseTo(60, 6);
  expect(rowHz(SPECTRUM_ROWS - 1)).toBeCloseTo(7900, 6);
});
