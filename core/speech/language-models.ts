/**
 * Which of a project's languages a voice sounds like, learned from the project itself: no model of the world's languages
 * can be had from the registries (docs/speech.md). Mixtures of Gaussians over moments of speech (Reynolds, Quatieri and
 * Dunn 2000: a background model, means adapted to each language, scored by the ratio of likelihoods), each voice
 * scored by what all *other* titles sound like in each language.
 */
import { MOST_SOUNDS, SOUND_SIZE, type SpeechSounds } from './speech-sounds.ts';

const COMPONENTS = 64;
const ROUNDS = 8;
/** Moments that the background is learned from, at most. */
const BACKGROUND_SOUNDS = 24_000;
/** How many moments outweigh the background (Reynolds: 16). */
const RELEVANCE = 16;
const LEAST_VARIANCE = 4;

/** A mixture of Gaussians with diagonal covariances. */
export type Mixture = {
  logWeights: Float64Array;
  means: Float64Array; // [component, sound]
  variances: Float64Array; // [component, sound]
};

/** What a voice says to each Gaussian: how often, and where on average. */
export type VoiceStatistics = { counts: Float64Array; sums: Float64Array };

/** Learns the background from the speech of all tracks, evenly. The same input gives the same mixture. */
export function learnBackground(tracks: readonly SpeechSounds[]): Mixture {
  const total = tracks.reduce((sum, sounds) => sum + sounds.length / SOUND_SIZE, 0);
  const every = Math.max(1, Math.ceil(total / BACKGROUND_SOUNDS));
  const sounds: Float64Array[] = [];
  let n = 0;
  for (const track of tracks) {
    for (let i = 0; i < track.length; i += SOUND_SIZE) {
      if (n % every === 0) sounds.push(Float64Array.from(track.subarray(i, i + SOUND_SIZE)));
      n += 1;
    }
  }
  let mixture = firstMixture(sounds);
  for (let round = 0; round < ROUNDS; round += 1) mixture = improved(mixture, sounds);
  return mixture;
}

/** Starts from moments spread over the data, all with the variance of the whole. */
function firstMixture(sounds: readonly Float64Array[]): Mixture {
  const mean = new Float64Array(SOUND_SIZE);
  const square = new Float64Array(SOUND_SIZE);
  for (const sound of sounds) {
    for (let k = 0; k < SOUND_SIZE; k += 1) {
      mean[k]! += sound[k]! / sounds.length;
      square[k]! += sound[k]! ** 2 / sounds.length;
    }
  }
  const means = new Float64Array(COMPONENTS * SOUND_SIZE);
  const variances = new Float64Array(COMPONENTS * SOUND_SIZE);
  for (let c = 0; c < COMPONENTS; c += 1) {
    means.set(sounds[Math.floor(((c + 0.5) * sounds.length) / COMPONENTS)]!, c * SOUND_SIZE);
    for (let k = 0; k < SOUND_SIZE; k += 1) {
      variances[c * SOUND_SIZE + k] = Math.max(LEAST_VARIANCE, square[k]! - mean[k]! ** 2);
    }
  }
  return { logWeights: new Float64Array(COMPONENTS).fill(-Math.log(COMPONENTS)), means, variances };
}

function improved(mixture: Mixture, sounds: readonly Float64Array[]): Mixture {
  const counts = new Float64Array(COMPONENTS);
  const sums = new Float64Array(COMPONENTS * SOUND_SIZE);
  const squares = new Float64Array(COMPONENTS * SOUND_SIZE);
  const share = sharer(mixture);
  for (const sound of sounds) {
    const shares = share(sound);
    for (let c = 0; c < COMPONENTS; c += 1) {
      const part = shares[c]!;
      if (part < 1e-4) continue;
      counts[c]! += part;
      for (let k = 0, at = c * SOUND_SIZE; k < SOUND_SIZE; k += 1, at += 1) {
        sums[at]! += part * sound[k]!;
        squares[at]! += part * sound[k]! ** 2;
      }
    }
  }
  const { means, variances, logWeights } = {
    ...mixture,
    means: mixture.means.slice(),
    variances: mixture.variances.slice(),
  };
  const weights = logWeights.slice();
  for (let c = 0; c < COMPONENTS; c += 1) {
    const count = counts[c]!;
    weights[c] = Math.log((count + 1) / (sounds.length + COMPONENTS));
    if (count < 2) continue;
    for (let k = 0, at = c * SOUND_SIZE; k < SOUND_SIZE; k += 1, at += 1) {
      means[at] = sums[at]! / count;
      variances[at] = Math.max(LEAST_VARIANCE, squares[at]! / count - means[at]! ** 2);
    }
  }
  return { logWeights: weights, means, variances };
}

/** The share of each Gaussian in a moment; the array is used again by the next call. */
function sharer({
  logWeights,
  means,
  variances,
}: Mixture): (sound: ArrayLike<number>, from?: number) => Float64Array {
  const constants = logWeights.map((weight, c) => {
    let sum = weight;
    for (let k = 0; k < SOUND_SIZE; k += 1) sum -= 0.5 * Math.log(variances[c * SOUND_SIZE + k]!);
    return sum;
  });
  const inverse = variances.map((variance) => 0.5 / variance);
  const shares = new Float64Array(COMPONENTS);
  return (sound, from = 0) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < COMPONENTS; c += 1) {
      let log = constants[c]!;
      for (let k = 0, at = c * SOUND_SIZE; k < SOUND_SIZE; k += 1, at += 1) {
        const away = sound[from + k]! - means[at]!;
        log -= away * away * inverse[at]!;
      }
      shares[c] = log;
      if (log > most) most = log;
    }
    let total = 0;
    for (let c = 0; c < COMPONENTS; c += 1) total += shares[c] = Math.exp(shares[c]! - most);
    for (let c = 0; c < COMPONENTS; c += 1) shares[c]! /= total;
    return shares;
  };
}

/** What tracks say together to each Gaussian of the background. */
export function voiceStatistics(mixture: Mixture, tracks: readonly SpeechSounds[]): VoiceStatistics {
  const statistics = noStatistics();
  const share = sharer(mixture);
  for (const track of tracks) {
    for (let i = 0; i < Math.min(track.length, MOST_SOUNDS * SOUND_SIZE); i += SOUND_SIZE) {
      const shares = share(track, i);
      for (let c = 0; c < COMPONENTS; c += 1) {
        const part = shares[c]!;
        if (part < 1e-4) continue;
        statistics.counts[c]! += part;
        for (let k = 0, at = c * SOUND_SIZE; k < SOUND_SIZE; k += 1, at += 1) {
          statistics.sums[at]! += part * track[i + k]!;
        }
      }
    }
  }
  return statistics;
}

/** Nothing said. */
export function noStatistics(): VoiceStatistics {
  return { counts: new Float64Array(COMPONENTS), sums: new Float64Array(COMPONENTS * SOUND_SIZE) };
}

/** Adds `part`, `times` over (-1 takes it away), to `whole`. */
export function addStatistics(whole: VoiceStatistics, part: VoiceStatistics, times = 1): void {
  for (let c = 0; c < COMPONENTS; c += 1) whole.counts[c]! += times * part.counts[c]!;
  for (let at = 0; at < whole.sums.length; at += 1) whole.sums[at]! += times * part.sums[at]!;
}

/** Number of moments. */
export function momentCount({ counts }: VoiceStatistics): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * How much better a voice fits a language (told by what others say in it) than the background, nats a moment:
 * linear scoring of adapted means.
 */
export function languageScore(mixture: Mixture, voice: VoiceStatistics, language: VoiceStatistics): number {
  let score = 0;
  for (let c = 0; c < COMPONENTS; c += 1) {
    const count = language.counts[c]!;
    const heard = voice.counts[c]!;
    if (heard < 1e-3) continue;
    for (let k = 0, at = c * SOUND_SIZE; k < SOUND_SIZE; k += 1, at += 1) {
      const mean = mixture.means[at]!;
      const shift = (language.sums[at]! - count * mean) / (count + RELEVANCE);
      score +=
        (shift * (voice.sums[at]! - heard * mean) - 0.5 * heard * shift * shift) / mixture.variances[at]!;
    }
  }
  const total = momentCount(voice);
  return total > 0 ? score / total : 0;
}
