/**
 * What a person says of how files are named, in a small language (docs/import.md):
 *
 *   <title> <shot> <lang> <role>   a field; `<title>` takes as much as it can, the others as little
 *   *                              anything within one name
 *   [...]                          a part that may be missing
 *   /                              between a folder and what lies in it; `\` before a sign means the sign itself
 *   ` :: role=... lang=...`        at the end: what holds for every file that fits
 *
 * A pattern is compared with the end of a file's path, with and without the file's ending, whatever the case.
 */
import { AppError } from '../domain/errors.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import { knownLanguageOf, languageOf } from '../domain/language-words.ts';
import { type NamedRole, roleNamed } from './role-name.ts';

/** What a pattern found in a name; null where it says nothing of it. */
export type PatternFields = {
  title: string | null;
  shot: string | null;
  language: LanguageTag | null;
  role: NamedRole | null;
};

/** A pattern that has been read. */
export type Pattern = {
  text: string;
  /** The fields of a path, its parts from the outermost folder to the file's name; null where it does not fit. */
  match: (parts: readonly string[]) => PatternFields | null;
};

const FIELDS = ['title', 'shot', 'lang', 'role'] as const;
type Field = (typeof FIELDS)[number];
type Settings = { language: LanguageTag | null; role: NamedRole | null };

/** Every one more multiplies the tries of a name that does not fit. */
const MOST_WILDCARDS_A_PART = 4;
const LONGEST_PATTERN = 300;
const FIELD_SOURCES: Record<Field, string> = {
  title: '(?<title>[^/]+)',
  shot: '(?<shot>[^/]+?)',
  lang: '(?<lang>[^/]+?)',
  role: '(?<role>[^/]+?)',
};

/** Reads a pattern. @throws AppError PATTERN_INVALID. */
export function parsePattern(text: string): Pattern {
  if (text.length > LONGEST_PATTERN) throw invalid(text, `it is longer than ${LONGEST_PATTERN} characters`);
  const [body = '', settingsText, ...more] = text.split(' :: ');
  if (more.length > 0) throw invalid(text, 'it has " :: " more than once');
  const settings = parseSettings(text, settingsText);
  const used = new Set<Field>();
  const parts = splitParts(body).map((part) => new RegExp(`^${partSource(text, part, used)}$`, 'iu'));
  if (used.size === 0 && settingsText === undefined) throw invalid(text, 'it has no field such as <title>');
  return { text, match: (names) => matchParts(parts, names, settings) };
}

function matchParts(
  parts: readonly RegExp[],
  names: readonly string[],
  settings: Settings,
): PatternFields | null {
  if (names.length < parts.length) return null;
  const compared = names.slice(names.length - parts.length);
  const found: Partial<Record<Field, string>> = {};
  for (const [i, part] of parts.entries()) {
    const name = compared[i]!;
    const isFile = i === parts.length - 1;
    const match = (isFile ? part.exec(withoutEnding(name)) : null) ?? part.exec(name);
    if (match === null) return null;
    Object.assign(found, definedOnly(match.groups ?? {}));
  }
  const language = found.lang === undefined ? settings.language : knownLanguageOf(found.lang);
  const role = found.role === undefined ? settings.role : roleNamed(found.role);
  if (found.lang !== undefined && language === null) return null;
  if (found.role !== undefined && role === null) return null;
  return { title: found.title ?? null, shot: found.shot ?? null, language, role };
}

/** A file's name without its ending. */
export function withoutEnding(fileName: string): string {
  return fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
}

function definedOnly(groups: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** At every `/` that has no `\` before it. */
function splitParts(body: string): string[] {
  return body.split(/(?<!\\)\//).filter((part, i, all) => part !== '' || i === all.length - 1);
}

function partSource(text: string, part: string, used: Set<Field>): string {
  let source = '';
  let depth = 0;
  let wildcards = 0;
  for (let at = 0; at < part.length; at += 1) {
    const sign = part[at]!;
    if (sign === '\\') {
      at += 1;
      source += literal(part[at] ?? '\\');
    } else if (sign === '<') {
      const end = part.indexOf('>', at);
      const name = part.slice(at + 1, end < 0 ? undefined : end);
      const field = FIELDS.find((known) => known === name);
      if (end < 0 || field === undefined) {
        throw invalid(text, `"<${name}" is no field; there are <title>, <shot>, <lang> and <role>`);
      }
      if (used.has(field)) throw invalid(text, `<${field}> stands in it twice`);
      used.add(field);
      source += FIELD_SOURCES[field];
      wildcards += 1;
      at = end;
    } else if (sign === '*') {
      source += '[^/]*?';
      wildcards += 1;
    } else if (sign === '[') {
      source += '(?:';
      depth += 1;
    } else if (sign === ']') {
      depth -= 1;
      if (depth < 0) throw invalid(text, 'it has a "]" without a "["');
      source += ')?';
    } else source += literal(sign);
  }
  if (depth > 0) throw invalid(text, 'it has a "[" without a "]"');
  if (part === '') throw invalid(text, 'a part of it is empty');
  if (wildcards > MOST_WILDCARDS_A_PART) {
    throw invalid(text, `a part of it has more than ${MOST_WILDCARDS_A_PART} fields and stars`);
  }
  return source;
}

function literal(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|]/g, (special) => `\\${special}`);
}

function parseSettings(text: string, settings: string | undefined): Settings {
  const result: Settings = { language: null, role: null };
  for (const setting of settings?.trim().split(/\s+/) ?? []) {
    const [key, value = ''] = setting.split('=');
    if (key === 'lang') result.language = languageOf(value);
    else if (key === 'role') result.role = roleNamed(value);
    if ((key === 'lang' && result.language === null) || (key === 'role' && result.role === null)) {
      throw invalid(text, `"${value}" is no ${key === 'lang' ? 'language' : 'role'} that is known`);
    }
    if (key !== 'lang' && key !== 'role') throw invalid(text, `"${setting}" is neither lang= nor role=`);
  }
  return result;
}

function invalid(text: string, why: string): AppError {
  return new AppError(
    'PATTERN_INVALID',
    `The pattern "${text.slice(0, LONGEST_PATTERN)}" cannot be read: ${why}. Nothing was imported. Write it as in "<title>_<shot>_<lang>".`,
  );
}
