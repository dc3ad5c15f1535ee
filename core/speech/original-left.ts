/**
 * How much of the original's speech is left in a dub. Where somebody speaks in the original, spots of time and pitch
 * that tower over its bed are the original's voice and nothing else. A clean dub has other words there, in no fixed
 * phase to them; a dub with the original under it has each of these spots again, at one gain. That gain is estimated for
 * every sixth of a second, and the middle one counts, so that a bang that both beds share does not (our method;
 * measured in docs/checks.md).
 */
import { LISTENING_RATE_HZ } from '../align/sound-reader.ts';
import { BIN_HZ, FRAME_SAMPLES, powerOf, spectraOf, voiceOfFrame } from './spectra.ts';

/** Voices carry their energy here. */
const FIRST_BIN = Math.round(250 / BIN_HZ);
const LAST_BIN = Math.round(3500 / BIN_HZ);
/** A frame is voice above this probability, and bed where none within 96 ms reaches the other. */
const VOICE = 0.6;
const NO_VOICE = 0.2;
const BED_MARGIN_FRAMES = 6;
/** Fewer frames of bed than this (0.24 s) say nothing about it: then the quiet fifth of all frames stands for it. */
const LEAST_BED_FRAMES = 15;
/** A spot is voice when it has ten times the power of the bed. */
const ABOVE_BED = 10;
const LEAST_SPOTS = 100;
/** The leftover may sit this far from where the beds fit, samples (1.5 ms). */
const LAG_REACH = 24;
/** Length of a block, frames (160 ms). */
const BLOCK_FRAMES = 10;
const BLOCK_SEC = (BLOCK_FRAMES * FRAME_SAMPLES) / 2 / LISTENING_RATE_HZ;
/** Most of a frame's energy: what subtraction of a copy leaves after lossy coding is less. */
const OTHER_VOICE = 0.5;
/** Places where nothing can fit, for comparison; the nearest is this far off, frames (160 ms). */
const NULL_PLACES = 16;
const NEAREST_NULL = 10;

/** One block of 160 ms: the gain of the original's voice in the dub, and its energy in the original. */
export type VoiceBlock = { gain: number; energy: number };

/** What is left of the original's speech in one stretch of a dub. */
export type StretchLeft = {
  blocks: VoiceBlock[];
  /** Gain that turns up by chance, at places where nothing can fit. */
  chanceGain: number;
  /** Gain of the original's bed in the dub where nobody speaks; null where that is too short or too quiet to tell. */
  bedGain: number | null;
  /** Energy of the original and of the dub in frames of original speech. */
  originalEnergy: number;
  dubEnergy: number;
  /** Share of the frames of original speech in which most of the dub's energy is not the original's. */
  otherVoiceShare: number;
};

/** What is left of the original's speech in a dub. */
export type OriginalInDub = {
  /** Middle gain of the original's voice in the dub: 1 is as loud as in the original. */
  gain: number;
  /** The same, as a level against the whole dub while the original speaks, dB; -80 for nothing. */
  underDb: number;
  /** The level that turns up by chance, dB. */
  chanceDb: number;
  /** Gain of the original's bed in the dub; null where it cannot be told. */
  bedGain: number | null;
  /** Share of original speech, 0..1, with another voice over it. */
  otherVoiceShare: number;
  /** Spread of the level over time: 16 gains against the dub's loudness, each of an equal part of the speech. */
  spread: Float32Array;
  /** Original speech that was compared, s. */
  comparedSec: number;
};

const SPREAD = 16;
const NOTHING_DB = -80;

/** Joins the stretches of a track; null without any. */
export function joinStretches(stretches: readonly StretchLeft[]): OriginalInDub | null {
  if (stretches.length === 0) return null;
  const sum = (of: (stretch: StretchLeft) => number): number =>
    stretches.reduce((all, one) => all + of(one), 0);
  const originalEnergy = sum((stretch) => stretch.originalEnergy);
  const level = Math.sqrt(
    originalEnergy /
      Math.max(
        1e-12,
        sum((stretch) => stretch.dubEnergy),
      ),
  );
  const blocks = stretches.flatMap((stretch) => stretch.blocks);
  const gain = middleGain(blocks);
  const chance = sum(({ chanceGain, originalEnergy: energy }) => chanceGain * energy) / originalEnergy;
  const beds = stretches.flatMap(({ bedGain }) => (bedGain === null ? [] : [bedGain])).sort((a, b) => a - b);
  return {
    gain,
    underDb: levelDb(gain * level),
    // Chance falls with the square root of what is averaged.
    chanceDb: levelDb((chance * level) / Math.sqrt(stretches.length)),
    bedGain: beds[beds.length >> 1] ?? null,
    otherVoiceShare:
      sum(({ otherVoiceShare, blocks: own }) => otherVoiceShare * own.length) / Math.max(1, blocks.length),
    spread: Float32Array.from({ length: SPREAD }, (_, i) => level * middleGain(blocks, (i + 0.5) / SPREAD)),
    comparedSec: blocks.length * BLOCK_SEC,
  };
}

/** A gain against the dub's own loudness as a level, dB, -80 at least. */
export function levelDb(gain: number): number {
  return gain <= 0 ? NOTHING_DB : Math.max(NOTHING_DB, 20 * Math.log10(gain));
}

/**
 * Compares a stretch of an original with the same stretch of a dub, aligned (within 1.5 ms). `voice`, `dubVoice`: their
 * probabilities of voice every 32 ms. Null where the original says too little to tell.
 */
export function measureOriginalLeft(
  original: Float32Array,
  dub: Float32Array,
  voice: Float32Array,
  dubVoice: Float32Array,
): StretchLeft | null {
  const from = spectraOf(original);
  const to = spectraOf(dub);
  const count = Math.min(from.length, to.length);
  const quiet = quietFrames(voice, count);
  const spots = voiceSpots(from, count, voice, quiet);
  if (spots.reduce((sum, { bins }) => sum + bins.length, 0) < LEAST_SPOTS) return null;
  const { lag } = bestGain(from, to, spots, 0, count);
  const blocks = blockGains(from, to, spots, lag);
  const gain = middleGain(blocks);
  const bothQuiet = quiet.filter((t) => voiceOfFrame(dubVoice, t) < NO_VOICE);
  const energyOf = (spectra: readonly Float32Array[]): number =>
    spots.reduce((sum, { t }) => sum + bandPower(spectra[t]!), 0);
  const rests = spots.map(({ t }) => restShare(from[t]!, to[t]!, gain, lag));
  return {
    blocks,
    chanceGain: chanceGain(from, to, spots, count),
    bedGain: bedGain(from, to, bothQuiet, lag),
    originalEnergy: energyOf(from),
    dubEnergy: energyOf(to),
    otherVoiceShare: rests.filter((share) => share > OTHER_VOICE).length / rests.length,
  };
}

/** The gain at `share` (default: the middle) of blocks, lowest first, each counting by its energy; 0 without blocks. */
export function middleGain(blocks: readonly VoiceBlock[], share = 0.5): number {
  const sorted = [...blocks].sort((a, b) => a.gain - b.gain);
  const total = sorted.reduce((sum, { energy }) => sum + energy, 0);
  let reached = 0;
  for (const { gain, energy } of sorted) {
    reached += energy;
    if (reached >= total * share) return gain;
  }
  return 0;
}

type Spots = { t: number; bins: number[] }[];

function quietFrames(voice: Float32Array, count: number): number[] {
  const frames: number[] = [];
  let since = BED_MARGIN_FRAMES;
  for (let t = 0; t < count; t += 1) {
    since = voiceOfFrame(voice, t) < NO_VOICE ? since + 1 : 0;
    // Frame t - margin has no voice on either side.
    if (since > 2 * BED_MARGIN_FRAMES) frames.push(t - BED_MARGIN_FRAMES);
  }
  return frames;
}

function voiceSpots(
  from: readonly Float32Array[],
  count: number,
  voice: Float32Array,
  quiet: readonly number[],
): Spots {
  const isKnown = quiet.length >= LEAST_BED_FRAMES;
  const bedFrames = isKnown ? quiet : Array.from({ length: count }, (_, t) => t);
  const bed = Array.from({ length: LAST_BIN + 1 }, (_, bin) => {
    if (bin < FIRST_BIN) return 0;
    const powers = Float32Array.from(bedFrames, (t) => powerOf(from[t]!, bin)).sort();
    return isKnown ? powers[Math.floor(powers.length * 0.9)]! : 4 * powers[Math.floor(powers.length * 0.2)]!;
  });
  const spots: Spots = [];
  for (let t = 0; t < count; t += 1) {
    if (voiceOfFrame(voice, t) < VOICE) continue;
    const bins: number[] = [];
    for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
      if (powerOf(from[t]!, bin) > ABOVE_BED * bed[bin]! + 1e-9) bins.push(bin);
    }
    if (bins.length > 0) spots.push({ t, bins });
  }
  return spots;
}

/** Gain of `from` in `to`, shifted by whole frames, at the lag near 0 where it is largest. */
function bestGain(
  from: readonly Float32Array[],
  to: readonly Float32Array[],
  spots: Spots,
  shiftFrames: number,
  count: number,
): { gain: number; lag: number } {
  const re = new Float64Array(LAST_BIN + 1);
  const im = new Float64Array(LAST_BIN + 1);
  let energy = 0;
  for (const { t, bins } of spots) {
    const a = from[t]!;
    const b = to[(t + shiftFrames) % count]!;
    for (const bin of bins) {
      const i = 2 * bin;
      re[bin]! += b[i]! * a[i]! + b[i + 1]! * a[i + 1]!;
      im[bin]! += b[i + 1]! * a[i]! - b[i]! * a[i + 1]!;
      energy += a[i]! * a[i]! + a[i + 1]! * a[i + 1]!;
    }
  }
  let best = { gain: Number.NEGATIVE_INFINITY, lag: 0 };
  for (let lag = -LAG_REACH; lag <= LAG_REACH; lag += 1) {
    let sum = 0;
    for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
      const turn = turnOf(bin, lag);
      sum += re[bin]! * turn.cos - im[bin]! * turn.sin;
    }
    if (sum / energy > best.gain) best = { gain: sum / energy, lag };
  }
  return best;
}

const COS = Float64Array.from({ length: FRAME_SAMPLES }, (_, i) =>
  Math.cos((2 * Math.PI * i) / FRAME_SAMPLES),
);
const SIN = Float64Array.from({ length: FRAME_SAMPLES }, (_, i) =>
  Math.sin((2 * Math.PI * i) / FRAME_SAMPLES),
);

const BAND = Array.from({ length: LAST_BIN - FIRST_BIN + 1 }, (_, i) => FIRST_BIN + i);

/** What moves bin `bin` earlier by `lag` samples. */
function turnOf(bin: number, lag: number): { cos: number; sin: number } {
  const at = (((bin * lag) % FRAME_SAMPLES) + FRAME_SAMPLES) % FRAME_SAMPLES;
  return { cos: COS[at]!, sin: SIN[at]! };
}

/** The part of a frame of `b` that is a frame of `a`: its gain times the energy of `a`, and that energy. */
function project(a: Float32Array, b: Float32Array, bins: readonly number[], lag: number): [number, number] {
  let sum = 0;
  let energy = 0;
  for (const bin of bins) {
    const i = 2 * bin;
    const turn = turnOf(bin, lag);
    const re = b[i]! * a[i]! + b[i + 1]! * a[i + 1]!;
    const im = b[i + 1]! * a[i]! - b[i]! * a[i + 1]!;
    sum += re * turn.cos - im * turn.sin;
    energy += a[i]! * a[i]! + a[i + 1]! * a[i + 1]!;
  }
  return [sum, energy];
}

function blockGains(from: readonly Float32Array[], to: readonly Float32Array[], spots: Spots, lag: number) {
  const blocks = new Map<number, { sum: number; energy: number }>();
  for (const { t, bins } of spots) {
    const key = Math.floor(t / BLOCK_FRAMES);
    const block = blocks.get(key) ?? { sum: 0, energy: 0 };
    const [sum, energy] = project(from[t]!, to[t]!, bins, lag);
    block.sum += sum;
    block.energy += energy;
    blocks.set(key, block);
  }
  return [...blocks.values()].map(({ sum, energy }) => ({ gain: sum / energy, energy }));
}

function chanceGain(from: readonly Float32Array[], to: readonly Float32Array[], spots: Spots, count: number) {
  const room = count - 2 * NEAREST_NULL;
  if (room < NULL_PLACES) return Number.POSITIVE_INFINITY;
  const gains = Array.from({ length: NULL_PLACES }, (_, i) => {
    const shift = NEAREST_NULL + Math.floor((i * room) / NULL_PLACES);
    return middleGain(
      blockGains(from, rolled(to, shift, count), spots, bestGain(from, to, spots, shift, count).lag),
    );
  });
  return Math.max(...gains.map(Math.abs));
}

function rolled(spectra: readonly Float32Array[], shift: number, count: number): Float32Array[] {
  return Array.from({ length: count }, (_, t) => spectra[(t + shift) % count]!);
}

function bedGain(
  from: readonly Float32Array[],
  to: readonly Float32Array[],
  frames: readonly number[],
  lag: number,
): number | null {
  if (frames.length < LEAST_BED_FRAMES) return null;
  let sum = 0;
  let energy = 0;
  let other = 0;
  for (const t of frames) {
    const [part, power] = project(from[t]!, to[t]!, BAND, lag);
    sum += part;
    energy += power;
    other += bandPower(to[t]!);
  }
  if (energy <= 0 || other <= 0) return null;
  // A fit that explains less than a fifth of the dub's bed is no gain of it.
  return (sum * sum) / (energy * other) < 0.2 ? null : Math.max(0, sum / energy);
}

/** Share of a dub's frame that is left when the original is taken out of it. */
function restShare(a: Float32Array, b: Float32Array, gain: number, lag: number): number {
  const whole = bandPower(b);
  const [sum, energy] = project(a, b, BAND, lag);
  return whole > 0 ? (whole - 2 * gain * sum + gain * gain * energy) / whole : 0;
}

function bandPower(spectrum: Float32Array): number {
  let power = 0;
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) power += powerOf(spectrum, bin);
  return power;
}
