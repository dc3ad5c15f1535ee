/** Which language a title was made in. */
import { type LanguageTag, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import { candidatesOf, compare, hasVideo, type ShotFiles } from './shot-files.ts';

/** The original language of a title: said, marked, what most pictures have as first track, English, the first. */
export function originalOf(files: readonly ShotFiles[], said: LanguageTag | null): LanguageTag {
  const candidates = files.flatMap(candidatesOf);
  if (said !== null && candidates.some((c) => c.language === said)) return said;
  const marked = candidates.find((c) => c.role === 'original');
  if (marked !== undefined) return marked.language;
  const own = mostFrequent(files.flatMap((shot) => ownLanguageOf(shot) ?? []));
  if (own !== null) return own;
  const languages = candidates.filter((c) => c.role === null).map((c) => c.language);
  return languages.find((language) => language === 'en') ?? languages.sort(compare)[0] ?? UNKNOWN_LANGUAGE;
}

/** What a shot's only picture has as its first track; null where each language has a picture of its own. */
function ownLanguageOf(shot: ShotFiles): LanguageTag | null {
  const [only, ...others] = shot.files.filter(({ scan }) => hasVideo(scan));
  if (only === undefined || others.length > 0) return null;
  return candidatesOf(shot).find((c) => c.file === only && c.role === null)?.language ?? null;
}

/** The most frequent; of equally frequent ones the first. */
function mostFrequent(languages: readonly LanguageTag[]): LanguageTag | null {
  const groups = [...Map.groupBy(languages, (language) => language).values()];
  const largest = Math.max(...groups.map((group) => group.length));
  return groups.find((group) => group.length === largest)?.[0] ?? null;
}
