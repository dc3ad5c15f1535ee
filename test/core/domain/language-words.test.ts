import { describe, expect, it } from 'vitest';
import { knownLanguageOf, languageIn, languageOf } from '../../../core/domain/language-words.ts';

describe('languageOf', () => {
  it.each([
    ['de', 'de'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['DEU', 'de'],
    ['German', 'de'],
    ['Deutsch', 'de'],
    ['allemand', 'de'],
    ['ドイツ語', 'de'],
    ['fre', 'fr'],
    ['français', 'fr'],
    ['FRANCAIS', 'fr'],
    ['Französisch', 'fr'],
    ['jpn', 'ja'],
    ['日本語', 'ja'],
    ['jp', 'ja'],
    ['cmn', 'zh'],
    ['chi', 'zh'],
    ['Mandarin', 'zh'],
    ['zh-Hant', 'zh-Hant'],
    ['zh_hant', 'zh-Hant'],
    ['Traditional Chinese', 'zh-Hant'],
    ['Cantonese', 'yue'],
    ['Brazilian Portuguese', 'pt-BR'],
    ['português (Brasil)', 'pt-BR'],
    ['Portugiesisch (Brasilien)', 'pt-BR'],
    ['pt_br', 'pt-BR'],
    ['castellano', 'es-ES'],
    ['latino', 'es-419'],
    ['Latin American Spanish', 'es-419'],
    ['spa-MX', 'es-MX'],
    ['Flemish', 'nl-BE'],
    ['VFQ', 'fr-CA'],
    ['русский', 'ru'],
    ['हिन्दी', 'hi'],
    ['한국어', 'ko'],
    ['العربية', 'ar'],
    ['iw', 'he'],
    ['aab', 'aab'],
  ])('%s is %s', (text, tag) => expect(languageOf(text)).toBe(tag));

  it.each(['und', 'mul', 'zxx'])('%s stays what it is', (text) => expect(languageOf(text)).toBe(text));

  it.each(['', ' ', '../en', 'the end', 'x'.repeat(10_000), 'constructor', '__proto__', 'e', '5.1'])(
    '"%s" is no language, and none is put in its place',
    (text) => expect(languageOf(text)).toBeNull(),
  );
});

it('tells a language from the other parts of a name', () => {
  expect(knownLanguageOf('German')).toBe('de');
  for (const text of ['und', 'xq', 'end', 'dub', 'shot', 'mkv']) expect(knownLanguageOf(text)).toBeNull();
});

describe('languageIn', () => {
  it.each([
    ['Deutsch 5.1 (DTS)', 'de'],
    ['Stereo - Brazilian Portuguese', 'pt-BR'],
    ['Audio [pt-BR]', 'pt-BR'],
    ['Español (Latino) AC3', 'es-419'],
    ['Castellano', 'es-ES'],
    ['VF DTS-HD', 'fr'],
    ['Commentary by the director (English)', 'en'],
    ['日本語 2.0', 'ja'],
  ])('%s names %s', (text, tag) => expect(languageIn(text)).toBe(tag));

  it.each([
    'Commentary by the director',
    'Surround 5.1',
    'vf encoder',
    'Music & Effects',
    'SoundHandler',
    '',
  ])('"%s" names none', (text) => expect(languageIn(text)).toBeNull());
});
