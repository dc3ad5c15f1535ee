/** Sound as numbers: a timeline to add to, filters, noise, levels. Mono, 48 kHz, full scale is 1. */
import type { RandomStream } from '../../core/rng.ts';
import { SCENE_SEC } from './scene.ts';

export const SAMPLE_RATE_HZ = 48_000;
/** Sound is made this long before and after the scene, so that a shifted track goes on at its edges. */
export const MARGIN_SEC = 1;

/** Samples from `-MARGIN_SEC` to `SCENE_SEC + MARGIN_SEC`. */
export class Timeline {
  readonly samples = new Float32Array((SCENE_SEC + 2 * MARGIN_SEC) * SAMPLE_RATE_HZ);

  /** Adds `wave(secondsSinceStart)` from `startSec` on; what falls outside the timeline is left out. */
  add(startSec: number, durationSec: number, wave: (sinceSec: number) => number): void {
    const start = Math.round((startSec + MARGIN_SEC) * SAMPLE_RATE_HZ);
    const end = Math.min(this.samples.length, start + Math.round(durationSec * SAMPLE_RATE_HZ));
    for (let i = Math.max(0, start); i < end; i += 1) this.samples[i]! += wave((i - start) / SAMPLE_RATE_HZ);
  }

  /** Adds samples from `startSec` on, `gain` times. */
  addSamples(startSec: number, added: Float32Array, gain = 1): void {
    const start = Math.round((startSec + MARGIN_SEC) * SAMPLE_RATE_HZ);
    for (let i = Math.max(0, -start); i < added.length && start + i < this.samples.length; i += 1) {
      this.samples[start + i]! += added[i]! * gain;
    }
  }

  /** A new noise as long as the timeline. */
  noise(random: RandomStream): Float32Array {
    return whiteNoise(random, this.samples.length);
  }
}

/** The scene's own seconds of a timeline that sounds `laterSec` late (negative: early). |laterSec| up to 1. */
export function cutScene(samples: Float32Array, laterSec: number): Float32Array {
  const start = Math.round((MARGIN_SEC - laterSec) * SAMPLE_RATE_HZ);
  return samples.slice(start, start + SCENE_SEC * SAMPLE_RATE_HZ);
}

/** Uniform white noise in -1..1. */
export function whiteNoise(random: RandomStream, length: number): Float32Array {
  const noise = new Float32Array(length);
  for (let i = 0; i < length; i += 1) noise[i] = random.uniform() * 2 - 1;
  return noise;
}

/** A short burst of noise that falls by e every `decaySec`, filtered to `frequencyHz`. */
export function burst(random: RandomStream, frequencyHz: number, q: number, decaySec: number): Float32Array {
  const noise = whiteNoise(random, Math.round(decaySec * 6 * SAMPLE_RATE_HZ));
  for (let i = 0; i < noise.length; i += 1) noise[i]! *= Math.exp(-i / SAMPLE_RATE_HZ / decaySec);
  return filtered(noise, 'bandpass', frequencyHz, q);
}

/** Which frequencies a filter lets through. */
export type FilterKind = 'lowpass' | 'highpass' | 'bandpass' | 'peak' | 'highshelf';

/**
 * A second-order filter (R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"), in place.
 * `gainDb` counts for 'peak' and 'highshelf'. Returns `samples`.
 */
export function filtered(
  samples: Float32Array,
  kind: FilterKind,
  frequencyHz: number,
  q = Math.SQRT1_2,
  gainDb = 0,
): Float32Array {
  const [b0, b1, b2, a1, a2] = coefficients(kind, (2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ, q, gainDb);
  let z1 = 0;
  let z2 = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i]!;
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    samples[i] = y;
  }
  return samples;
}

type Coefficients = readonly [number, number, number, number, number];

function coefficients(kind: FilterKind, omega: number, q: number, gainDb: number): Coefficients {
  const cos = Math.cos(omega);
  const alpha = Math.sin(omega) / (2 * q);
  const a = 10 ** (gainDb / 40);
  const scaled = (
    b: readonly [number, number, number],
    d: readonly [number, number, number],
  ): Coefficients => {
    return [b[0] / d[0], b[1] / d[0], b[2] / d[0], d[1] / d[0], d[2] / d[0]];
  };
  const plain = [1 + alpha, -2 * cos, 1 - alpha] as const;
  if (kind === 'lowpass') return scaled([(1 - cos) / 2, 1 - cos, (1 - cos) / 2], plain);
  if (kind === 'highpass') return scaled([(1 + cos) / 2, -1 - cos, (1 + cos) / 2], plain);
  if (kind === 'bandpass') return scaled([alpha, 0, -alpha], plain);
  if (kind === 'peak') {
    return scaled([1 + alpha * a, -2 * cos, 1 - alpha * a], [1 + alpha / a, -2 * cos, 1 - alpha / a]);
  }
  const root = 2 * Math.sqrt(a) * alpha;
  return scaled(
    [
      a * (a + 1 + (a - 1) * cos + root),
      -2 * a * (a - 1 + (a + 1) * cos),
      a * (a + 1 + (a - 1) * cos - root),
    ],
    [a + 1 - (a - 1) * cos + root, 2 * (a - 1 - (a + 1) * cos), a + 1 - (a - 1) * cos - root],
  );
}

/**
 * Lifts or lowers what lies above about 2 kHz by up to `gainDb`, without any delay (a symmetric kernel): for the small
 * differences between studios, which must not move the sound.
 */
export function tilted(samples: Float32Array, gainDb: number): Float32Array {
  const half = 12;
  const kernel = Float32Array.from({ length: 2 * half + 1 }, (_, i) => {
    return (1 + Math.cos((Math.PI * (i - half)) / (half + 1))) / (2 * (half + 1));
  });
  const lift = 10 ** (gainDb / 20) - 1;
  return samples.map((sample, i) => {
    let smooth = 0;
    for (let k = -half; k <= half; k += 1) smooth += kernel[k + half]! * (samples[i + k] ?? 0);
    return sample + lift * (sample - smooth);
  });
}

/** Root mean square of `samples`. */
export function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/** Largest magnitude in `samples`. */
export function peak(samples: Float32Array): number {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return largest;
}

/** Decibels as a factor on amplitudes. */
export function dbToGain(db: number): number {
  return 10 ** (db / 20);
}
