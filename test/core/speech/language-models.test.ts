/** Mixtures of Gaussians against what they must do on made-up voices. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import {
  addStatistics,
  languageScore,
  learnBackground,
  momentCount,
  noStatistics,
  voiceStatistics,
} from '../../../core/speech/language-models.ts';
import { SOUND_SIZE } from '../../../core/speech/speech-sounds.ts';

/** 120 moments around two places that tell the language. */
function voice(seed: number, language: number): Int8Array {
  const random = createRng(seed).stream('voice', language);
  return Int8Array.from({ length: 120 * SOUND_SIZE }, (_, i) => {
    const isFirst = Math.floor(i / SOUND_SIZE) % 2 === 0;
    const middle = (isFirst ? 30 : -30) + (i % SOUND_SIZE === language ? 12 : 0);
    return Math.round(middle + 10 * random.normal());
  });
}

const VOICES = [0, 1, 2].flatMap((language) =>
  [1, 2, 3, 4].map((seed) => ({ language, sounds: voice(seed, language) })),
);

describe('language models', () => {
  const background = learnBackground(VOICES.map(({ sounds }) => sounds));

  it('learn the same from the same', () => {
    expect(learnBackground(VOICES.map(({ sounds }) => sounds))).toEqual(background);
  });

  it('learn weights that sum to one and places where the data are', () => {
    expect(background.logWeights.reduce((sum, weight) => sum + Math.exp(weight), 0)).toBeCloseTo(1, 2);
    for (const mean of background.means) expect(Math.abs(mean)).toBeLessThan(80);
  });

  it('share every moment out among the Gaussians, whole', () => {
    const statistics = voiceStatistics(background, [VOICES[0]!.sounds]);
    expect(momentCount(statistics)).toBeCloseTo(120, 0);
    const mean = Array.from({ length: SOUND_SIZE }, (_, k) =>
      statistics.counts.reduce((sum, _count, c) => sum + statistics.sums[c * SOUND_SIZE + k]! / 120, 0),
    );
    const naive = Array.from({ length: SOUND_SIZE }, (_, k) => {
      let sum = 0;
      for (let i = k; i < VOICES[0]!.sounds.length; i += SOUND_SIZE) sum += VOICES[0]!.sounds[i]!;
      return sum / 120;
    });
    for (const [k, value] of mean.entries()) expect(value).toBeCloseTo(naive[k]!, 1);
  });

  it('score a voice highest in its own language, learned from others', () => {
    for (const { language, sounds } of VOICES) {
      const said = voiceStatistics(background, [sounds]);
      const scores = [0, 1, 2].map((other) => {
        const rest = noStatistics();
        for (const one of VOICES) {
          if (one.language === other) addStatistics(rest, voiceStatistics(background, [one.sounds]));
        }
        if (other === language) addStatistics(rest, said, -1);
        return languageScore(background, said, rest);
      });
      expect(scores.indexOf(Math.max(...scores))).toBe(language);
    }
  });
});
