/**
 * Augmentation: how one decoded window becomes different views. The sound's is here, the picture's in
 * video-change.ts. Every number comes from the stream it is given and is drawn whether or not it is used, so that
 * switching one thing off leaves the others alike. What is not in the paper (paper-facts 2) is our choice; the
 * defaults of each setting and their sources are in config-fields.ts.
 */
import type { RunConfig } from '../domain/run.ts';
import { LEVEL_MEAN_DB } from '../model/audio-tower.ts';
import type { RandomStream } from '../rng.ts';

/** How strong the augmentation is: a part of the run's settings. */
export type Augmentation = Pick<
  RunConfig,
  | 'temporalCut'
  | 'scaleJitter'
  | 'cropJitterPx'
  | 'flipProbability'
  | 'colourProbability'
  | 'colourStrength'
  | 'hueStrength'
  | 'greyProbability'
  | 'blurProbability'
  | 'blurSigmaPx'
  | 'gainDb'
  | 'shiftMs'
  | 'offsetJitter'
  | 'maskBands'
  | 'maskFrames'
>;

/** What of it changes a sound. */
export type SoundAugmentation = Pick<
  Augmentation,
  'gainDb' | 'shiftMs' | 'offsetJitter' | 'maskBands' | 'maskFrames'
>;

/** Level of digital silence in a log-mel picture, dB (paper-facts 4.3). */
const SILENCE_DB = -100;
/** From one log-mel frame to the next, ms: 501 samples at 48 kHz (paper-facts 4.3). */
export const LOG_MEL_FRAME_MS = 501 / 48;

/**
 * A changed copy of a log-mel picture: moved in time, louder or softer, one band and one time masked (SpecAugment,
 * Park et al. 2019).
 * @param logMel dB, `bands` rows of `frames`
 * @param uncertaintyMs how far the sound may lie from where its alignment says; moves it by as much at most where
 *   `offsetJitter` is on
 */
export function augmentLogMel(
  logMel: Float32Array,
  { bands, frames }: { bands: number; frames: number },
  augmentation: SoundAugmentation,
  random: RandomStream,
  uncertaintyMs = 0,
): Float32Array {
  const gain = augmentation.gainDb * eitherWay(random);
  const shiftMs = augmentation.shiftMs * eitherWay(random);
  const jitterMs = (augmentation.offsetJitter ? uncertaintyMs : 0) * eitherWay(random);
  const shift = Math.round((shiftMs + jitterMs) / LOG_MEL_FRAME_MS);
  const bandMask = randomSpan(bands, augmentation.maskBands, random);
  const timeMask = randomSpan(frames, augmentation.maskFrames, random);
  const changed = new Float32Array(logMel.length);
  for (let band = 0; band < bands; band += 1) {
    const isMasked = band >= bandMask.start && band < bandMask.end;
    for (let frame = 0; frame < frames; frame += 1) {
      const at = band * frames + frame;
      const from = frame - shift;
      if (isMasked || (frame >= timeMask.start && frame < timeMask.end)) changed[at] = LEVEL_MEAN_DB;
      else if (from < 0 || from >= frames) changed[at] = SILENCE_DB;
      else changed[at] = Math.max(SILENCE_DB, logMel[band * frames + from]! + gain);
    }
  }
  return changed;
}

/** Uniform in [-1, 1). */
function eitherWay(random: RandomStream): number {
  return 2 * random.uniform() - 1;
}

function randomSpan(length: number, longest: number, random: RandomStream): { start: number; end: number } {
  const size = random.integer(Math.min(longest, length) + 1);
  const start = random.integer(length - size + 1);
  return { start, end: start + size };
}
