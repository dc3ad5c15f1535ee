/** What an evaluation found of each title: a row a title, a cell a language. Kept as titles.json. */
import { AppError } from '../domain/errors.ts';
import type { TitleCell, TitleRow } from '../domain/evaluation.ts';
import { measureCommon, type Rows, rowsOf } from './cell-sums.ts';
import { type Embeddings, languagesOf } from './embeddings.ts';
import type { LanguageRanks } from './retrieval.ts';

const VERSION = 1;
const DIGITS = 6;

type Sums = { clips: number; same: number; other: number; others: number; picture: number; sounds: number };
type Hits = { queries: number; hits: number };

/**
 * Measures every title. A dub is held against the original of its own clip, and "other clips" are all clips of the
 * evaluation that have both languages, not only the title's (as in the language matrix; our choice).
 */
export function measureTitles(embeddings: Embeddings, ranks: readonly LanguageRanks[]): TitleRow[] {
  const { clips } = embeddings;
  const sums = new Map<string, Sums>();
  const sumOf = (clip: number, language: string): Sums => {
    const key = `${clips[clip]!.titleId} ${language}`;
    const known = sums.get(key) ?? { clips: 0, same: 0, other: 0, others: 0, picture: 0, sounds: 0 };
    sums.set(key, known);
    return known;
  };
  addSounds(embeddings, sumOf);
  addPictures(embeddings, sumOf);
  const hits = hitsOf(embeddings, ranks);
  return [...titlesOf(embeddings)].map(([titleId, { titleName, clipCount }]) => ({
    titleId,
    titleName,
    clipCount,
    cells: embeddings.languages.flatMap((language) => {
      const sum = sums.get(`${titleId} ${language}`);
      return sum === undefined ? [] : [toCell(language, sum, hits.get(`${titleId} ${language}`))];
    }),
  }));
}

function titlesOf({ clips }: Embeddings): Map<string, { titleName: string; clipCount: number }> {
  const titles = new Map<string, { titleName: string; clipCount: number }>();
  for (const { titleId, titleName } of clips) {
    const known = titles.get(titleId) ?? { titleName, clipCount: 0 };
    known.clipCount += 1;
    titles.set(titleId, known);
  }
  return titles;
}

function addSounds(embeddings: Embeddings, sumOf: (clip: number, language: string) => Sums): void {
  const { clips, languages, dim } = embeddings;
  const rows = new Map(languages.map((language) => [language, rowsOf(embeddings, language)]));
  for (const original of languagesOf(clips).originals) {
    for (const language of languages) {
      if (language === original) continue;
      measureCommon(rows.get(original)!, rows.get(language)!, dim, (clip, same, part) => {
        if (clips[clip]!.original.language !== original) return;
        const sum = sumOf(clip, language);
        sum.clips += 1;
        sum.same += same;
        if (part === null) return;
        sum.other += part / 2;
        sum.others += 1;
      });
    }
  }
}

function addPictures(embeddings: Embeddings, sumOf: (clip: number, language: string) => Sums): void {
  const { clips, video, languages, dim } = embeddings;
  const pictures: Rows = { clipIndexes: clips.map((_, index) => index), data: Float64Array.from(video) };
  for (const language of languages) {
    measureCommon(pictures, rowsOf(embeddings, language), dim, (clip, same) => {
      const sum = sumOf(clip, language);
      sum.picture += same;
      sum.sounds += 1;
    });
  }
}

/** Queries of both directions whose match came first. */
function hitsOf({ clips }: Embeddings, languages: readonly LanguageRanks[]): Map<string, Hits> {
  const hits = new Map<string, Hits>();
  for (const { language, clipIndexes, ranks } of languages) {
    for (const [row, clip] of clipIndexes.entries()) {
      const key = `${clips[clip]!.titleId} ${language}`;
      const known = hits.get(key) ?? { queries: 0, hits: 0 };
      known.queries += 2;
      known.hits += (ranks.videoToAudio[row] === 1 ? 1 : 0) + (ranks.audioToVideo[row] === 1 ? 1 : 0);
      hits.set(key, known);
    }
  }
  return hits;
}

function toCell(language: string, sum: Sums, hits: Hits | undefined): TitleCell {
  const sameClip = sum.clips === 0 ? null : sum.same / sum.clips;
  const otherClip = sum.others === 0 ? null : sum.other / sum.others;
  return {
    language,
    clipCount: sum.clips,
    soundCount: sum.sounds,
    sameClip: rounded(sameClip),
    gap: sameClip === null || otherClip === null ? null : rounded(sameClip - otherClip),
    picture: rounded(sum.sounds === 0 ? null : sum.picture / sum.sounds),
    recallAt1: hits === undefined ? null : rounded(hits.hits / hits.queries),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(DIGITS));
}

/** Text of titles.json. */
export function encodeTitleRows(rows: readonly TitleRow[]): string {
  return `${JSON.stringify({ version: VERSION, titles: rows })}\n`;
}

/** Reads titles.json. @throws AppError PROJECT_DAMAGED for anything that `encodeTitleRows` did not write. */
export function decodeTitleRows(text: string): TitleRow[] {
  const rows = parseRows(text);
  if (rows !== null) return rows;
  throw new AppError(
    'PROJECT_DAMAGED',
    'The measures of titles (titles.json) are damaged or of another version. Nothing was changed. Evaluate the run again to make them anew.',
  );
}

function parseRows(text: string): TitleRow[] | null {
  try {
    const value = JSON.parse(text) as { version?: unknown; titles?: unknown } | null;
    return value?.version === VERSION && Array.isArray(value.titles) ? (value.titles as TitleRow[]) : null;
  } catch {
    return null;
  }
}
