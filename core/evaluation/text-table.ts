/** An evaluation as tables for a terminal: columns that line up, no colours, no control characters of our own. */
import type { EvaluationResult, LanguageCell, RetrievalRow } from '../domain/evaluation.ts';
import { languageName } from '../domain/language-tag.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from './heatmap-measure.ts';
import { textColumns } from './text-columns.ts';

/**
 * Retrieval, two lines a language. Behind each recall stands how many times chance that is; behind the median rank,
 * the one that guessing gives. A star marks languages with too few clips for a claim.
 */
export function formatRetrieval(result: Pick<EvaluationResult, 'retrieval' | 'originalLanguages'>): string {
  if (result.retrieval.length === 0) return 'Retrieval: no language has a clip.';
  const heading = ['language', 'search', 'R@1', '', 'R@5', '', 'R@10', '', 'median rank', 'among '];
  const rows = result.retrieval.map((row) => [
    languageLabel(row.language, result.originalLanguages),
    row.direction === 'video-to-audio' ? 'video → audio' : 'audio → video',
    percent(row.recallAt1),
    timesChance(row.recallAt1, row.chanceAt1),
    percent(row.recallAt5),
    timesChance(row.recallAt5, row.chanceAt5),
    percent(row.recallAt10),
    timesChance(row.recallAt10, row.chanceAt10),
    `${rankText(row.medianRank)} (chance ${rankText(row.chanceMedianRank)})`,
    // A space where no star is, so that the digits stay below each other.
    `${row.candidates}${isFew(row.candidates) ? '*' : ' '}`,
  ]);
  const lines = [
    'Retrieval (in brackets: times chance)',
    ...textColumns([heading, ...rows], ['left', 'left']),
  ];
  if (result.retrieval.some((row) => isFew(row.candidates))) {
    lines.push(`* fewer than ${FEWEST_CLIPS_FOR_A_CLAIM} clips to choose from: too few for a claim`);
  }
  return lines.join('\n');
}

/**
 * The language × language gap as a table, with the mean of the same clip and of other clips over all pairs of
 * languages below. A star marks cells with too few clips for a claim; on the diagonal stands what a dub would reach
 * that is the same to the model.
 */
export function formatMatrix(result: Pick<EvaluationResult, 'matrix' | 'languages'>): string {
  const { languages, matrix } = result;
  if (languages.length === 0) return 'Language × language: no language has a clip.';
  const gapText = (cell: LanguageCell): string => {
    if (cell.gap === null) return '-  ';
    const text = cell.gap.toFixed(3);
    // One place each for bracket and star, so that the points stay below each other.
    return `${cell.a === cell.b ? `(${text})` : `${text} `}${isFew(cell.clipCount) ? '*' : ' '}`;
  };
  const rows = languages.map((language, row) => [
    language,
    ...matrix.slice(row * languages.length, (row + 1) * languages.length).map(gapText),
  ]);
  const lines = [
    'Language × language: same clip minus other clips, mean cosine similarity (in brackets: a dub that is the same)',
    ...textColumns([['', ...languages.map((tag) => `${tag}  `)], ...rows], ['left']),
    ...meanLine(matrix),
  ];
  if (matrix.some((cell) => isFew(cell.clipCount))) {
    lines.push(`* fewer than ${FEWEST_CLIPS_FOR_A_CLAIM} clips in common: too few for a claim`);
  }
  return lines.join('\n');
}

/** How many times chance a recall is, e.g. `(9.1x)`; empty where chance is certain to be right. */
export function timesChance(recall: number, chance: number): string {
  return chance >= 1 ? '' : `(${(recall / chance).toFixed(1)}x)`;
}

/** A rank or a median of ranks: whole, or with the half. */
export function rankText(rank: number): string {
  return Number.isInteger(rank) ? String(rank) : rank.toFixed(1);
}

function isFew(clips: number): boolean {
  return clips < FEWEST_CLIPS_FOR_A_CLAIM;
}

/** `de German`, with a mark where it is an original. */
function languageLabel(language: string, originals: readonly string[]): string {
  const name = languageName(language);
  return `${language}${name === language ? '' : ` ${name}`}${originals.includes(language) ? ' (original)' : ''}`;
}

/** Mean over the pairs of different languages, each pair once and equally. */
function meanLine(matrix: readonly LanguageCell[]): string[] {
  const pairs = matrix.filter((cell) => cell.a < cell.b && cell.gap !== null);
  if (pairs.length === 0) return [];
  const mean = (key: 'sameClip' | 'otherClip' | 'gap'): string =>
    (pairs.reduce((sum, cell) => sum + cell[key]!, 0) / pairs.length).toFixed(3);
  return [
    `mean of ${pairs.length} pairs of languages: same clip ${mean('sameClip')}, other clips ${mean('otherClip')}, gap ${mean('gap')}`,
  ];
}

function percent(share: RetrievalRow['recallAt1']): string {
  return `${(share * 100).toFixed(1)} %`;
}
