/** Deals the scene kinds and their parameters out to the titles, from one seed. */
import type { Rng } from '../../core/rng.ts';
import type { SceneKind, SceneParameters } from './scene.ts';
import { SCENE_KINDS } from './scene-kinds/index.ts';
import { type DemoTitle, SHOTS_PER_TITLE, TITLES } from './titles.ts';

const PARAMETER_NAMES = ['size', 'tempo', 'hue', 'place', 'light'] as const;

/** One scene to be made. */
export type PlannedScene = {
  /** Its place in the corpus, 0..143; the counter of its random streams. */
  index: number;
  title: DemoTitle;
  /** From 1. */
  shot: number;
  kind: SceneKind;
  parameters: SceneParameters;
};

/**
 * All scenes, title by title. Two neighbouring titles of a split share out the twelve kinds, so every kind has eight
 * training and four held-out scenes. Training values of a parameter are spread evenly over 0..1, held-out values lie
 * between them, so the held-out scenes ask for interpolation and are all different from each other.
 */
export function planScenes(rng: Rng): PlannedScene[] {
  const used = new Map<string, number>();
  return TITLES.flatMap((title, titleIndex) => {
    const deal = rng.stream('deal', Math.floor(titleIndex / 2)).shuffled(SCENE_KINDS.map((_, i) => i));
    const first = titleIndex % 2 === 0 ? 0 : SHOTS_PER_TITLE;
    return deal.slice(first, first + SHOTS_PER_TITLE).map((kindIndex, shotIndex) => {
      const kind = SCENE_KINDS[kindIndex]!;
      const slot = `${kind.name} ${title.split}`;
      const instance = used.get(slot) ?? 0;
      used.set(slot, instance + 1);
      return {
        index: titleIndex * SHOTS_PER_TITLE + shotIndex,
        title,
        shot: shotIndex + 1,
        kind,
        parameters: parametersOf(rng, kindIndex, title.split === 'train', instance),
      };
    });
  });
}

function parametersOf(rng: Rng, kindIndex: number, isTraining: boolean, instance: number): SceneParameters {
  const values = isTraining ? evenly(0, 1, 8) : evenly(1 / 8, 7 / 8, 4);
  const parameters: SceneParameters = { size: 0, tempo: 0, hue: 0, place: 0, light: 0 };
  for (const [i, name] of PARAMETER_NAMES.entries()) {
    parameters[name] = rng.stream('parameters', kindIndex, Number(isTraining), i).shuffled(values)[instance]!;
  }
  return parameters;
}

function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((from + ((to - from) * i) / (count - 1)).toFixed(4)));
}
