/**
 * At which speed a dub runs, by where things begin in both. Evidence of all places is added up for each speed and shift
 * (for a dub at one speed they agree), so that it may be weak at each of them.
 */
import { nextFftSize, sharedFft } from '../dsp/fft.ts';
import { ONSET_RATE_HZ, type Onsets } from './onsets.ts';
import { NAMED_SPEEDS } from './speed.ts';

const SLOWEST = 0.9;
const FASTEST = 1.1;
/** Chance reaches 5 over all speeds and shifts. */
const LEAST_HEIGHT = 7;
const LEAST_LEAD = 1.3;
/** Nearer than this to the best place in shift, s, and speed is the same place. */
const SAME_SEC = 0.3;
const SAME_SPEED = 0.03;

/** A stretch of the original and a longer one of the dub around where it is expected. */
export type OnsetPair = {
  original: Onsets;
  dub: Onsets;
  /** Where both begin in their tracks, s. */
  originalStartSec: number;
  dubStartSec: number;
};

/** A speed that was found. */
export type OnsetSpeed = {
  speed: number;
  speedUncertainty: number;
  /** The dub sounds `t / speed + offsetMs / 1000` s for what is at `t` s in the original. To about 20 ms. */
  offsetMs: number;
  /** Standard deviations of the evidence at other shifts. */
  height: number;
};

/** The speeds that are looked at for stretches of `stretchSec`. */
export function speedGrid(stretchSec: number): number[] {
  const step = Math.min(0.004, 0.05 / stretchSec);
  const count = Math.floor((FASTEST - SLOWEST) / step);
  const even = Array.from({ length: count + 1 }, (_, i) => SLOWEST + i * step);
  return [...even, 1, ...NAMED_SPEEDS.map(({ speed }) => speed)].sort((a, b) => a - b);
}

/** The speed and shift, of `speeds` and within `maxLagSec`, at which most agrees; null where nothing stands out. */
export function searchOnsetSpeed(
  pairs: readonly OnsetPair[],
  speeds: readonly number[],
  maxLagSec: number,
): OnsetSpeed | null {
  const maxLag = Math.round(maxLagSec * ONSET_RATE_HZ);
  const ready = pairs.map(prepare);
  const curves = speeds.map((speed) => {
    const sum = new Float32Array(2 * maxLag + 1);
    for (const pair of ready) addCurve(sum, pair, speed, maxLag);
    return sum;
  });
  const tops = curves.map(indexOfMax);
  const best = indexOfMax(curves.map((curve, i) => curve[tops[i]!]!));
  const top = tops[best]!;
  const deviation = deviationOf(curves[best]!, top);
  const height = curves[best]![top]! / deviation;
  const next = highestElsewhere(curves, speeds, speeds[best]!, top) / deviation;
  if (!(height >= LEAST_HEIGHT && height >= LEAST_LEAD * next)) return null;
  const near = speeds.filter((_, i) => curves[i]![tops[i]!]! >= 0.85 * curves[best]![top]!);
  const spread = Math.max(...near) - Math.min(...near);
  const step = (speeds.at(-1)! - speeds[0]!) / speeds.length;
  return {
    speed: speeds[best]!,
    speedUncertainty: Math.max(step / 2, spread / 4),
    offsetMs: ((top - maxLag) * 1000) / ONSET_RATE_HZ,
    height,
  };
}

type ReadyPair = OnsetPair & { spectra: Float32Array[]; size: number };

function prepare(pair: OnsetPair): ReadyPair {
  const size = nextFftSize(pair.dub[0]!.length + Math.ceil(pair.original[0]!.length / SLOWEST));
  const spectra = pair.dub.map((band) => transform(band, size));
  return { ...pair, spectra, size };
}

function transform(band: Float32Array, size: number): Float32Array {
  const spectrum = new Float32Array(size);
  sharedFft(size).forward(band, spectrum);
  return spectrum;
}

function addCurve(sum: Float32Array, pair: ReadyPair, speed: number, maxLag: number): void {
  const { original, spectra, size, dub } = pair;
  const product = new Float32Array(size);
  for (const [band, spectrum] of spectra.entries()) {
    const x = transform(atOnsetSpeed(original[band]!, speed), size);
    for (let i = 2; i < size; i += 2) {
      product[i]! += x[i]! * spectrum[i]! + x[i + 1]! * spectrum[i + 1]!;
      product[i + 1]! += x[i]! * spectrum[i + 1]! - x[i + 1]! * spectrum[i]!;
    }
  }
  const fit = new Float32Array(size);
  sharedFft(size).inverse(product, fit);
  const length = Math.floor(original[0]!.length / speed);
  const centre = Math.round((pair.originalStartSec / speed - pair.dubStartSec) * ONSET_RATE_HZ);
  for (let lag = -maxLag; lag <= maxLag; lag += 1) {
    const at = centre + lag;
    const overlap = Math.min(dub[0]!.length, at + length) - Math.max(0, at);
    if (overlap < length / 3) continue;
    sum[lag + maxLag]! += fit[at < 0 ? at + size : at]! / Math.sqrt(overlap);
  }
}

function atOnsetSpeed(band: Float32Array, speed: number): Float32Array {
  return Float32Array.from({ length: Math.floor(band.length / speed) }, (_, i) => {
    const place = i * speed;
    const whole = Math.floor(place);
    const part = place - whole;
    return band[whole]! * (1 - part) + (band[whole + 1] ?? 0) * part;
  });
}

function deviationOf(curve: Float32Array, top: number): number {
  const near = Math.round(SAME_SEC * ONSET_RATE_HZ);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < curve.length; i += 1) {
    if (Math.abs(i - top) <= near || curve[i] === 0) continue;
    sum += curve[i]! ** 2;
    count += 1;
  }
  return Math.sqrt(sum / Math.max(1, count)) || 1;
}

function highestElsewhere(
  curves: readonly Float32Array[],
  speeds: readonly number[],
  speed: number,
  top: number,
): number {
  const near = Math.round(SAME_SEC * ONSET_RATE_HZ);
  let highest = 0;
  for (const [k, curve] of curves.entries()) {
    const isNear = Math.abs(speeds[k]! - speed) <= SAME_SPEED;
    for (let i = 0; i < curve.length; i += 1) {
      if (curve[i]! > highest && !(isNear && Math.abs(i - top) <= near)) highest = curve[i]!;
    }
  }
  return highest;
}

function indexOfMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}
