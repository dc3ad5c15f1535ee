/** `demo/truth.json`: what the corpus holds and what is wrong in it, for the demo's tally and for tests. */
import type { DemoFile } from './encode.ts';
import { OFFSET_FAULTS, SHOT_FAULTS } from './faults.ts';
import type { SceneParameters } from './scene.ts';
import {
  type DemoLanguage,
  DUB_LANGUAGES,
  type Layout,
  ORIGINAL_LANGUAGE,
  type Split,
  TITLES,
} from './titles.ts';

/** The one number that the corpus is made from. */
export const SEED = 20_240_605;
/** Goes up when a field changes its meaning. */
export const TRUTH_VERSION = 1;

/** One scene as it was made. */
export type TruthScene = {
  title: string;
  /** From 1; two digits in file names. */
  shot: number;
  split: Split;
  kind: string;
  parameters: SceneParameters;
  layout: Layout;
  languages: readonly DemoLanguage[];
  /** Names in `demo/media`. */
  files: DemoFile[];
  /** What is said, by language. */
  lines: Record<string, string>;
  /** The studios' level choices, by language; clean, since within 3 dB. */
  gainsDb: Record<string, number>;
};

/** The file's text: JSON with one line a title, fault or scene, so that a change can be read in a diff. */
export function truthOf(scenes: readonly TruthScene[]): string {
  const splitOf = new Map(TITLES.map(({ id, split }) => [id, split]));
  const faults = [...OFFSET_FAULTS, ...SHOT_FAULTS].map((fault) => ({
    ...fault,
    split: splitOf.get(fault.title),
  }));
  const fields = [
    `"version": ${TRUTH_VERSION}`,
    `"seed": ${SEED}`,
    `"originalLanguage": ${JSON.stringify(ORIGINAL_LANGUAGE)}`,
    `"dubLanguages": ${JSON.stringify(DUB_LANGUAGES)}`,
    `"titles": ${lines(TITLES)}`,
    `"faults": ${lines(faults)}`,
    `"scenes": ${lines(scenes)}`,
  ];
  return `{\n  ${fields.join(',\n  ')}\n}\n`;
}

function lines(items: readonly unknown[]): string {
  return `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
}
