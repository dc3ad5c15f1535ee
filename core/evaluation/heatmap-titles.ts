/** The heatmap of titles by languages, and that of one clip's own picture and sounds. */
import type { DatasetClip } from '../domain/dataset.ts';
import { type EvaluationResult, PICTURE, type TitleCell, type TitleRow } from '../domain/evaluation.ts';
import {
  type HeatmapLabel,
  type HeatmapMeasure,
  MOST_TITLE_ROWS,
  type TitleOrder,
} from '../domain/heatmap.ts';
import { dot } from './dot.ts';
import { fewNote, pairName, sourceOf } from './heatmap-kinds.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from './heatmap-measure.ts';
import { fullName, languageLabels, type PlainCell, type PlainPicture } from './heatmap-picture.ts';
import { decimal } from './svg.ts';

/** Measures that titles have. */
export type TitleMeasure = Extract<HeatmapMeasure, 'gap' | 'sameClip' | 'picture' | 'recallAt1'>;

const TEXTS: Record<TitleMeasure, { title: string; subtitle: string; unit: string }> = {
  gap: {
    title: 'How much closer a dub is to its original than another clip',
    subtitle: 'Mean cosine similarity of original and dub of a clip, less that with other clips',
    unit: 'difference of cosine similarity',
  },
  sameClip: {
    title: 'Original and dub, by title',
    subtitle: 'Mean cosine similarity of original and dub of a clip',
    unit: 'cosine similarity',
  },
  picture: {
    title: 'Picture and sound, by title',
    subtitle: 'Mean cosine similarity of a clip’s picture and its sound',
    unit: 'cosine similarity',
  },
  recallAt1: {
    title: 'What is found again first, by title',
    subtitle: 'Share of queries, both directions, whose match comes first among all clips of the language',
    unit: 'share of queries',
  },
};

/** How the rows are chosen. */
export type TitleRowsOptions = {
  /** Default `name`. */
  order?: TitleOrder | undefined;
  /** First row that is shown, default 0; MOST_TITLE_ROWS of them. */
  from?: number | undefined;
  fewestClips?: number;
};

/** Titles by languages. `cells` are those of the rows that are shown; a scale over all titles: `titleRange`. */
export function titlesPicture(
  result: EvaluationResult,
  titles: readonly TitleRow[],
  measure: TitleMeasure,
  { order = 'name', from = 0, fewestClips = FEWEST_CLIPS_FOR_A_CLAIM }: TitleRowsOptions = {},
): PlainPicture {
  const shown = orderTitles(titles, measure, order).slice(from, from + MOST_TITLE_ROWS);
  const { title, subtitle, unit } = TEXTS[measure];
  const cells = shown.flatMap((row) => cellsOf(result.languages, row, measure, fewestClips));
  const part =
    shown.length < titles.length ? [`Titles ${from + 1} to ${from + shown.length} of ${titles.length}.`] : [];
  return {
    kind: 'titles',
    measure,
    title,
    subtitles: [subtitle, sourceOf(result)],
    notes: [...part, ...(cells.some(({ isFew }) => isFew) ? [fewNote(fewestClips)] : [])],
    unit,
    ...(measure === 'recallAt1' ? { digits: 0, isShare: true } : {}),
    rows: shown.map(({ titleId, titleName }): HeatmapLabel => ({ key: titleId, name: titleName, tag: null })),
    columns: languageLabels(result.languages),
    cells,
    rowCount: titles.length,
  };
}

/** Every cell of every title, for a scale that stays the same from page to page. */
export function titleCells(
  result: EvaluationResult,
  titles: readonly TitleRow[],
  measure: TitleMeasure,
  fewestClips = FEWEST_CLIPS_FOR_A_CLAIM,
): PlainCell[] {
  return titles.flatMap((row) => cellsOf(result.languages, row, measure, fewestClips));
}

function orderTitles(titles: readonly TitleRow[], measure: TitleMeasure, order: TitleOrder): TitleRow[] {
  if (order === 'name') return [...titles].sort((a, b) => (a.titleName < b.titleName ? -1 : 1));
  const meanOf = ({ cells }: TitleRow): number => {
    const values = cells.flatMap((cell) => cell[measure] ?? []);
    return values.length === 0
      ? Number.POSITIVE_INFINITY
      : values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const means = new Map(titles.map((row) => [row.titleId, meanOf(row)]));
  return [...titles].sort((a, b) => {
    const [left, right] = [means.get(a.titleId)!, means.get(b.titleId)!];
    return left === right ? (a.titleName < b.titleName ? -1 : 1) : left - right;
  });
}

function cellsOf(
  languages: readonly string[],
  row: TitleRow,
  measure: TitleMeasure,
  fewestClips: number,
): PlainCell[] {
  const byLanguage = new Map(row.cells.map((cell) => [cell.language, cell]));
  return languages.map((language) =>
    titleCell(row, language, byLanguage.get(language), measure, fewestClips),
  );
}

function titleCell(
  { titleName }: TitleRow,
  language: string,
  cell: TitleCell | undefined,
  measure: TitleMeasure,
  fewestClips: number,
): PlainCell {
  const head = `${titleName}, ${fullName(language)}`;
  if (cell === undefined) {
    return { value: null, low: null, high: null, count: 0, isFew: true, lines: [head, 'no clips'] };
  }
  const count = measure === 'gap' || measure === 'sameClip' ? cell.clipCount : cell.soundCount;
  const of = (value: number | null): string => (value === null ? 'not known' : decimal(value, 4));
  const found = cell.recallAt1 === null ? 'not known' : `${decimal(100 * cell.recallAt1, 1)} %`;
  const dub =
    cell.clipCount === 0
      ? ['the original']
      : [`original and dub ${of(cell.sameClip)}`, `less other clips (gap) ${of(cell.gap)}`];
  return {
    value: cell[measure],
    low: null,
    high: null,
    count,
    isFew: cell[measure] === null || count < fewestClips,
    lines: [
      head,
      ...dub,
      `picture and sound ${of(cell.picture)}`,
      `found first ${found}`,
      `n = ${count} clips`,
    ],
  };
}

/** What the model made of one clip: the picture, then a sound a language. */
export type ClipVectors = { key: string; vector: Float64Array }[];

/** One clip's picture and sounds by themselves, each with each: cosines of embeddings of length one. */
export function clipPicture(
  clip: Pick<DatasetClip, 'titleName' | 'shotName' | 'timeWindow'>,
  vectors: ClipVectors,
): PlainPicture {
  const labels = vectors.map(
    ({ key }): HeatmapLabel =>
      key === PICTURE ? { key, name: 'Picture', tag: null } : languageLabels([key])[0]!,
  );
  const { startSec, endSec } = clip.timeWindow;
  return {
    kind: 'clip',
    measure: null,
    title: 'One clip: its picture and its sounds',
    subtitles: [
      'Cosine similarity of the embeddings',
      `${clip.titleName}, shot ${clip.shotName}, ${decimal(startSec, 1)} to ${decimal(endSec, 1)} s`,
    ],
    notes: ['One clip says nothing of a language.'],
    unit: 'cosine similarity, −1 to 1',
    rows: labels,
    columns: labels,
    cells: vectors.flatMap(({ key: a, vector: left }) =>
      vectors.map(({ key: b, vector: right }): PlainCell => {
        const value = dot(left, 0, right, 0, left.length);
        const isFixed = a === b;
        const name = a === b && a === PICTURE ? 'the picture' : pairName(...ordered(a, b));
        return {
          value,
          low: null,
          high: null,
          count: 1,
          isFew: false,
          isFixed,
          lines: [name, isFixed ? 'itself, 1 by definition' : `cosine ${decimal(value, 4)}`],
        };
      }),
    ),
  };
}

function ordered(a: string, b: string): [string, string] {
  return b === PICTURE ? [b, a] : [a, b];
}
