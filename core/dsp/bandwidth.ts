/**
 * Up to which frequency a track has sound. A codec's low-pass and a lower sample rate in a track's past leave a cliff:
 * sound up to it, next to nothing above. Natural sound thins out slowly and has no cliff.
 */
import { energyOf } from './energy.ts';
import { sharedFft } from './fft.ts';

const FRAME = 2048;
/** One frame in so many samples is looked at. */
const EVERY = 4096;
/** Width of a band, Hz; cliffs below `LOWEST_HZ` are the sound's own nature. */
const BAND_HZ = 250;
const LOWEST_HZ = 2000;
/** Quieter frames are not looked at: codecs leave out what they like there, dBFS. */
const QUIETEST_DB = -60;
/** A band is as loud as it is in the loudest tenth of the frames: clicks are rarer, sibilants are not. */
const LOUD_SHARE = 0.1;
/** The cliff: from the three bands below to the loudest above a transition of two bands, dB. */
const CLIFF_DB = 20;
/** Its lower edge is where the drop is within this of the steepest, dB. */
const SAME_CLIFF_DB = 6;
/** Filters fall off over some bands; the sound ends where they have taken this much, dB. */
const SLOPE_BANDS = 5;
const SLOPE_DB = 10;
const FOOT_BANDS = 3;
const TRANSITION_BANDS = 2;
/** Bands quieter than this hold nothing that could end, dB of full scale. */
const SILENT_BAND_DB = -130;
const LEVELS = 200;

/** Gathers the long-term spectrum of a track in 250 Hz bands. `initFft` must have resolved before. */
export class BandwidthMeter {
  readonly #sampleRateHz: number;
  readonly #frame = new Float32Array(FRAME);
  readonly #spectrum = new Float32Array(FRAME);
  readonly #bands: number;
  /** How often each band had each level, 1 dB a step, -200 dB first. */
  readonly #counts: Uint32Array;
  #frames = 0;
  #at = 0;

  /** `sampleRateHz`: of the samples to come. */
  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
    this.#bands = Math.floor(sampleRateHz / 2 / BAND_HZ);
    this.#counts = new Uint32Array(this.#bands * LEVELS);
  }

  /** Takes `samples[from..to)`, mono. */
  push(samples: Float32Array, from: number, to: number): void {
    let next = from;
    while (next < to) {
      if (this.#at >= FRAME) {
        const skipped = Math.min(EVERY - this.#at, to - next);
        next += skipped;
        this.#at += skipped;
        if (this.#at === EVERY) this.#at = 0;
        continue;
      }
      const taken = Math.min(FRAME - this.#at, to - next);
      this.#frame.set(samples.subarray(next, next + taken), this.#at);
      next += taken;
      this.#at += taken;
      if (this.#at === FRAME) this.#count();
    }
  }

  /** Where the sound ends, Hz: half the sample rate where it has no cliff, or where nothing was loud enough to tell. */
  finish(): number {
    const half = this.#sampleRateHz / 2;
    if (this.#frames === 0) return half;
    const levels = Array.from({ length: this.#bands }, (_, band) => this.#levelOf(band));
    const drops = levels.map((_, band) => dropAt(levels, band));
    const steepest = Math.max(...drops);
    if (steepest < CLIFF_DB) return half;
    const edge = drops.findIndex((drop) => drop >= steepest - SAME_CLIFF_DB);
    return edgeOf(levels, edge) * BAND_HZ;
  }

  #count(): void {
    const frame = this.#frame;
    const spectrum = this.#spectrum;
    if (10 * Math.log10(energyOf(frame, 0, FRAME) / FRAME + 1e-20) < QUIETEST_DB) return;
    for (let i = 0; i < FRAME; i += 1) frame[i] = frame[i]! * SHAPE[i]!;
    sharedFft(FRAME).forward(frame, spectrum);
    this.#frames += 1;
    const binsPerBand = (BAND_HZ * FRAME) / this.#sampleRateHz;
    for (let band = 0; band < this.#bands; band += 1) {
      const first = Math.max(1, Math.round(band * binsPerBand));
      const end = Math.min(FRAME / 2, Math.max(first + 1, Math.round((band + 1) * binsPerBand)));
      const power = (energyOf(spectrum, 2 * first, 2 * end) / (end - first)) * SCALE;
      const step = Math.max(0, Math.min(LEVELS - 1, Math.round(10 * Math.log10(power + 1e-20)) + LEVELS - 1));
      this.#counts[band * LEVELS + step]! += 1;
    }
  }

  /** Level that a band reaches in the loudest tenth of the frames, dB. */
  #levelOf(band: number): number {
    let seen = 0;
    for (let step = LEVELS - 1; step >= 0; step -= 1) {
      seen += this.#counts[band * LEVELS + step]!;
      if (seen >= LOUD_SHARE * this.#frames) return step - (LEVELS - 1);
    }
    return -LEVELS;
  }
}

/** From the bands below to the loudest above, dB; 0 where no cliff is looked for. */
function dropAt(levels: readonly number[], band: number): number {
  if (band < LOWEST_HZ / BAND_HZ || band + TRANSITION_BANDS >= levels.length) return 0;
  const below = Math.min(...levels.slice(band - FOOT_BANDS, band));
  const above = Math.max(...levels.slice(band + TRANSITION_BANDS));
  return below <= SILENT_BAND_DB ? 0 : below - above;
}

/** The upper end of the last band before a cliff that is about as loud as those before it. */
function edgeOf(levels: readonly number[], cliff: number): number {
  const before = levels.slice(Math.max(0, cliff - 2 * SLOPE_BANDS), cliff - SLOPE_BANDS);
  const usual = Math.min(...before);
  for (let band = cliff; band > cliff - SLOPE_BANDS; band -= 1) {
    if (levels[band - 1]! >= usual - SLOPE_DB) return band;
  }
  return cliff;
}

/** Hann: what leaks far away is below -130 dB. */
const SHAPE = Float32Array.from({ length: FRAME }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / FRAME) ** 2);
/** A sine at full scale reads 0 dB in its bin. */
const SCALE = (4 / FRAME) ** 2;
