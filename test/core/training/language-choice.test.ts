import { describe, expect, it } from 'vitest';
import type { DatasetClip } from '../../../core/domain/dataset.ts';
import { createRng } from '../../../core/rng.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';
import { chooseSounds, type LanguageSettings } from '../../../core/training/language-choice.ts';
import { syntheticDataset } from '../../fixtures/training/synthetic-windows.ts';

const { clips } = syntheticDataset(3);
const [twoDubs, , noDub] = clips as [DatasetClip, DatasetClip, DatasetClip];
const oneDub: DatasetClip = { ...twoDubs, dubs: twoDubs.dubs.slice(0, 1) };
const rng = createRng(8);

/** Languages of both sounds, at one place. */
function heard(clip: DatasetClip, settings: Partial<LanguageSettings>, step = 0, epoch = 0): string {
  const config = { ...defaultRunConfig(), ...settings };
  const { primary, secondary } = chooseSounds(clip, config, rng, { epoch, step }, 0);
  return `${primary.language} ${secondary.language}`;
}

/** How often each was heard in 3000 steps. */
function counts(clip: DatasetClip, settings: Partial<LanguageSettings>): Map<string, number> {
  const found = new Map<string, number>();
  for (let step = 0; step < 3000; step += 1) {
    const pair = heard(clip, settings, step);
    found.set(pair, (found.get(pair) ?? 0) + 1);
  }
  return new Map([...found].sort());
}

describe('chooseSounds', () => {
  it('original-only: the original twice', () => {
    expect([...counts(twoDubs, { strategy: 'original-only' }).keys()]).toEqual(['en en']);
  });

  it('dub-augmented: the original, and each dub as often', () => {
    const found = counts(twoDubs, { strategy: 'dub-augmented' });
    expect([...found.keys()]).toEqual(['en de', 'en fr']);
    expect(Math.abs(found.get('en de')! - 1500)).toBeLessThan(150);
    expect(heard(noDub, { strategy: 'dub-augmented' })).toBe('en en');
  });

  it('dub-augmented: by dubProbability and languageWeights, where a weight of 0 is never', () => {
    const half = counts(twoDubs, { dubProbability: 0.5, languageWeights: { fr: 3 } });
    expect([...half.keys()]).toEqual(['en de', 'en en', 'en fr']);
    expect(Math.abs(half.get('en en')! - 1500)).toBeLessThan(150);
    expect(half.get('en fr')! / half.get('en de')!).toBeCloseTo(3, 0);
    expect([...counts(twoDubs, { languageWeights: { de: 0 } }).keys()]).toEqual(['en fr']);
    expect([...counts(twoDubs, { languageWeights: { de: 0, fr: 0 } }).keys()]).toEqual(['en en']);
    expect([...counts(twoDubs, { dubProbability: 0 }).keys()]).toEqual(['en en']);
  });

  it('draws the same dub whatever dubProbability is, where it draws one', () => {
    for (let step = 0; step < 200; step += 1) {
      const sometimes = heard(twoDubs, { dubProbability: 0.5 }, step);
      if (sometimes !== 'en en') expect(sometimes).toBe(heard(twoDubs, {}, step));
    }
  });

  it('two-dubs: two different dubs in either order, with the original where there are not two', () => {
    const strategy = 'two-dubs';
    const found = counts(twoDubs, { strategy });
    expect([...found.keys()]).toEqual(['de fr', 'fr de']);
    expect(Math.abs(found.get('de fr')! - 1500)).toBeLessThan(150);
    expect([...counts(oneDub, { strategy }).keys()]).toEqual(['en de']);
    expect([...counts(noDub, { strategy }).keys()]).toEqual(['en en']);
    expect([...counts(twoDubs, { strategy, languageWeights: { fr: 0 } }).keys()]).toEqual(['en de']);
  });

  it('every-dub: the dubs in turn, epoch by epoch, clips not in step', () => {
    const strategy = 'every-dub';
    expect([0, 1, 2, 3].map((epoch) => heard(twoDubs, { strategy }, 5, epoch))).toEqual([
      'en de',
      'en fr',
      'en de',
      'en fr',
    ]);
    const config = { ...defaultRunConfig(), strategy } as const;
    const second = chooseSounds(twoDubs, config, rng, { epoch: 0, step: 0 }, 1).secondary;
    expect(second.language).toBe('fr');
    expect(heard(noDub, { strategy })).toBe('en en');
  });

  it('speech-reduced: music and effects twice where there are some', () => {
    const strategy = 'speech-reduced';
    const musicAndEffects = { ...twoDubs.original, language: 'zxx' };
    expect(heard({ ...twoDubs, musicAndEffects }, { strategy })).toBe('zxx zxx');
    expect(heard({ ...twoDubs, musicAndEffects: null }, { strategy })).toBe('en en');
    expect(heard(twoDubs, { strategy })).toBe('en en');
  });
});
