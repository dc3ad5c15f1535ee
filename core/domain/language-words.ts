/**
 * Languages as people write them: "German", "Deutsch", "français", "Brazilian Portuguese", "castellano", "jpn".
 * The words are ICU's own: every language's name in every language it has names in, gathered at first use.
 */
import { isKnownLanguage, type LanguageTag, parseLanguageTag } from './language-tag.ts';

/** What dubs are called in the trade, and what ICU has no name for. Keys are folded as `fold` folds. */
const TRADE_WORDS: Readonly<Record<string, string>> = {
  // Spanish on a dub's label: of Spain, or of Latin America. ("latino" is also Italian for Latin: no film is dubbed so.)
  ...{ castellano: 'es-ES', castilian: 'es-ES', 'espanol castellano': 'es-ES', esp: 'es' },
  ...{ latino: 'es-419', latam: 'es-419', 'espanol latino': 'es-419', 'latin spanish': 'es-419' },
  ...{ 'latin american': 'es-419', 'spanish latino': 'es-419', 'latin america': 'es-419' },
  ...{ brazilian: 'pt-BR', brasileiro: 'pt-BR', 'portugues brasileiro': 'pt-BR', ptbr: 'pt-BR' },
  // French versions: of France, international, of Quebec, of Belgium.
  ...{ vf: 'fr', vff: 'fr-FR', vfi: 'fr', vfq: 'fr-CA', vfb: 'fr-BE', truefrench: 'fr-FR' },
  ...{ quebecois: 'fr-CA', flamand: 'nl-BE', vlaams: 'nl-BE', farsi: 'fa', tagalog: 'fil', valencian: 'ca' },
  ...{ mandarin: 'zh', putonghua: 'zh', 国语: 'zh', 國語: 'zh', 普通话: 'zh', 普通話: 'zh', 中文: 'zh' },
  ...{ 粤语: 'yue', 粵語: 'yue', 廣東話: 'yue', 广东话: 'yue', chs: 'zh-Hans', cht: 'zh-Hant' },
  // Countries that stand where a language should; only those that are no language's code.
  ...{ jp: 'ja', cn: 'zh', cz: 'cs', gr: 'el', ua: 'uk', vn: 'vi', dk: 'da' },
};

/** Varieties that dubs are made in, and languages without a two-letter code that are spoken in films. */
const VARIETIES = [
  ...[
    'pt-BR',
    'pt-PT',
    'es-ES',
    'es-419',
    'es-MX',
    'fr-FR',
    'fr-CA',
    'fr-CH',
    'fr-BE',
    'en-US',
    'en-GB',
    'en-AU',
  ],
  ...[
    'en-CA',
    'de-AT',
    'de-CH',
    'nl-BE',
    'zh-Hans',
    'zh-Hant',
    'zh-TW',
    'zh-HK',
    'zh-CN',
    'sr-Latn',
    'sr-Cyrl',
  ],
  ...['yue', 'fil', 'gsw', 'ast', 'haw', 'nan', 'hak', 'wuu', 'ckb', 'grc', 'nds', 'scn', 'nap'],
];
/** A shorter word in a running text is more likely something else: "Ewe", "Lao", "Fon". */
const SHORTEST_LATIN_WORD = 4;
const MOST_WORDS = 4;
const LONGEST_TEXT = 200;

let table: ReadonlyMap<string, LanguageTag> | null = null;

/**
 * The language that a text is the code or the name of, as a BCP 47 tag: any ISO 639 code with or without a region,
 * English names, own names, and names in every other language ICU knows. `und`, `mul` and `zxx` stay what they are.
 * Null where the text is neither; there is no default.
 */
export function languageOf(text: string): LanguageTag | null {
  if (text.length > LONGEST_TEXT) return null;
  const folded = fold(text);
  const trade = TRADE_WORDS[folded];
  if (trade !== undefined && Object.hasOwn(TRADE_WORDS, folded)) return trade as LanguageTag;
  const tag = parseLanguageTag(text);
  if (tag !== null && isKnownLanguage(tag)) return tag;
  return words().get(folded) ?? tag;
}

/** As `languageOf`, but only for what is known to be a language: tells `jpn` and "Deutsch" from a file's other parts. */
export function knownLanguageOf(text: string): LanguageTag | null {
  const tag = languageOf(text);
  return tag !== null && isKnownLanguage(tag) ? tag : null;
}

/**
 * The first language that a running text names, e.g. of "Deutsch 5.1 (DTS)" or "Audio [pt-BR]"; the longest name
 * wins, so that "Brazilian Portuguese" is not Portuguese. Null where it names none.
 */
export function languageIn(text: string): LanguageTag | null {
  const tokens = text.slice(0, LONGEST_TEXT).match(/[\p{L}\p{M}]+(?:-[\p{L}\d]+)*/gu) ?? [];
  for (let start = 0; start < tokens.length; start++) {
    for (let count = Math.min(MOST_WORDS, tokens.length - start); count > 0; count--) {
      const found = named(tokens.slice(start, start + count).join(' '));
      if (found !== null) return found;
    }
  }
  return null;
}

function named(phrase: string): LanguageTag | null {
  const folded = fold(phrase);
  const trade = Object.hasOwn(TRADE_WORDS, folded) ? (TRADE_WORDS[folded] as LanguageTag) : null;
  // Two letters of the trade are meant only in capitals: "VF", but not "vf" in some codec's name.
  if (trade !== null && (folded.length > 2 || phrase === phrase.toUpperCase())) return trade;
  if (/^[a-z]{2,3}-([A-Z]{2}|\d{3}|Han[st])$/.test(phrase)) {
    const tag = parseLanguageTag(phrase);
    return tag !== null && isKnownLanguage(tag) ? tag : null;
  }
  const isLatin = /^[\p{Script=Latin}\s-]+$/u.test(folded);
  return isLatin && folded.length < SHORTEST_LATIN_WORD ? null : (words().get(folded) ?? null);
}

/** Case, accents and what stands between words do not matter. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_.,()[\]-]+/g, ' ')
    .trim();
}

/** Every name of every language. English names come first, then own names, then the rest: the first meaning stays. */
function words(): ReadonlyMap<string, LanguageTag> {
  if (table !== null) return table;
  const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const codes = twoLetterCodes().filter((code) => english.of(code) !== undefined);
  const tags = [...VARIETIES, ...codes].map((code) => Intl.getCanonicalLocales(code)[0] as LanguageTag);
  const made = new Map<string, LanguageTag>();
  const add = (name: string | undefined, tag: LanguageTag): void => {
    const folded = name === undefined ? '' : fold(name);
    if (folded.length > 1 && !made.has(folded)) made.set(folded, tag);
  };
  for (const tag of tags) add(english.of(tag), tag);
  const locales = Intl.DisplayNames.supportedLocalesOf(codes);
  const namesIn = new Map(
    locales.map((locale) => [
      locale,
      new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' }),
    ]),
  );
  for (const tag of tags) add(namesIn.get(tag.split('-')[0] ?? tag)?.of(tag), tag);
  for (const names of namesIn.values()) for (const tag of tags) add(names.of(tag), tag);
  table = made;
  return made;
}

function twoLetterCodes(): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}
