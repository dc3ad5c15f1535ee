import { describe, expect, it } from 'vitest';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { RECIPES, recipeOf } from '../../../core/training/recipes.ts';

describe('recipes', () => {
  it('are what is published of B.3, B.5 and C.2, and settings that can be run', () => {
    const lambdas = RECIPES.map(({ name, changes, startsFrom }) => {
      const { lambdaVideo, lambdaAudio, strategy } = resolveRunConfig({ preset: 'mvitv2-s', ...changes });
      return [name, lambdaVideo, lambdaAudio, strategy, startsFrom];
    });
    expect(lambdas).toEqual([
      ['B.3', 0, 0, 'original-only', null],
      ['B.5', 0.2, 0.2, 'dub-augmented', 'B.3'],
      ['C.2', 0.1, 0.1, 'dub-augmented', 'C.1'],
    ]);
  });

  it('are found in any case, and unknown ones are refused with the names', () => {
    expect(recipeOf(' b.5 ').name).toBe('B.5');
    expect(() => recipeOf('A.1')).toThrow(/B\.3, B\.5, C\.2/);
  });
});
