/**
 * A track in half a kilobyte a second: the sign of its levelled sound below 2 kHz. Enough to recognise the same sound
 * anywhere else in a project, at any shift, without keeping or decoding the sound again.
 */
import { nextFftSize, sharedFft } from '../dsp/fft.ts';
import { BED_RATE_HZ } from './bed-signal.ts';

/** Signs a second, Hz. */
export const FINGERPRINT_RATE_HZ = 4000;
const DECIMATION = BED_RATE_HZ / FINGERPRINT_RATE_HZ;
const HALF_FILTER = 2 * DECIMATION;
/** Matches are looked for among shifts that leave at least this much in common, s. */
const LEAST_OVERLAP_SEC = 1;
/** Longer tracks are not compared as a whole (70 minutes). */
const LONGEST_TRANSFORM = 2 ** 24;
const NEIGHBOURHOOD = Math.round(0.005 * FINGERPRINT_RATE_HZ);

/** Signs, eight a byte, lowest bit first. */
export type Fingerprint = { readonly bits: Uint8Array; readonly length: number };

/** The fingerprint of a `flat` bed signal. */
export function fingerprintOf(flat: Float32Array): Fingerprint {
  const length = Math.floor(flat.length / DECIMATION);
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (let i = 0; i < length; i += 1) {
    let sum = 0;
    const centre = i * DECIMATION;
    for (let k = -HALF_FILTER; k <= HALF_FILTER; k += 1) {
      const at = centre + k;
      if (at >= 0 && at < flat.length) sum += flat[at]! * LOW_PASS[k + HALF_FILTER]!;
    }
    if (sum > 0) bits[i >> 3]! |= 1 << (i & 7);
  }
  return { bits, length };
}

/** Below 2 kHz; a sinc under a Hann window. */
const LOW_PASS = Float32Array.from({ length: 2 * HALF_FILTER + 1 }, (_, i) => {
  const x = (i - HALF_FILTER) / DECIMATION;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * Math.cos((Math.PI * (i - HALF_FILTER)) / (2 * HALF_FILTER + 2)) ** 2;
});

/** How well two fingerprints fit at their best shift. */
export type FingerprintMatch = {
  /** Standard deviations over the other shifts; chance reaches about 5. */
  height: number;
  /** Height over the best shift elsewhere. */
  ratio: number;
};

/** Compares at every shift that leaves a second in common, polarity aside. Height 0 where there is too little, or far too much. */
export function matchFingerprints(a: Fingerprint, b: Fingerprint): FingerprintMatch {
  const least = LEAST_OVERLAP_SEC * FINGERPRINT_RATE_HZ;
  const size = nextFftSize(a.length + b.length);
  if (Math.min(a.length, b.length) < least || size > LONGEST_TRANSFORM) return { height: 0, ratio: 1 };
  const correlation = correlate(a, b, size);
  let sum = 0;
  let best = 0;
  let bestLag = 0;
  const first = least - a.length;
  const last = b.length - least;
  const fitAt = (lag: number): number => {
    const overlap = Math.min(a.length, b.length - lag) - Math.max(0, -lag);
    return Math.abs(correlation[lag < 0 ? lag + size : lag]!) / Math.sqrt(overlap);
  };
  for (let lag = first; lag <= last; lag += 1) {
    const fit = fitAt(lag);
    sum += fit * fit;
    if (fit > best) [best, bestLag] = [fit, lag];
  }
  let second = 0;
  let near = 0;
  for (let lag = first; lag <= last; lag += 1) {
    const fit = fitAt(lag);
    if (Math.abs(lag - bestLag) <= NEIGHBOURHOOD) near += fit * fit;
    else second = Math.max(second, fit);
  }
  const deviation = Math.sqrt(Math.max(1e-12, sum - near) / (last - first + 1));
  return { height: best / deviation, ratio: best / Math.max(deviation, second) };
}

function correlate(a: Fingerprint, b: Fingerprint, size: number): Float32Array {
  const fft = sharedFft(size);
  const spectrumA = new Float32Array(size);
  const spectrumB = new Float32Array(size);
  fft.forward(unpack(a), spectrumA);
  fft.forward(unpack(b), spectrumB);
  const product = new Float32Array(size);
  for (let i = 2; i < size; i += 2) {
    product[i] = spectrumA[i]! * spectrumB[i]! + spectrumA[i + 1]! * spectrumB[i + 1]!;
    product[i + 1] = spectrumA[i]! * spectrumB[i + 1]! - spectrumA[i + 1]! * spectrumB[i]!;
  }
  fft.inverse(product, spectrumA);
  return spectrumA;
}

function unpack({ bits, length }: Fingerprint): Float32Array {
  const signs = new Float32Array(length);
  for (let i = 0; i < length; i += 1) signs[i] = ((bits[i >> 3]! >> (i & 7)) & 1) * 2 - 1;
  return signs;
}
