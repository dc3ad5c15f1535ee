/** Language tags: BCP 47 in canonical form. `und` is "unknown" and never a default for something else. */

/** A canonical BCP 47 tag such as `de`, `pt-BR`, `und`. */
export type LanguageTag = string & { readonly __brand: 'LanguageTag' };

/** The tag of an unknown language. */
export const UNKNOWN_LANGUAGE = 'und' as LanguageTag;

const LONGEST_TAG = 35;

/**
 * Canonical form of a tag; ISO 639-2/3 codes become the shortest code of the language (`ger`, `deu` -> `de`).
 * Returns null where the text is no language tag: the caller decides what that means.
 */
export function parseLanguageTag(text: string): LanguageTag | null {
  const trimmed = text.trim().replaceAll('_', '-');
  if (trimmed === '' || trimmed.length > LONGEST_TAG || !/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(trimmed))
    return null;
  try {
    const [canonical] = Intl.getCanonicalLocales(trimmed);
    return canonical === undefined ? null : (canonical as LanguageTag);
  } catch {
    return null;
  }
}

/** Whether ICU knows a name for the tag's language: tells `de` and `jpn` from `xyz` or a file's ordinary suffix. */
export function isKnownLanguage(tag: LanguageTag): boolean {
  if (tag === UNKNOWN_LANGUAGE) return false;
  return languageNames.of(tag) !== undefined && languageNames.of(tag) !== tag;
}

/** English name of a language for people, e.g. "German"; the tag itself where none is known. */
export function languageName(tag: string): string {
  if (tag === UNKNOWN_LANGUAGE) return 'unknown language';
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });
