/** Measures a track while it streams past, once, in all its channels. */
import { InvariantError } from '../domain/errors.ts';
import { BandwidthMeter } from './bandwidth.ts';
import { ChannelMeter, HISTORY } from './channel-meter.ts';
import { energyOf } from './energy.ts';
import { GrowingLevels } from './growing-levels.ts';
import type { Clipping } from './level.ts';
import { integratedLoudness, LOUDNESS_STEP_SEC, loudnessRange } from './loudness.ts';
import { LEVEL_STEP_SEC, type TrackMeasures } from './track-measures.ts';

const STEPS_PER_SEC = Math.round(1 / LEVEL_STEP_SEC);
const STEPS_PER_ENERGY = Math.round(LOUDNESS_STEP_SEC / LEVEL_STEP_SEC);
/** Larger samples, infinite and undefined ones count as 0. */
const LARGEST_SAMPLE = 1000;
/** Below, a channel has no sound whose correlation could be told, dBFS. */
const SILENT_CHANNEL_DB = -80;
const SILENCE_DB = -200;
/** BS.1770-4, table 3, as FFmpeg's meter has it: channels beside and behind. */
const SURROUND_WEIGHT = 1.41;
/** FFmpeg's order of channels by their number; s beside or behind, l low frequency effects, which do not count. */
const LAYOUTS: readonly string[] = ['', 'm', 'mm', 'mml', 'mmms', 'mmmss', 'mmmlss', 'mmmlsss', 'mmmlssss'];

/**
 * One pass over a track. `initFft` must have resolved before. Memory: a few hundred kilobytes, and 0.5 MB for each hour.
 */
export class TrackMeter {
  readonly #sampleRateHz: number;
  readonly #channels: ChannelMeter[];
  readonly #weights: number[];
  readonly #mean: Float32Array;
  readonly #bandwidth: BandwidthMeter;
  readonly #levels = new GrowingLevels(Int8Array);
  readonly #energies = new GrowingLevels(Float64Array);
  /** Frames of the step that is being gathered, and how many it will have. */
  #filled = 0;
  #stepLength: number;
  #steps = 0;
  #frames = 0;
  #invalid = 0;
  /** Of the first two channels. */
  #product = 0;
  /** Of the 100 ms that are being gathered: of the mean of all channels, and K-weighted of all channels. */
  #meanEnergy = 0;
  #weightedEnergy = 0;
  #partFrames = 0;
  #loudest = 0;

  /** @throws InvariantError for no channels or no rate. */
  constructor({ sampleRateHz, channels }: { sampleRateHz: number; channels: number }) {
    if (!(sampleRateHz >= STEPS_PER_SEC) || !(channels >= 1)) {
      throw new InvariantError(`A track of ${channels} channels at ${sampleRateHz} Hz cannot be measured.`);
    }
    this.#sampleRateHz = sampleRateHz;
    const longest = Math.max(HISTORY, Math.ceil(sampleRateHz / STEPS_PER_SEC) + 1);
    this.#channels = Array.from({ length: channels }, () => new ChannelMeter(sampleRateHz, longest));
    this.#weights = Array.from({ length: channels }, (_, i) => weightOf(LAYOUTS[channels]?.[i]));
    this.#mean = new Float32Array(longest);
    this.#bandwidth = new BandwidthMeter(sampleRateHz);
    this.#stepLength = this.#lengthOfStep(0);
  }

  /** Takes the next samples: whole frames, channels side by side, full scale 1. They are not kept. */
  push(interleaved: Float32Array): void {
    const width = this.#channels.length;
    const frames = Math.floor(interleaved.length / width);
    for (let next = 0; next < frames; ) {
      const count = Math.min(frames - next, this.#stepLength - this.#filled);
      for (let channel = 0; channel < width; channel += 1) {
        const { plane } = this.#channels[channel]!;
        this.#invalid += pick(
          interleaved,
          next * width + channel,
          width,
          plane,
          HISTORY + this.#filled,
          count,
        );
      }
      this.#filled += count;
      next += count;
      if (this.#filled === this.#stepLength) this.#endStep();
    }
  }

  /** All that was measured. Nothing may be pushed afterwards. `startSec`: when the first sample is heard. */
  finish(startSec: number): TrackMeasures {
    if (this.#filled > 0) this.#endStep();
    this.#endPart();
    const energies = this.#energies.values();
    const whole = Math.floor(this.#steps / STEPS_PER_ENERGY);
    const full = energies.subarray(0, whole);
    const truePeak = Math.max(...this.#channels.map((channel) => channel.truePeak()));
    return {
      sampleRateHz: this.#sampleRateHz,
      channels: this.#channels.length,
      startSec,
      durationSec: this.#frames / this.#sampleRateHz,
      invalidSamples: this.#invalid,
      peak: Math.max(...this.#channels.map(({ peak }) => peak)),
      loudestDb: powerDb(this.#loudest),
      clipping: worst(this.#channels.map((channel) => channel.clipping())),
      integratedLufs: integratedLoudness(full),
      rangeLu: loudnessRange(full),
      truePeakDb: powerDb(truePeak * truePeak),
      levelsDb: this.#levels.values(),
      channelDb: this.#channels.map(({ energy }) => powerDb(energy / Math.max(1, this.#frames))),
      stereoCorrelation: this.#correlation(),
      bandwidthHz: this.#bandwidth.finish(),
    };
  }

  #lengthOfStep(step: number): number {
    const end = (count: number): number => Math.round((count * this.#sampleRateHz) / STEPS_PER_SEC);
    return end(step + 1) - end(step);
  }

  #endStep(): void {
    const length = this.#filled;
    const energy = this.#mixDown(length);
    this.#bandwidth.push(this.#mean, 0, length);
    this.#levels.add(Math.max(-127, Math.round(powerDb(energy / length))));
    for (const [i, channel] of this.#channels.entries()) {
      this.#weightedEnergy += this.#weights[i]! * channel.step(length);
    }
    this.#meanEnergy += energy;
    this.#partFrames += length;
    this.#frames += length;
    this.#steps += Number(length === this.#stepLength);
    this.#filled = 0;
    this.#stepLength = this.#lengthOfStep(this.#steps);
    if (this.#steps % STEPS_PER_ENERGY === 0) this.#endPart();
  }

  /** The mean of all channels and what the first two have in common. @returns the mean's energy. */
  #mixDown(length: number): number {
    const mean = this.#mean;
    const [first, second, ...others] = this.#channels.map(({ plane }) => plane) as [
      Float32Array,
      ...Float32Array[],
    ];
    if (second === undefined) {
      mean.set(first.subarray(HISTORY, HISTORY + length));
      return energyOf(mean, 0, length);
    }
    this.#product += mixTwo(first, second, 1 / this.#channels.length, mean, length);
    for (const plane of others) addScaled(mean, plane, 1 / this.#channels.length, length);
    return energyOf(mean, 0, length);
  }

  /** Ends 100 ms; an unfinished last one counts as if silence followed. */
  #endPart(): void {
    if (this.#partFrames === 0) return;
    const whole = Math.max(this.#partFrames, this.#sampleRateHz * LOUDNESS_STEP_SEC);
    this.#loudest = Math.max(this.#loudest, this.#meanEnergy / whole);
    this.#energies.add(this.#weightedEnergy / whole);
    this.#meanEnergy = 0;
    this.#weightedEnergy = 0;
    this.#partFrames = 0;
  }

  #correlation(): number | null {
    const [first, second] = this.#channels;
    if (first === undefined || second === undefined) return null;
    const least = this.#frames * 10 ** (SILENT_CHANNEL_DB / 10);
    if (this.#frames === 0 || first.energy <= least || second.energy <= least) return null;
    return Math.max(-1, Math.min(1, this.#product / Math.sqrt(first.energy * second.energy)));
  }
}

function weightOf(place: string | undefined): number {
  if (place === 'l') return 0;
  return place === 's' ? SURROUND_WEIGHT : 1;
}

function powerDb(power: number): number {
  return power > 0 ? Math.max(SILENCE_DB, 10 * Math.log10(power)) : SILENCE_DB;
}

/** Of the channel that looks most clipped. */
function worst(channels: Clipping[]): Clipping {
  const sign = ({ nearFullScaleShare, flatTopShare }: Clipping): number =>
    Math.max(nearFullScaleShare, flatTopShare);
  return channels.reduce((most, channel) => (sign(channel) > sign(most) ? channel : most));
}

/** Copies one channel. @returns how many samples are no numbers; they become 0. */
function pick(
  interleaved: Float32Array,
  from: number,
  width: number,
  plane: Float32Array,
  start: number,
  count: number,
): number {
  let invalid = 0;
  for (let i = start, at = from; i < start + count; i += 1, at += width) {
    const x = interleaved[at]!;
    if (x >= -LARGEST_SAMPLE && x <= LARGEST_SAMPLE) {
      plane[i] = x;
    } else {
      plane[i] = 0;
      invalid += 1;
    }
  }
  return invalid;
}

/** Writes the scaled sum of two channels. @returns the sum of their products. */
function mixTwo(a: Float32Array, b: Float32Array, scale: number, mean: Float32Array, length: number): number {
  let product = 0;
  for (let i = 0; i < length; i += 1) {
    const x = a[HISTORY + i]!;
    const y = b[HISTORY + i]!;
    product += x * y;
    mean[i] = (x + y) * scale;
  }
  return product;
}

function addScaled(mean: Float32Array, plane: Float32Array, scale: number, length: number): void {
  for (let i = 0; i < length; i += 1) mean[i]! += plane[HISTORY + i]! * scale;
}
