/** What a track's speech sounds like, in a form small enough to keep: the raw material for telling languages apart. */
import { LISTENING_RATE_HZ } from '../align/sound-reader.ts';
import { BIN_HZ, FRAME_SAMPLES, powerOf, spectraOf, voiceOfFrame } from './spectra.ts';

const BANDS = 24;
const LOWEST_HZ = 120;
const HIGHEST_HZ = 6800;
const CEPSTRA = 13;
/** Change over this many frames to either side (48 ms). */
const REACH_FRAMES = 3;
/** Numbers of one moment of speech: 13 cepstra and how each is changing. */
export const SOUND_SIZE = 2 * CEPSTRA;
/** Moments kept of a track: as many as a few seconds of speech hold. */
export const MOST_SOUNDS = 128;
const VOICE = 0.8;
/** A step of the stored whole numbers, in cepstral units (natural logarithms). */
const STEP = 1 / 12;

/** Moments of speech, `SOUND_SIZE` numbers each, in twelfths of a cepstral unit. */
export type SpeechSounds = Int8Array;

/**
 * Moments of clear speech of a track, evenly spread over all there are, at most 128; the mean over the track is taken
 * out of each cepstrum, since it says more of microphone and music than of the language. `stretches`: sound at 16 kHz
 * with its probability of voice every 32 ms. `initFft` must have resolved.
 */
export function speechSoundsOf(
  stretches: readonly { samples: Float32Array; voice: Float32Array }[],
): SpeechSounds {
  const moments: Float32Array[] = stretches.flatMap(({ samples, voice }) => momentsOf(samples, voice));
  if (moments.length === 0) return new Int8Array(0);
  const mean = new Float64Array(CEPSTRA);
  for (const moment of moments) for (let c = 0; c < CEPSTRA; c += 1) mean[c]! += moment[c]! / moments.length;
  const kept = Math.min(MOST_SOUNDS, moments.length);
  const sounds = new Int8Array(kept * SOUND_SIZE);
  for (let i = 0; i < kept; i += 1) {
    const moment = moments[Math.floor((i * moments.length) / kept)]!;
    for (let k = 0; k < SOUND_SIZE; k += 1) {
      const value = (moment[k]! - (k < CEPSTRA ? mean[k]! : 0)) / STEP;
      sounds[i * SOUND_SIZE + k] = Math.max(-127, Math.min(127, Math.round(value)));
    }
  }
  return sounds;
}

function momentsOf(samples: Float32Array, voice: Float32Array): Float32Array[] {
  const cepstra = spectraOf(samples).map(cepstrumOf);
  const moments: Float32Array[] = [];
  for (let t = REACH_FRAMES; t < cepstra.length - REACH_FRAMES; t += 1) {
    if (voiceOfFrame(voice, t) < VOICE) continue;
    const moment = new Float32Array(SOUND_SIZE);
    moment.set(cepstra[t]!);
    for (let c = 0; c < CEPSTRA; c += 1) {
      moment[CEPSTRA + c] = cepstra[t + REACH_FRAMES]![c]! - cepstra[t - REACH_FRAMES]![c]!;
    }
    moments.push(moment);
  }
  return moments;
}

const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
const hertz = (m: number): number => 700 * (10 ** (m / 2595) - 1);
const EDGES = Array.from({ length: BANDS + 2 }, (_, i) =>
  hertz(mel(LOWEST_HZ) + ((mel(HIGHEST_HZ) - mel(LOWEST_HZ)) * i) / (BANDS + 1)),
);
/** Weight of each bin in each band: triangles on the mel scale. */
const FILTERS = Array.from({ length: BANDS }, (_, band) => {
  const [low, middle, high] = [EDGES[band]!, EDGES[band + 1]!, EDGES[band + 2]!];
  const weights: { bin: number; weight: number }[] = [];
  for (let bin = 1; bin < FRAME_SAMPLES / 2; bin += 1) {
    const hz = bin * BIN_HZ;
    const weight = Math.min((hz - low) / (middle - low), (high - hz) / (high - middle));
    if (weight > 0 && hz < LISTENING_RATE_HZ / 2) weights.push({ bin, weight });
  }
  return weights;
});
const COSINES = Array.from({ length: CEPSTRA }, (_, c) =>
  Float32Array.from(
    { length: BANDS },
    (_, band) => Math.cos((Math.PI * c * (band + 0.5)) / BANDS) * Math.sqrt(2 / BANDS),
  ),
);

function cepstrumOf(spectrum: Float32Array): Float32Array {
  const levels = FILTERS.map((filter) => {
    let power = 1e-7;
    for (const { bin, weight } of filter) power += weight * powerOf(spectrum, bin);
    return Math.log(power);
  });
  return Float32Array.from(COSINES, (cosine) =>
    levels.reduce((sum, level, b) => sum + level * cosine[b]!, 0),
  );
}
