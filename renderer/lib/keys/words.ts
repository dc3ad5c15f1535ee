/** Places of keys in words, in the order they are told. */
import type { KeyScope } from './key-map.ts';

/** Where a key works, for headings. */
export const SCOPE_WORDS: Record<KeyScope, string> = {
  pairs: 'On the page of pairs',
  inspector: 'While seeing and hearing a pair',
  titles: 'On the page of titles',
  insights: 'On the page of insights',
  everywhere: 'Everywhere',
};

/** Places in the order of the key sheet. */
export const SCOPES = Object.keys(SCOPE_WORDS) as KeyScope[];
