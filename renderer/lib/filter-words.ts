/** A filter in words, part by part, each with the filter that is left without it. */
import { findingWord } from '../../core/domain/finding.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import { atLeast, STATE_WORDS } from './words.ts';

/** One part of a filter: `change` takes it away. */
export type FilterPart = { key: string; words: string; change: PairFilter };

/** A filter in one line. */
export function filterWords(filter: PairFilter, titleName: (id: string) => string): string {
  return filterParts(filter, titleName)
    .map(({ words }) => words)
    .join(', ');
}

/** All parts of a filter. `titleName` gives a title's name by its id. */
export function filterParts(filter: PairFilter, titleName: (id: string) => string): FilterPart[] {
  const { text, split, minSeverity, maxScore } = filter;
  const parts: FilterPart[] = [];
  const one = (key: keyof PairFilter, words: string): void => {
    parts.push({ key, words, change: { [key]: undefined } });
  };
  const each = <T extends string>(
    key: keyof PairFilter,
    values: readonly T[] | undefined,
    words: (v: T) => string,
  ) => {
    for (const value of values ?? []) {
      const change = { [key]: values?.filter((other) => other !== value) };
      parts.push({ key: `${key} ${value}`, words: words(value), change });
    }
  };
  if (text !== undefined) one('text', `name has "${text}"`);
  each('titleIds', filter.titleIds, (id) => `title: ${titleName(id)}`);
  each('states', filter.states, (state) => `state: ${STATE_WORDS[state]}`);
  if (minSeverity !== undefined) one('minSeverity', atLeast(minSeverity));
  each('findingCodes', filter.findingCodes, (code) => `finding: ${findingWord(code)}`);
  each('languages', filter.languages, (tag) => `dub: ${languageName(tag)}`);
  if (maxScore !== undefined) one('maxScore', `model score ≤ ${maxScore}`);
  if (split !== undefined) one('split', split === 'train' ? 'for training' : 'held out');
  return parts;
}
