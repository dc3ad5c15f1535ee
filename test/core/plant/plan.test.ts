/** Which fault goes where. */
import { describe, expect, it } from 'vitest';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { KIND_RULES, PLANT_KINDS } from '../../../core/plant/kinds.ts';
import { planFaults } from '../../../core/plant/plan.ts';
import { joinShots, type SourceTitle } from '../../../core/plant/source.ts';

const AUDIO = { path: '/a', streamIndex: 0, sha256: '' };

function titles(count: number, shotSec: number, languages = ['de', 'es', 'fr', 'it']): SourceTitle[] {
  return Array.from({ length: count }, (_, t) => ({
    id: `t${t}`,
    name: `title-${t}`,
    originalLanguage: 'en' as LanguageTag,
    shots: Array.from({ length: 6 }, (_, s) => ({
      id: `t${t}s${s}`,
      name: String(s + 1),
      durationSec: shotSec,
      picture: AUDIO,
      tracks: [
        { language: 'en' as LanguageTag, role: 'original' as const, audio: AUDIO },
        ...languages.map((language) => ({
          language: language as LanguageTag,
          role: 'dub' as const,
          audio: AUDIO,
        })),
      ],
    })),
  }));
}

const OPTIONS = { seed: 7, strength: null, kinds: PLANT_KINDS, share: 0.35 };

describe('planFaults', () => {
  it('plants the same for the same seed, and something else for another', () => {
    const first = planFaults(titles(6, 30), OPTIONS);
    expect(planFaults(titles(6, 30), OPTIONS)).toEqual(first);
    expect(planFaults(titles(6, 30), { ...OPTIONS, seed: 8 })).not.toEqual(first);
  });

  it('deals out every kind that long enough media can hold', () => {
    const kinds = new Set(planFaults(titles(12, 150), { ...OPTIONS, share: 0.5 }).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...PLANT_KINDS].sort());
  });

  it('never plants two faults in one dub, and leaves half of the dubs of every shot alone', () => {
    const source = titles(8, 30);
    const faults = planFaults(source, { ...OPTIONS, share: 1 });
    for (const title of source) {
      for (const shot of title.shots) {
        const here = faults.filter(
          (fault) => fault.title === title.name && (fault.shot === null || fault.shot === shot.name),
        );
        expect(new Set(here.map(({ language }) => language)).size).toBe(here.length);
        expect(here.length).toBeLessThanOrEqual(2);
      }
    }
  });

  it('plants nothing that a shot is too short for, and keeps to the kinds asked for', () => {
    const kinds = planFaults(titles(6, 1.6), OPTIONS).map(({ kind }) => kind);
    expect(kinds.length).toBeGreaterThan(0);
    for (const kind of kinds) expect(KIND_RULES[kind].leastSec).toBeLessThanOrEqual(1.6);
    const asked = planFaults(titles(6, 30), { ...OPTIONS, kinds: ['clipped', 'cut'] });
    expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(['clipped', 'cut']));
  });

  it('files two dubs under each other for `language`', () => {
    const faults = planFaults(titles(2, 30), { ...OPTIONS, kinds: ['language'], share: 0.5 });
    expect(faults.length % 2).toBe(0);
    for (const fault of faults) {
      const other = faults.find((f) => f.title === fault.title && f.language === fault.numbers.soundOf);
      expect(other?.numbers.soundOf).toBe(fault.language);
    }
  });

  it('has room for one fault where a shot has a single dub, but no duplicate of another', () => {
    const faults = planFaults(titles(4, 30, ['de']), { ...OPTIONS, share: 1 });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.map(({ kind }) => kind)).not.toContain('duplicate');
    expect(faults.map(({ kind }) => kind)).not.toContain('language');
  });

  it('draws a fixed strength the same for every fault', () => {
    const faults = planFaults(titles(8, 30), { ...OPTIONS, kinds: ['offset'], strength: 0 });
    for (const { numbers } of faults) expect(Math.abs(Number(numbers.offsetMs))).toBe(5);
  });
});

describe('joinShots', () => {
  it('joins until a scene is long enough, and gives a short rest to the scene before', () => {
    const [title] = joinShots(titles(1, 4), 10);
    expect(title!.shots.map(({ name, durationSec }) => [name, durationSec])).toEqual([
      ['01', 12],
      ['02', 12],
    ]);
    const [other] = joinShots(titles(1, 4), 17);
    expect(other!.shots.map(({ durationSec }) => durationSec)).toEqual([24]);
  });
});
