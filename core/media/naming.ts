/** What a file's name says: `<title>_<shot>_<lang>.mp4`, `<title>_<shot>.mkv`, and sidecars `<title>_<shot>.<lang>.opus`. */
import type { LanguageTag } from '../domain/language-tag.ts';
import { knownLanguageOf } from '../domain/language-words.ts';

/** A name's parts. `language` is null where the name does not say it. */
export type ShotName = { title: string; shot: string; language: LanguageTag | null };

/** The shot of a file whose name has none. */
const ONLY_SHOT = '1';

/**
 * Reads a file name, without or with its ending. A last part is a language only when it is one that is known; the part
 * before it is a shot only when it has a digit, so that `my_film_de.mp4` is the film "my_film".
 */
export function parseShotName(fileName: string): ShotName {
  const stem = fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  const sidecar = /^(.+)\.([\p{L}\p{M}]{2,20}(?:-[A-Za-z0-9]{2,8})*)$/u.exec(stem);
  const sidecarLanguage = knownLanguage(sidecar?.[2]);
  if (sidecar?.[1] !== undefined && sidecarLanguage !== null) {
    return { ...titleAndShot(sidecar[1].split('_')), language: sidecarLanguage };
  }
  const parts = stem.split('_');
  const language = parts.length > 1 ? knownLanguage(parts.at(-1)) : null;
  return { ...titleAndShot(language === null ? parts : parts.slice(0, -1)), language };
}

function titleAndShot(parts: readonly string[]): { title: string; shot: string } {
  const last = parts.at(-1) ?? '';
  if (parts.length > 1 && /\d/.test(last)) return { title: parts.slice(0, -1).join('_'), shot: last };
  return { title: parts.join('_'), shot: ONLY_SHOT };
}

function knownLanguage(text: string | undefined): LanguageTag | null {
  return text === undefined || !/^\p{L}/u.test(text) ? null : knownLanguageOf(text);
}
