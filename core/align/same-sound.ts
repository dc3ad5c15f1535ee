/**
 * Whether two tracks are one and the same sound, levels, filters and codecs aside. A dub has other words than its
 * original, so somewhere the two must differ by far more than a codec makes them.
 */
import { sharedFft } from '../dsp/fft.ts';
import { BED_RATE_HZ } from './bed-signal.ts';

/** 64 ms frames, half overlapping. */
const FRAME = 1024;
const HOP = FRAME / 2;
/** From one frame to the next, s. */
export const FRAME_STEP_SEC = HOP / BED_RATE_HZ;
/** Speech lives here, and lossy codecs keep its wave form here. */
const LOWEST_HZ = 100;
const HIGHEST_HZ = 4000;
/** Each band has its own gain and phase between the tracks (equaliser, other mix level). */
const BANDS = 24;
/** Frames this far below the loudest are not looked at: there a codec is free to do as it likes. */
const ACTIVE_DB = -40;
/** A frame differs when what is left after subtraction holds more than this of its energy. */
export const DIFFERENT = 0.5;

/** How two aligned tracks compare. */
export type SoundComparison = {
  /** Time in which either track is active, s. */
  activeSec: number;
  /** Part of that time in which they differ, s. */
  differingSec: number;
  /** The longest stretch without a break in which they differ, s. */
  longestDifferenceSec: number;
  /** What is left after subtracting one from the other, over all active frames, dB (0: nothing in common). */
  residualDb: number;
};

/** How two aligned tracks compare frame by frame; frame `i` begins at `startSec + i * FRAME_STEP_SEC` of the first. */
export type FrameComparison = {
  startSec: number;
  /** What is left after subtraction over the mean power of both, 0 (the same) to 2 (nothing in common), of each frame. */
  differences: Float32Array;
  /** How much of the first is in the second: its gain there, 1 is as loud as in the first. */
  gains: Float32Array;
  /** Mean power of both. */
  powers: Float32Array;
};

/** Compares the `plain` signals of two tracks, the second of which sounds `lagMs` later, frame by frame. */
export function compareFrames(a: Float32Array, b: Float32Array, lagMs: number): FrameComparison {
  const { spectraA, spectraB, startA } = aligned(a, b, lagMs);
  const fitted = bandGains(spectraA, spectraB);
  const compared = spectraA.map((frame, t) => compareFrame(frame, spectraB[t]!, fitted));
  return {
    startSec: startA / BED_RATE_HZ,
    differences: Float32Array.from(compared, ({ rest, power }) => (power > 0 ? rest / power : 0)),
    gains: Float32Array.from(spectraA, (frame, t) => gainIn(frame, spectraB[t]!, fitted)),
    powers: Float32Array.from(compared, ({ power }) => power),
  };
}

/** The gain of one frame in another, with the phase that each band has over the whole time. */
function gainIn(frameA: Float32Array, frameB: Float32Array, fitted: readonly Gain[]): number {
  let sum = 0;
  let energy = 0;
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
    const { re, im } = fitted[BAND_OF_BIN[bin]!]!;
    const size = Math.hypot(re, im);
    const [aRe, aIm] = [frameA[2 * bin]!, frameA[2 * bin + 1]!];
    const [bRe, bIm] = [frameB[2 * bin]!, frameB[2 * bin + 1]!];
    if (size > 0) sum += ((aRe * bRe + aIm * bIm) * re + (aRe * bIm - aIm * bRe) * im) / size;
    energy += aRe * aRe + aIm * aIm;
  }
  return energy > 0 ? sum / energy : 0;
}

/** The spectra of two tracks where both have sound, and where that begins in the first, samples. */
function aligned(a: Float32Array, b: Float32Array, lagMs: number) {
  const lag = (lagMs * BED_RATE_HZ) / 1000;
  const whole = Math.round(lag);
  const startA = Math.max(0, -whole);
  const startB = Math.max(0, whole);
  const length = Math.min(a.length - startA, b.length - startB);
  const frames = Math.max(0, Math.floor((length - FRAME) / HOP) + 1);
  const spectraA = spectra(a.subarray(startA, startA + Math.max(0, length)), frames, 0);
  const spectraB = spectra(b.subarray(startB, startB + Math.max(0, length)), frames, lag - whole);
  return { spectraA, spectraB, startA };
}

/** Compares the `plain` signals of two tracks, the second of which sounds `lagMs` later. */
export function compareSounds(a: Float32Array, b: Float32Array, lagMs: number): SoundComparison {
  const { spectraA, spectraB } = aligned(a, b, lagMs);
  if (spectraA.length === 0) return { activeSec: 0, differingSec: 0, longestDifferenceSec: 0, residualDb: 0 };
  return judge(spectraA, spectraB, bandGains(spectraA, spectraB));
}

/**
 * What comparisons of several stretches of `stretchSec` say together; a stretch that could not be compared (null)
 * differs all through. Null where none could be compared.
 */
export function joinComparisons(
  stretches: readonly (SoundComparison | null)[],
  stretchSec: number,
): SoundComparison | null {
  if (stretches.every((stretch) => stretch === null)) return null;
  const foreign = {
    activeSec: stretchSec,
    differingSec: stretchSec,
    longestDifferenceSec: stretchSec,
    residualDb: 0,
  };
  const all = stretches.map((stretch) => stretch ?? foreign);
  const sum = (pick: (one: SoundComparison) => number): number =>
    all.reduce((total, one) => total + pick(one), 0);
  const activeSec = sum((one) => one.activeSec);
  const rest = sum((one) => one.activeSec * 10 ** (one.residualDb / 10));
  return {
    activeSec,
    differingSec: sum((one) => one.differingSec),
    longestDifferenceSec: Math.max(...all.map((one) => one.longestDifferenceSec)),
    residualDb: activeSec > 0 ? 10 * Math.log10(rest / activeSec) : 0,
  };
}

const shape = Float32Array.from({ length: FRAME }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / FRAME) ** 2);
const FIRST_BIN = Math.ceil((LOWEST_HZ * FRAME) / BED_RATE_HZ);
const LAST_BIN = Math.floor((HIGHEST_HZ * FRAME) / BED_RATE_HZ);

/** Packed spectra of all frames, moved earlier by a part of a sample. */
function spectra(signal: Float32Array, frames: number, earlierSamples: number): Float32Array[] {
  const fft = sharedFft(FRAME);
  const frame = new Float32Array(FRAME);
  return Array.from({ length: frames }, (_, t) => {
    for (let i = 0; i < FRAME; i += 1) frame[i] = signal[t * HOP + i]! * shape[i]!;
    const packed = new Float32Array(FRAME);
    fft.forward(frame, packed);
    if (earlierSamples !== 0) rotate(packed, earlierSamples);
    return packed;
  });
}

function rotate(packed: Float32Array, earlierSamples: number): void {
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
    const angle = (2 * Math.PI * bin * earlierSamples) / FRAME;
    const re = packed[2 * bin]!;
    const im = packed[2 * bin + 1]!;
    packed[2 * bin] = re * Math.cos(angle) - im * Math.sin(angle);
    packed[2 * bin + 1] = re * Math.sin(angle) + im * Math.cos(angle);
  }
}

type Gain = { re: number; im: number };

/** Complex gain of `b` over `a` that fits each band best, over the whole time. */
function bandGains(a: readonly Float32Array[], b: readonly Float32Array[]): Gain[] {
  const sums = Array.from({ length: BANDS }, () => ({ re: 0, im: 0, energy: 0 }));
  for (const [t, frameA] of a.entries()) {
    const frameB = b[t]!;
    for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
      const sum = sums[BAND_OF_BIN[bin]!]!;
      const [aRe, aIm, bRe, bIm] = [
        frameA[2 * bin]!,
        frameA[2 * bin + 1]!,
        frameB[2 * bin]!,
        frameB[2 * bin + 1]!,
      ];
      sum.re += aRe * bRe + aIm * bIm;
      sum.im += aRe * bIm - aIm * bRe;
      sum.energy += aRe * aRe + aIm * aIm;
    }
  }
  return sums.map(({ re, im, energy }) =>
    energy > 0 ? { re: re / energy, im: im / energy } : { re: 0, im: 0 },
  );
}

const BAND_OF_BIN = Uint8Array.from({ length: LAST_BIN + 1 }, (_, bin) => {
  const octaves = Math.log2(Math.max(1, bin / FIRST_BIN)) / Math.log2((LAST_BIN + 1) / FIRST_BIN);
  return Math.min(BANDS - 1, Math.floor(octaves * BANDS));
});

function judge(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  gains: readonly Gain[],
): SoundComparison {
  const frames = a.map((frameA, t) => compareFrame(frameA, b[t]!, gains));
  const threshold = frames.reduce((most, frame) => Math.max(most, frame.power), 0) * 10 ** (ACTIVE_DB / 10);
  const active = frames.filter((frame) => frame.power > threshold);
  let run = 0;
  let longest = 0;
  for (const frame of active) {
    run = isDifferent(frame) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  const rest = active.reduce((sum, frame) => sum + frame.rest, 0);
  const power = active.reduce((sum, frame) => sum + frame.power, 0);
  const frameSec = HOP / BED_RATE_HZ;
  return {
    activeSec: active.length * frameSec,
    differingSec: active.filter(isDifferent).length * frameSec,
    longestDifferenceSec: longest * frameSec,
    residualDb: power > 0 ? 10 * Math.log10(Math.max(1e-9, rest / power)) : 0,
  };
}

type FrameRest = { rest: number; power: number };

function isDifferent({ rest, power }: FrameRest): boolean {
  return rest > DIFFERENT * power;
}

function compareFrame(frameA: Float32Array, frameB: Float32Array, gains: readonly Gain[]): FrameRest {
  let rest = 0;
  let power = 0;
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
    const gain = gains[BAND_OF_BIN[bin]!]!;
    const re = gain.re * frameA[2 * bin]! - gain.im * frameA[2 * bin + 1]!;
    const im = gain.re * frameA[2 * bin + 1]! + gain.im * frameA[2 * bin]!;
    const bRe = frameB[2 * bin]!;
    const bIm = frameB[2 * bin + 1]!;
    rest += (bRe - re) ** 2 + (bIm - im) ** 2;
    power += (re * re + im * im + bRe * bRe + bIm * bIm) / 2;
  }
  return { rest, power };
}
