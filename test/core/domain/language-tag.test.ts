import { describe, expect, it } from 'vitest';
import { isKnownLanguage, languageName, parseLanguageTag } from '../../../core/domain/language-tag.ts';

describe('parseLanguageTag', () => {
  it.each([
    ['de', 'de'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['jpn', 'ja'],
    ['pt_BR', 'pt-BR'],
    ['PT-br', 'pt-BR'],
    ['und', 'und'],
    ['spa', 'es'],
  ])('%s is %s', (text, expected) => expect(parseLanguageTag(text)).toBe(expected));

  it.each(['', '../en', 'x'.repeat(10_000), 'german language', '12', 'e'])('%j is none', (text) =>
    expect(parseLanguageTag(text)).toBeNull(),
  );
});

it('knows languages from ordinary words', () => {
  const known = (text: string): boolean => {
    const tag = parseLanguageTag(text);
    return tag !== null && isKnownLanguage(tag);
  };
  expect(['de', 'ja', 'cat'].map(known)).toEqual([true, true, true]);
  expect(['und', 'xq', 'zzq'].map(known)).toEqual([false, false, false]);
  expect(languageName('es')).toBe('Spanish');
});
