/** From numbers to a heatmap: which cells carry a colour, over which range, and the words around them. */
import type {
  HeatmapCell,
  HeatmapKind,
  HeatmapLabel,
  HeatmapMeasure,
  HeatmapPicture,
  HeatmapScale,
} from '../domain/heatmap.ts';
import { languageName } from '../domain/language-tag.ts';
import { differenceColour, inkOn, scaleColour } from './colour-scale.ts';
import { BAR_TICKS } from './heatmap-measure.ts';
import { niceRange, niceTicks } from './ticks.ts';

/** A picture's own scale never spans less, so that noise is not blown up to the full range of colours. */
const SMALLEST_SPAN = 0.1;
const BAR_STOPS = 33;

/** A cell before it has a colour. */
export type PlainCell = Pick<HeatmapCell, 'value' | 'low' | 'high' | 'count' | 'isFew' | 'lines'> & {
  /** It means nothing, e.g. a sound and itself: shown without a colour, no part of the scale. */
  isFixed?: boolean;
};

/** A picture before it has colours. */
export type PlainPicture = {
  kind: HeatmapKind;
  measure: HeatmapMeasure | null;
  title: string;
  subtitles: string[];
  notes: string[];
  unit: string;
  digits?: number;
  isShare?: boolean;
  /** It shows differences: two colours from the middle, 0. */
  isDifference?: boolean;
  rows: HeatmapLabel[];
  columns: HeatmapLabel[];
  cells: PlainCell[];
  rowCount?: number;
};

/** How a picture is coloured. */
export type ColourOptions = {
  scale?: HeatmapScale | undefined;
  /** Ends of the scale, over what `scale` says. */
  range?: { min: number; max: number } | undefined;
};

/** Gives a picture its colours. */
export function colourPicture(plain: PlainPicture, options: ColourOptions = {}): HeatmapPicture {
  const { isDifference = false, isShare = false, cells, rows, digits = 2, rowCount = rows.length } = plain;
  const range = options.range ?? rangeOfCells(plain, options.scale ?? 'own');
  const colourAt = isDifference
    ? (value: number) => differenceColour(value / range.max)
    : (value: number) => scaleColour((value - range.min) / (range.max - range.min));
  const { kind, measure, title, subtitles, notes, unit, columns } = plain;
  return {
    kind,
    measure,
    title,
    subtitles,
    notes,
    unit,
    digits,
    isShare,
    rows,
    columns,
    cells: cells.map(({ isFixed = false, ...cell }) => {
      const colour = cell.value === null || cell.isFew || isFixed ? null : colourAt(cell.value);
      return { ...cell, colour, ink: colour === null ? null : inkOn(colour) };
    }),
    range,
    ticks: niceTicks(range.min, range.max, BAR_TICKS),
    bar: Array.from({ length: BAR_STOPS }, (_, i) =>
      colourAt(range.min + ((range.max - range.min) * i) / (BAR_STOPS - 1)),
    ),
    rowCount,
  };
}

/**
 * Ends of the colour scale. `own`: round numbers around the values that carry a colour, at least SMALLEST_SPAN apart;
 * of a difference as far below 0 as above. `fixed`: 0 to 1, of a difference -0.5 to 0.5 (our choice; what lies outside
 * has the colour of the end).
 */
export function rangeOfCells(
  { cells, isDifference = false }: Pick<PlainPicture, 'cells' | 'isDifference'>,
  scale: HeatmapScale,
): { min: number; max: number } {
  if (scale === 'fixed') return isDifference ? { min: -0.5, max: 0.5 } : { min: 0, max: 1 };
  const values = cells.flatMap(({ value, isFew, isFixed }) =>
    value === null || isFew || isFixed === true ? [] : [value],
  );
  if (isDifference) {
    const farthest = Math.max(SMALLEST_SPAN / 2, ...values.map(Math.abs));
    const { max } = niceRange(-farthest, farthest, BAR_TICKS);
    return { min: -max, max };
  }
  if (values.length === 0) return { min: 0, max: 1 };
  let min = values.reduce((a, b) => Math.min(a, b));
  let max = values.reduce((a, b) => Math.max(a, b));
  const missing = SMALLEST_SPAN - (max - min);
  if (missing > 0) {
    min -= missing / 2;
    max += missing / 2;
  }
  return niceRange(min, max, BAR_TICKS);
}

/** Labels of languages: name, and the tag where it says more. */
export function languageLabels(languages: readonly string[]): HeatmapLabel[] {
  return languages.map((tag) => {
    const name = languageName(tag);
    return name === tag ? { key: tag, name: tag, tag: null } : { key: tag, name, tag };
  });
}

/** "English (en)". */
export function fullName(tag: string): string {
  const name = languageName(tag);
  return name === tag ? tag : `${name} (${tag})`;
}
