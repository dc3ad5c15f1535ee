/**
 * Prepares a track for comparison in time. Speech is loud and differs between languages; music and effects are quiet
 * and shared. So every spot of the time-frequency plane gets the same weight, however loud it is: a pause between two
 * words then says as much as the words. Two such signals are correlated as they are; that is generalised
 * cross-correlation with phase transform (Knapp and Carter 1976), done spot by spot instead of once for the whole
 * sound. Measured on real dubs: docs/checks.md.
 */
import { sharedFft } from '../dsp/fft.ts';

/** Rate of what comes in, Hz. */
export const SOUND_RATE_HZ = 48_000;
/** Rate of what comes out, Hz. */
export const BED_RATE_HZ = 16_000;

const DECIMATION = SOUND_RATE_HZ / BED_RATE_HZ;
/** 32 ms: longer windows let speech cover its pauses, shorter ones do not separate tones (measured). */
const WINDOW = 1536;
const SHORT_WINDOW = WINDOW / DECIMATION;
/** Below is hum and rumble, Hz. */
export const LOWEST_HZ = 50;
/** Above is little but what lossy codecs invent, Hz. */
export const HIGHEST_HZ = 6000;
/** The signal that keeps its levels goes on to here. */
const PLAIN_HIGHEST_HZ = 7500;
/** Spots this far below the track's average are left small, so that a codec's noise floor is not lifted. */
const FLOOR_DB = -40;
/** A cut that falls on the same instant in two tracks is a click they share: fade both ends, ms. */
const FADE_MS = 10;

/** A track at 16 kHz, twice. */
export type BedSignal = {
  /** Every time-frequency spot of equal weight, 50 Hz to 6 kHz. */
  flat: Float32Array;
  /** As it sounds, up to 7.5 kHz. */
  plain: Float32Array;
};

/** Both signals of a track. `samples`: mono, 48 kHz. Silence stays silence. */
export function bedSignal(samples: Float32Array): BedSignal {
  return analyse(samples, DECIMATION);
}

/** Both signals of a track's listening copy. `samples`: mono, 16 kHz. Silence stays silence. */
export function bedSignalOfCopy(samples: Float32Array): BedSignal {
  return analyse(samples, 1);
}

/** The `flat` one alone, of mono sound at 16 kHz. */
export function flatSignal(samples: Float32Array): Float32Array {
  return analyse(samples, 1, false).flat;
}

/** `decimation`: rate of `samples` over that of the result. */
function analyse(samples: Float32Array, decimation: number, withPlain = true): BedSignal {
  const length = Math.floor(samples.length / decimation);
  const result = { flat: new Float32Array(length), plain: new Float32Array(withPlain ? length : 0) };
  const level = rms(samples);
  if (level === 0) return result;
  const size = SHORT_WINDOW * decimation;
  const long = sharedFft(size);
  const short = sharedFft(SHORT_WINDOW);
  const floor = level * Math.sqrt(size / 2) * 10 ** (FLOOR_DB / 20);
  const shape = decimation === 1 ? shortWindowShape : windowShape;
  const frame = new Float32Array(size);
  const spectrum = new Float32Array(size);
  const kept = new Float32Array(SHORT_WINDOW);
  const shortFrame = new Float32Array(SHORT_WINDOW);
  for (let start = -size / 2; start < samples.length; start += size / 2) {
    cutFrame(samples, start, frame, shape);
    long.forward(frame, spectrum);
    const at = Math.round(start / decimation);
    keepBand(spectrum, kept, decimation);
    if (withPlain) {
      short.inverse(kept, shortFrame);
      addFrame(result.plain, at, shortFrame);
    }
    flatten(kept, floor, decimation);
    short.inverse(kept, shortFrame);
    addFrame(result.flat, at, shortFrame);
  }
  return result;
}

const windowShape = sine(WINDOW);
const shortWindowShape = sine(SHORT_WINDOW);

function sine(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / length));
}

function cutFrame(samples: Float32Array, start: number, frame: Float32Array, shape: Float32Array): void {
  const fade = (FADE_MS * BED_RATE_HZ * (frame.length / SHORT_WINDOW)) / 1000;
  for (let i = 0; i < frame.length; i += 1) {
    const at = start + i;
    if (at < 0 || at >= samples.length) {
      frame[i] = 0;
      continue;
    }
    const fromEdge = Math.min(at, samples.length - 1 - at);
    const gain = fromEdge < fade ? 0.5 - 0.5 * Math.cos((Math.PI * (fromEdge + 0.5)) / fade) : 1;
    frame[i] = samples[at]! * shape[i]! * gain;
  }
}

/** The low bins of a long spectrum are the spectrum of the same sound at the low rate. */
function keepBand(spectrum: Float32Array, kept: Float32Array, decimation: number): void {
  kept.fill(0);
  const [first, last] = bins(PLAIN_HIGHEST_HZ);
  const scale = 1 / decimation;
  for (let i = 2 * first; i < 2 * (last + 1); i += 1) kept[i] = spectrum[i]! * scale;
}

function flatten(kept: Float32Array, floor: number, decimation: number): void {
  const [first, last] = bins(HIGHEST_HZ);
  kept.fill(0, 2 * (last + 1));
  for (let bin = first; bin <= last; bin += 1) {
    const re = kept[2 * bin]! * decimation;
    const im = kept[2 * bin + 1]! * decimation;
    const gain = 1 / (Math.sqrt(re * re + im * im) + floor);
    kept[2 * bin] = re * gain;
    kept[2 * bin + 1] = im * gain;
  }
}

function bins(highestHz: number): [number, number] {
  const perHz = WINDOW / SOUND_RATE_HZ;
  return [Math.max(1, Math.ceil(LOWEST_HZ * perHz)), Math.floor(highestHz * perHz)];
}

function addFrame(target: Float32Array, start: number, frame: Float32Array): void {
  const from = Math.max(0, -start);
  const to = Math.min(SHORT_WINDOW, target.length - start);
  for (let i = from; i < to; i += 1) target[start + i]! += frame[i]! * shortWindowShape[i]!;
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}
