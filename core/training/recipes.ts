/**
 * Settings named after the variants that the paper's authors published, as far as they are known (paper-facts 1.2). Batch
 * sizes, rates, temperature, head and epochs are not known, so all else keeps this program's defaults.
 */
import { AppError } from '../domain/errors.ts';
import type { Recipe } from '../domain/run.ts';

/** The published variants. */
export const RECIPES: readonly Recipe[] = [
  {
    name: 'B.3',
    changes: { strategy: 'original-only', lambdaVideo: 0, lambdaAudio: 0 },
    known:
      '19.4 M samples with 0.6 dubs on average, random start, no within-modal terms, no dub augmentation',
    startsFrom: null,
  },
  {
    name: 'B.5',
    changes: { strategy: 'dub-augmented', lambdaVideo: 0.2, lambdaAudio: 0.2 },
    known:
      '5.1 M samples with 2.8 dubs on average, started from B.3, both within-modal weights 0.2, dub augmentation',
    startsFrom: 'B.3',
  },
  {
    name: 'C.2',
    changes: { strategy: 'dub-augmented', lambdaVideo: 0.1, lambdaAudio: 0.1 },
    known:
      '5.1 M samples with 2.8 dubs on average, started from C.1 (not described), both within-modal weights 0.1, dub augmentation',
    startsFrom: 'C.1',
  },
];

/** The recipe of a name. @throws AppError ARGUMENT_INVALID listing the names. */
export function recipeOf(name: string): Recipe {
  const found = RECIPES.find((recipe) => recipe.name.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = RECIPES.map((recipe) => recipe.name).join(', ');
  throw new AppError(
    'ARGUMENT_INVALID',
    `There is no recipe "${name}". Nothing was started. Known are ${names}.`,
    { details: { field: 'recipe' } },
  );
}
