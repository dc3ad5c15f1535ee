/** What is done to a dub's samples. Mono in, mono or stereo out; 48 kHz, full scale is 1; inputs are not changed. */
import type { RandomStream } from '../rng.ts';

/** Rate of all planted sound, Hz. */
export const PLANT_RATE_HZ = 48_000;

const HALF_KERNEL = 24;
/** Edges of cuts and gaps are faded over this, s: an editor's click would give them away. */
const FADE_SEC = 0.003;

/** `samples` times a level. */
export function louder(samples: Float32Array, gainDb: number): Float32Array {
  const gain = 10 ** (gainDb / 20);
  return samples.map((sample) => sample * gain);
}

/** `samples`, sounding `offsetMs` later (earlier if negative) in the same length; what comes in at the edges is silence. */
export function later(samples: Float32Array, offsetMs: number): Float32Array {
  const by = Math.round((offsetMs * PLANT_RATE_HZ) / 1000);
  const result = new Float32Array(samples.length);
  for (let i = Math.max(0, by); i < Math.min(samples.length, samples.length + by); i += 1)
    result[i] = samples[i - by]!;
  return result;
}

/** What is really planted when `offsetMs` is asked for: whole samples. */
export function plantedOffsetMs(offsetMs: number): number {
  return (Math.round((offsetMs * PLANT_RATE_HZ) / 1000) / PLANT_RATE_HZ) * 1000;
}

/** Silence, or noise at `noiseDb` (RMS, dBFS). */
export function silence(length: number, noiseDb: number, random: RandomStream): Float32Array {
  const gain = noiseDb <= -200 ? 0 : 10 ** (noiseDb / 20);
  return Float32Array.from({ length }, () => (gain === 0 ? 0 : gain * random.normal()));
}

/** A hole. */
export function gap(samples: Float32Array, startSec: number, lengthSec: number): Float32Array {
  const [start, end] = [startSec, startSec + lengthSec].map((sec) => Math.round(sec * PLANT_RATE_HZ));
  return samples.map((sample, i) => (i >= start! && i < end! ? 0 : sample));
}

/** The densest place for a hole of this length: one that falls into a pause is none. s. */
export function loudestStart(samples: Float32Array, lengthSec: number, edgeSec: number): number {
  const length = Math.round(lengthSec * PLANT_RATE_HZ);
  const step = Math.round(0.02 * PLANT_RATE_HZ);
  const last = samples.length - Math.round(edgeSec * PLANT_RATE_HZ) - length;
  let best = Math.round(edgeSec * PLANT_RATE_HZ);
  let most = -1;
  for (let start = best; start <= last; start += step) {
    let energy = 0;
    for (let i = start; i < start + length; i += 8) energy += samples[i]! ** 2;
    if (energy > most) [most, best] = [energy, start];
  }
  return best / PLANT_RATE_HZ;
}

/** Brought to a peak of full scale, driven on by `driveDb`, and cut off there. */
export function clipped(samples: Float32Array, driveDb: number): Float32Array {
  const gain = 10 ** (driveDb / 20) / Math.max(1e-6, peakOf(samples));
  return samples.map((sample) => Math.min(1, Math.max(-1, sample * gain)));
}

/** The first part only. */
export function shortened(samples: Float32Array, missingSec: number): Float32Array {
  return samples.slice(0, Math.max(1, samples.length - Math.round(missingSec * PLANT_RATE_HZ)));
}

/** A part taken out, or a part heard twice (`inserted`), from `atSec` on; what follows moves. */
export function recut(
  samples: Float32Array,
  what: 'removed' | 'inserted',
  atSec: number,
  lengthSec: number,
): Float32Array {
  const at = Math.round(atSec * PLANT_RATE_HZ);
  const length = Math.round(lengthSec * PLANT_RATE_HZ);
  const head = samples.subarray(0, at);
  const tail =
    what === 'removed'
      ? samples.subarray(Math.min(samples.length, at + length))
      : samples.subarray(Math.max(0, at - length));
  return joined([head, tail]);
}

/** Pieces one after the other, each seam faded. */
export function joined(pieces: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  const fade = Math.round(FADE_SEC * PLANT_RATE_HZ);
  let at = 0;
  for (const [n, piece] of pieces.entries()) {
    for (let i = 0; i < piece.length; i += 1) {
      const fromStart = n === 0 ? fade : i;
      const fromEnd = n === pieces.length - 1 ? fade : piece.length - 1 - i;
      result[at + i] = piece[i]! * Math.min(1, fromStart / fade, fromEnd / fade);
    }
    at += piece.length;
  }
  return result;
}

/** Played `ratio` times as fast, pitch and all: shorter and higher above 1. Windowed sinc. */
export function faster(samples: Float32Array, ratio: number): Float32Array {
  const cutoff = Math.min(1, 1 / ratio);
  return Float32Array.from({ length: Math.floor(samples.length / ratio) }, (_, i) => {
    const centre = i * ratio;
    const first = Math.ceil(centre - HALF_KERNEL);
    let sum = 0;
    for (let at = Math.max(0, first); at <= Math.min(samples.length - 1, centre + HALF_KERNEL); at += 1) {
      sum += samples[at]! * kernel((at - centre) * cutoff, (at - centre) / HALF_KERNEL) * cutoff;
    }
    return sum;
  });
}

/** Nothing above `cutoffHz`. */
export function lowPassed(samples: Float32Array, cutoffHz: number): Float32Array {
  const cutoff = (2 * cutoffHz) / PLANT_RATE_HZ;
  const half = 96;
  const taps = Float32Array.from(
    { length: 2 * half + 1 },
    (_, i) => cutoff * kernel((i - half) * cutoff, (i - half) / half),
  );
  return samples.map((_, i) => {
    let sum = 0;
    for (let k = -half; k <= half; k += 1) sum += (samples[i + k] ?? 0) * taps[k + half]!;
    return sum;
  });
}

function kernel(x: number, place: number): number {
  if (Math.abs(place) >= 1) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * Math.cos((Math.PI * place) / 2) ** 2;
}

/** Loud and quiet brought together: the level of every 0.4 s raised to `power` (1 leaves it as it is). */
export function compressed(samples: Float32Array, power: number): Float32Array {
  const hop = Math.round(0.1 * PLANT_RATE_HZ);
  const levels = Array.from({ length: Math.ceil(samples.length / hop) + 1 }, (_, n) => {
    const [from, to] = [Math.max(0, (n - 2) * hop), Math.min(samples.length, (n + 2) * hop)];
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += samples[i]! ** 2;
    return Math.sqrt(sum / Math.max(1, to - from)) + 1e-4;
  });
  const result = samples.map((sample, i) => {
    const n = Math.floor(i / hop);
    const share = i / hop - n;
    return sample * (levels[n]! * (1 - share) + levels[n + 1]! * share) ** (power - 1);
  });
  const gain = peakOf(samples) / Math.max(1e-6, peakOf(result));
  return result.map((sample) => sample * gain);
}

/** Two sounds at once, as long as the first; turned down together where they would clip. */
export function mixed(first: Float32Array, second: Float32Array, gainDb: number): Float32Array {
  const gain = 10 ** (gainDb / 20);
  const sum = first.map((sample, i) => sample + gain * (second[i] ?? 0));
  const peak = peakOf(sum);
  return peak > 0.99 ? sum.map((sample) => (0.99 * sample) / peak) : sum;
}

/** RMS, dBFS. */
export function levelDb(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample ** 2;
  return 10 * Math.log10(Math.max(1e-20, sum / Math.max(1, samples.length)));
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}
