/**
 * Where in time something begins in each of eight bands. Coarse (16 ms), but it survives what the wave form does not: a
 * dub that was made faster or slower with its pitch kept.
 */
import { sharedFft } from '../dsp/fft.ts';
import { LISTENING_RATE_HZ, type SoundReader } from './sound-reader.ts';

const WINDOW = 512;
const HOP = 256;
/** Values a second in each band, Hz. */
export const ONSET_RATE_HZ = LISTENING_RATE_HZ / HOP;
/** Edges of the bands in bins of 31.25 Hz: 94 Hz to 6 kHz. */
const EDGES = [3, 7, 12, 20, 32, 52, 84, 128, 192] as const;
/** Bands that are kept. */
export const ONSET_BANDS = EDGES.length - 1;
/** Growth is measured over this many frames. */
const STEP = 2;
/** Louder growth says no more, in units of a band's mean growth. */
const LIMIT = 4;
const PART_SEC = 16;

/** By band: growth of the level at each instant, mean 0 and deviation 1. */
export type Onsets = readonly Float32Array[];

/** The onsets of a track from `startSec` on, `durationSec` long. @throws what `read` throws. */
export async function onsetsOf(sound: SoundReader, startSec: number, durationSec: number): Promise<Onsets> {
  const frames = Math.max(0, Math.floor(durationSec * ONSET_RATE_HZ));
  const levels = Array.from({ length: ONSET_BANDS }, () => new Float32Array(frames));
  const framesInPart = PART_SEC * ONSET_RATE_HZ;
  for (let first = 0; first < frames; first += framesInPart) {
    const count = Math.min(framesInPart, frames - first);
    const from = startSec + first / ONSET_RATE_HZ;
    const samples = await sound.read(from, from + (count * HOP + WINDOW) / LISTENING_RATE_HZ);
    addLevels(samples, levels, first, count);
  }
  return levels.map(growthOf);
}

const shape = Float32Array.from({ length: WINDOW }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / WINDOW) ** 2);

function addLevels(
  samples: Float32Array,
  levels: readonly Float32Array[],
  first: number,
  count: number,
): void {
  const fft = sharedFft(WINDOW);
  const frame = new Float32Array(WINDOW);
  const spectrum = new Float32Array(WINDOW);
  for (let t = 0; t < count; t += 1) {
    for (let i = 0; i < WINDOW; i += 1) frame[i] = (samples[t * HOP + i] ?? 0) * shape[i]!;
    fft.forward(frame, spectrum);
    for (const [band, level] of levels.entries()) {
      let energy = 1e-7;
      for (let i = 2 * EDGES[band]!; i < 2 * EDGES[band + 1]!; i += 1) energy += spectrum[i]! * spectrum[i]!;
      level[first + t] = Math.log(energy);
    }
  }
}

function growthOf(level: Float32Array): Float32Array {
  const growth = level.map((value, i) => Math.max(0, value - level[Math.max(0, i - STEP)]!));
  const mean = growth.reduce((sum, value) => sum + value, 0) / Math.max(1, growth.length);
  const limited = growth.map((value) => Math.min(value, LIMIT * mean));
  const middle = limited.reduce((sum, value) => sum + value, 0) / Math.max(1, growth.length);
  const power = limited.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, growth.length);
  const scale = power > 0 ? 1 / Math.sqrt(power) : 0;
  return limited.map((value) => (value - middle) * scale);
}
