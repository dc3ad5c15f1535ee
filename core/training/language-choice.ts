/** Which two sounds a sample hears (paper-facts 1.1, 1.3). A pure function of seed, place and clip. */
import type { DatasetAudio, DatasetClip } from '../domain/dataset.ts';
import type { RunConfig } from '../domain/run.ts';
import type { RandomStream, Rng } from '../rng.ts';

/** What decides it. */
export type LanguageSettings = Pick<RunConfig, 'strategy' | 'dubProbability' | 'languageWeights'>;

/** The sounds of the two audio views. */
export type SoundPair = { primary: DatasetAudio; secondary: DatasetAudio };

/**
 * The sounds of a clip at one place of the run, by strategy (see `LanguageStrategy`):
 * - `original-only`: the original twice.
 * - `dub-augmented`: the original and, with `dubProbability`, one dub, else the original again.
 * - `two-dubs`: two different dubs; the original and the dub if there is one; the original twice if there is none.
 * - `every-dub`: the original and the dub whose turn it is; each clip begins with another one.
 * - `speech-reduced`: music and effects twice where the clip has them, else the original twice.
 * Dubs are drawn by `languageWeights`; one of weight 0 never is. `every-dub` draws nothing.
 * @param clipIndex place of the clip in the data set
 */
export function chooseSounds(
  clip: DatasetClip,
  config: LanguageSettings,
  rng: Rng,
  place: { epoch: number; step: number },
  clipIndex: number,
): SoundPair {
  const { original, dubs } = clip;
  const random = rng.stream('languages', place.epoch, place.step, clipIndex);
  switch (config.strategy) {
    case 'original-only':
      return { primary: original, secondary: original };
    case 'dub-augmented': {
      const isDubbed = random.uniform() < config.dubProbability;
      const dub = drawDub(dubs, config.languageWeights, random);
      return { primary: original, secondary: (isDubbed ? dub : null) ?? original };
    }
    case 'two-dubs': {
      const first = drawDub(dubs, config.languageWeights, random);
      const rest = dubs.filter((dub) => dub !== first);
      const second = drawDub(rest, config.languageWeights, random);
      if (first === null || second === null) return { primary: original, secondary: first ?? original };
      return { primary: first, secondary: second };
    }
    case 'every-dub':
      return { primary: original, secondary: dubs[(place.epoch + clipIndex) % dubs.length] ?? original };
    case 'speech-reduced': {
      const sound = clip.musicAndEffects ?? original;
      return { primary: sound, secondary: sound };
    }
  }
}

/** One dub by the weights of the languages (default 1); null where there is none of weight above 0. */
function drawDub(
  dubs: readonly DatasetAudio[],
  weights: LanguageSettings['languageWeights'],
  random: RandomStream,
): DatasetAudio | null {
  const weightOf = ({ language }: DatasetAudio): number =>
    Object.hasOwn(weights, language) ? weights[language]! : 1;
  const possible = dubs.filter((dub) => weightOf(dub) > 0);
  let left = random.uniform() * possible.reduce((sum, dub) => sum + weightOf(dub), 0);
  for (const dub of possible) {
    left -= weightOf(dub);
    if (left < 0) return dub;
  }
  return possible.at(-1) ?? null;
}
