/** Sounds of the demo corpus, and what is drawn of a sound. */
import { fileURLToPath } from 'node:url';
import { bedSignal } from '../../core/align/bed-signal.ts';
import {
  type LagCurve,
  lagCurve,
  lagSpectrum,
  lagTransformSize,
  scaleToNoise,
} from '../../core/align/lag-curve.ts';
import { initFft, nextFftSize, sharedFft } from '../../core/dsp/fft.ts';
import { decodeAudio } from '../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { Line } from './draw.ts';

/** Rate of all sounds here, Hz. */
export const RATE_HZ = 48_000;
const BED_RATE_HZ = 16_000;
const LEVEL_STEP = 960;
/** Silence is drawn at the foot of the picture, dBFS. */
const SILENCE_DB = -80;

/** Languages of a shot of the demo corpus, mono, 48 kHz. */
export type Sounds = Record<'en' | 'de' | 'es' | 'fr' | 'it', Float32Array>;

/** Decodes a shot that has all its languages in one file. */
export async function soundsOf(name: string): Promise<Sounds> {
  await initFft();
  const path = fileURLToPath(new URL(`../../demo/media/${name}.mkv`, import.meta.url));
  const read = (streamIndex: number): Promise<Float32Array> =>
    decodeAudio({ path, streamIndex, sha256: '' }, { sampleRateHz: RATE_HZ }, locateMediaTools());
  return { en: await read(1), de: await read(2), es: await read(3), fr: await read(4), it: await read(5) };
}

/** Level over time, dBFS, every 20 ms. */
export function levelLine(name: string, samples: Float32Array): Line {
  const x: number[] = [];
  const y: number[] = [];
  for (let from = 0; from + LEVEL_STEP <= samples.length; from += LEVEL_STEP) {
    let sum = 0;
    for (let i = from; i < from + LEVEL_STEP; i += 1) sum += samples[i]! ** 2;
    x.push((from + LEVEL_STEP / 2) / RATE_HZ);
    y.push(Math.max(SILENCE_DB, 10 * Math.log10(sum / LEVEL_STEP + 1e-12)));
  }
  return { name, x, y };
}

/** The wave form itself between two times, s. */
export function waveLine(name: string, samples: Float32Array, fromSec: number, toSec: number): Line {
  const [from, to] = [Math.round(fromSec * RATE_HZ), Math.round(toSec * RATE_HZ)];
  const part = samples.subarray(from, to);
  return { name, x: Array.from(part, (_, i) => (1000 * i) / RATE_HZ), y: Array.from(part) };
}

/** Level over frequency, dB, mean of the whole sound, in steps of 100 Hz. */
export function spectrumLine(name: string, samples: Float32Array): Line {
  const size = nextFftSize(4096);
  const fft = sharedFft(size);
  const power = new Float64Array(size / 2);
  const frame = new Float32Array(size);
  const spectrum = new Float32Array(size);
  for (let from = 0; from + size <= samples.length; from += size) {
    for (let i = 0; i < size; i += 1)
      frame[i] = samples[from + i]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    fft.forward(frame, spectrum);
    for (let i = 1; i < size / 2; i += 1) power[i]! += spectrum[2 * i]! ** 2 + spectrum[2 * i + 1]! ** 2;
  }
  const x: number[] = [];
  const y: number[] = [];
  const bins = Math.round((200 * size) / RATE_HZ);
  for (let from = 1; from + bins <= size / 2; from += bins) {
    let sum = 0;
    for (let i = from; i < from + bins; i += 1) sum += power[i]!;
    x.push((((from + bins / 2) / size) * RATE_HZ) / 1000);
    y.push(10 * Math.log10(sum / bins + 1e-9));
  }
  const top = Math.max(...y);
  return { name, x, y: y.map((value) => value - top) };
}

/** How well two sounds' beds fit at each shift, in standard deviations of chance. */
export function fitLine(name: string, a: Float32Array, b: Float32Array, maxMs: number): Line {
  const curve = fitCurve(a, b, maxMs);
  const middle = (curve.length - 1) / 2;
  return {
    name,
    x: Array.from(curve, (_, i) => ((i - middle) * 1000) / BED_RATE_HZ),
    y: Array.from(curve),
  };
}

/** Where a fit is best, and how good it is there. */
export function bestOf({ x, y }: Line): { x: number; y: number } {
  const at = y.reduce((best, value, i) => (value > y[best]! ? i : best), 0);
  return { x: x[at]!, y: y[at]! };
}

function fitCurve(a: Float32Array, b: Float32Array, maxMs: number): LagCurve {
  const maxLag = Math.round((maxMs * BED_RATE_HZ) / 1000);
  const [first, second] = [bedSignal(a).flat, bedSignal(b).flat];
  const size = lagTransformSize(Math.max(first.length, second.length), maxLag);
  return scaleToNoise(lagCurve(lagSpectrum(first, size), lagSpectrum(second, size), maxLag));
}

/** A sound later by so many milliseconds (earlier below 0), of the same length. */
export function shifted(samples: Float32Array, ms: number): Float32Array {
  const by = Math.round((ms * RATE_HZ) / 1000);
  return Float32Array.from(samples, (_, i) => samples[i - by] ?? 0);
}

/** A sound with silence between two times, s. */
export function muted(samples: Float32Array, fromSec: number, toSec: number): Float32Array {
  return samples.map((value, i) => (i >= fromSec * RATE_HZ && i < toSec * RATE_HZ ? 0 : value));
}

/** A sound at another speed, by straight lines between samples. */
export function atSpeed(samples: Float32Array, speed: number): Float32Array {
  const result = new Float32Array(Math.floor(samples.length / speed));
  for (let i = 0; i < result.length; i += 1) {
    const at = i * speed;
    const [left, part] = [Math.floor(at), at % 1];
    result[i] = (samples[left] ?? 0) * (1 - part) + (samples[left + 1] ?? 0) * part;
  }
  return result;
}

/** A part, s. */
export function part(samples: Float32Array, fromSec: number, toSec: number): Float32Array {
  return samples.slice(Math.round(fromSec * RATE_HZ), Math.round(toSec * RATE_HZ));
}

/** Sounds one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    result.set(one, at);
    at += one.length;
  }
  return result;
}

/** Sounds at once, each with its gain. */
export function mixed(parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  return parts[0]![0].map((_, i) => parts.reduce((sum, [one, gain]) => sum + gain * (one[i] ?? 0), 0));
}
