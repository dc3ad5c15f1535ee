/** The heatmaps of one evaluation, before they have colours. Words of measures: heatmap-measure.ts. */
import {
  type EvaluationResult,
  type Interval,
  type LanguageCell,
  PICTURE,
  type RetrievalRow,
} from '../domain/evaluation.ts';
import type { HeatmapLabel } from '../domain/heatmap.ts';
import {
  FEWEST_CLIPS_FOR_A_CLAIM,
  HEATMAP_TEXTS,
  hasColour,
  headTexts,
  type LanguageMeasure,
} from './heatmap-measure.ts';
import { fullName, languageLabels, type PlainCell, type PlainPicture } from './heatmap-picture.ts';
import { decimal } from './svg.ts';

/** Languages by languages. `fewestClips`: cells with fewer common clips are hatched. */
export function languagesPicture(
  result: EvaluationResult,
  measure: LanguageMeasure,
  fewestClips = FEWEST_CLIPS_FOR_A_CLAIM,
): PlainPicture {
  const { title, subtitles, notes } = headTexts(result, measure, fewestClips);
  return {
    kind: 'languages',
    measure,
    title,
    subtitles,
    notes: [...notes, ...intervalNotes(result)],
    unit: HEATMAP_TEXTS[measure].unit,
    rows: languageLabels(result.languages),
    columns: languageLabels(result.languages),
    cells: result.matrix.map((cell) => ({
      ...languageCell(cell, measure, fewestClips),
      isFixed: cell.a === cell.b && !hasColour({ ...cell, clipCount: fewestClips }, measure, fewestClips),
    })),
  };
}

const PICTURE_ROWS: readonly { key: LanguageMeasure; name: string }[] = [
  { key: 'gap', name: 'Gap' },
  { key: 'sameClip', name: 'Same clip' },
  { key: 'otherClip', name: 'Other clips' },
];

/** How alike pictures and sounds are, a column a language. No rows in evaluations of earlier versions. */
export function picturesPicture(
  result: EvaluationResult,
  fewestClips = FEWEST_CLIPS_FOR_A_CLAIM,
): PlainPicture {
  const cells = result.pictures ?? [];
  const few = cells.some(({ clipCount }) => clipCount < fewestClips);
  return {
    kind: 'pictures',
    measure: null,
    title: 'Picture and sound, by language',
    subtitles: [
      'Mean cosine similarity of a clip’s picture and its sound, of different clips, and their difference',
      sourceOf(result),
    ],
    notes: [...(few ? [fewNote(fewestClips)] : []), ...intervalNotes(result)],
    unit: 'cosine similarity',
    rows:
      result.pictures === undefined ? [] : PICTURE_ROWS.map(({ key, name }) => ({ key, name, tag: null })),
    columns: languageLabels(result.languages),
    cells:
      result.pictures === undefined
        ? []
        : PICTURE_ROWS.flatMap(({ key }) => cells.map((cell) => languageCell(cell, key, fewestClips))),
  };
}

const DIRECTIONS = [
  { direction: 'video-to-audio', name: 'Sound found by picture' },
  { direction: 'audio-to-video', name: 'Picture found by sound' },
] as const;
const DEPTHS = [
  { key: 'recallAt1', chance: 'chanceAt1', name: 'R@1' },
  { key: 'recallAt5', chance: 'chanceAt5', name: 'R@5' },
  { key: 'recallAt10', chance: 'chanceAt10', name: 'R@10' },
] as const;

/** Shares of matches found, a row a direction and depth, a column a language. */
export function retrievalPicture(
  result: EvaluationResult,
  fewestClips = FEWEST_CLIPS_FOR_A_CLAIM,
): PlainPicture {
  const rows = DIRECTIONS.flatMap(({ direction, name }) =>
    DEPTHS.map((depth) => ({ direction, depth, name: `${name}, ${depth.name}` })),
  );
  const find = (language: string, direction: string) =>
    result.retrieval.find((row) => row.language === language && row.direction === direction);
  return {
    kind: 'retrieval',
    measure: null,
    title: 'What is found again, by language',
    subtitles: ['Share of queries whose match is among the first 1, 5 and 10', sourceOf(result)],
    notes: [
      ...(result.retrieval.some((row) => row.candidates < fewestClips) ? [fewNote(fewestClips)] : []),
      'Compare columns with different numbers of clips by what guessing would reach.',
      ...intervalNotes(result),
    ],
    unit: 'share of queries',
    digits: 0,
    isShare: true,
    rows: rows.map(
      ({ direction, depth, name }): HeatmapLabel => ({ key: `${direction} ${depth.key}`, name, tag: null }),
    ),
    columns: languageLabels(result.languages),
    cells: rows.flatMap(({ direction, depth }) =>
      result.languages.map((language) => retrievalCell(find(language, direction), depth, fewestClips)),
    ),
  };
}

/** One number of a language cell, with all of them in words. */
export function languageCell(cell: LanguageCell, measure: LanguageMeasure, fewestClips: number): PlainCell {
  const interval = cell.intervals?.[measure] ?? null;
  return {
    value: cell[measure],
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    count: cell.clipCount,
    isFew: cell[measure] === null || cell.clipCount < fewestClips,
    lines: cellLines(cell),
  };
}

function cellLines(cell: LanguageCell): string[] {
  const of = (name: string, value: number | null, interval: Interval | null | undefined): string =>
    `${name} ${value === null ? 'not known' : decimal(value, 4)}${intervalText(interval, 4)}`;
  return [
    pairName(cell.a, cell.b),
    of('same clip', cell.sameClip, cell.intervals?.sameClip),
    of('other clips', cell.otherClip, cell.intervals?.otherClip),
    of('gap', cell.gap, cell.intervals?.gap),
    `n = ${cell.clipCount} clips`,
  ];
}

/** "English (en) and German (de)", "the picture and English (en)". */
export function pairName(a: string, b: string): string {
  if (a === PICTURE) return `the picture and ${fullName(b)}`;
  return a === b ? fullName(a) : `${fullName(a)} and ${fullName(b)}`;
}

function retrievalCell(
  row: RetrievalRow | undefined,
  { key, chance, name }: (typeof DEPTHS)[number],
  fewestClips: number,
): PlainCell {
  if (row === undefined)
    return { value: null, low: null, high: null, count: 0, isFew: true, lines: ['no clips'] };
  const interval = row.intervals?.[key] ?? null;
  const percent = (value: number): string => `${decimal(100 * value, 1)} %`;
  return {
    value: row[key],
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    count: row.candidates,
    isFew: row.candidates < fewestClips,
    lines: [
      fullName(row.language),
      `${name} ${percent(row[key])}${interval === null ? '' : `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`}`,
      `by guessing ${percent(row[chance])}`,
      `median rank ${row.medianRank}`,
      `n = ${row.candidates} clips`,
    ],
  };
}

/** ", 95 % interval 0.12 to 0.18", or nothing. */
export function intervalText(interval: Interval | null | undefined, digits: number): string {
  if (interval === null || interval === undefined) return '';
  return `, 95 % interval ${decimal(interval.low, digits)} to ${decimal(interval.high, digits)}`;
}

/** Whose numbers they are. */
export function sourceOf({ clipCount, runId, checkpoint }: EvaluationResult): string {
  return [`${clipCount} clips`, runId, checkpoint].filter((part) => part).join(' · ');
}

/** What hatching says. */
export function fewNote(fewestClips: number): string {
  return `Hatched: fewer than ${fewestClips} clips, too few for a claim.`;
}

function intervalNotes({ resampling, clipCount }: EvaluationResult): string[] {
  if (resampling === undefined || clipCount === 0) return [];
  const { unit, count } = resampling;
  const limit = unit === 'shots' ? '; too few titles to speak of others' : '';
  return [`Intervals: ${count} ${unit} drawn anew${limit}.`];
}
