/** A heatmap as numbers, colours and words: what the window shows and every file of it is drawn from. */
import type { Pair } from './title.ts';

/**
 * What stands in rows and columns. `languages`: languages by languages. `pictures`: how alike pictures and sounds are,
 * by language. `retrieval`: shares of matches found, by language and direction. `titles`: titles by languages. `clip`:
 * one clip's picture and sounds by themselves.
 */
export type HeatmapKind = 'languages' | 'pictures' | 'retrieval' | 'titles' | 'clip';

/** All kinds. */
export const HEATMAP_KINDS = [
  'languages',
  'pictures',
  'retrieval',
  'titles',
  'clip',
] as const satisfies HeatmapKind[];

/** Which number of a cell is shown; `languages` has the first three, `titles` gap, sameClip, picture and recallAt1. */
export type HeatmapMeasure = 'gap' | 'sameClip' | 'otherClip' | 'picture' | 'recallAt1';

/** All measures. */
export const HEATMAP_MEASURES = [
  'gap',
  'sameClip',
  'otherClip',
  'picture',
  'recallAt1',
] as const satisfies HeatmapMeasure[];

/** Measures that a kind has; none: its rows say what they are. The first is the default. */
export const MEASURES_OF: Readonly<Record<HeatmapKind, readonly HeatmapMeasure[]>> = {
  languages: ['gap', 'sameClip', 'otherClip'],
  pictures: [],
  retrieval: [],
  titles: ['gap', 'sameClip', 'picture', 'recallAt1'],
  clip: [],
};

/** `own`: round numbers around the picture's values. `fixed`: the same ends for every picture of that measure. */
export type HeatmapScale = 'own' | 'fixed';

/** Order of the rows of titles: as in the list, or by the mean of a row, the lowest first. */
export type TitleOrder = 'name' | 'lowest';

/** Which heatmap is meant. */
export type HeatmapSpec = {
  evaluationId: string;
  kind: HeatmapKind;
  /** Default: the kind's first. */
  measure?: HeatmapMeasure;
  /** This evaluation less that one. */
  againstId?: string;
  /** One colour scale with the same picture of this evaluation, for two that stand side by side. */
  besideId?: string;
  scale?: HeatmapScale;
  /** Of `clip`. */
  clipId?: string;
  /** Of `titles`: which rows, at most MOST_TITLE_ROWS. */
  titleOrder?: TitleOrder;
  fromTitle?: number;
};

/** Rows of titles in one picture. */
export const MOST_TITLE_ROWS = 200;

/** A row or a column. */
export type HeatmapLabel = {
  /** Language tag, title id, or what the row measures. */
  key: string;
  name: string;
  /** Stands small beside the name; null where the name says it all. */
  tag: string | null;
};

/** One cell. */
export type HeatmapCell = {
  value: number | null;
  /** Ends of the 95 % interval; null where none is given. */
  low: number | null;
  high: number | null;
  /** Clips (for retrieval: queries) behind it. */
  count: number;
  /** Too few clips for a claim: hatched, and no part of the scale. */
  isFew: boolean;
  /** `#rrggbb`; null where it has none: not known, too few, or fixed by definition. */
  colour: string | null;
  /** Black or white, what can be read on the colour. */
  ink: string | null;
  /** All numbers of the cell in words, a line each. */
  lines: string[];
};

/** The whole picture; `cells` row by row. */
export type HeatmapPicture = {
  kind: HeatmapKind;
  measure: HeatmapMeasure | null;
  title: string;
  subtitles: string[];
  /** What has to be known to read it. */
  notes: string[];
  /** What the numbers are, beside the colour bar. */
  unit: string;
  /** Decimals that a number in a cell is shown with. */
  digits: number;
  /** Numbers are shares and shown in percent. */
  isShare: boolean;
  rows: HeatmapLabel[];
  columns: HeatmapLabel[];
  cells: HeatmapCell[];
  range: { min: number; max: number };
  ticks: { values: number[]; digits: number };
  /** Colours of the bar from `min` to `max`. */
  bar: string[];
  /** All rows there are; more than `rows` where only a part of many titles is shown. */
  rowCount: number;
};

/** One clip behind a cell. */
export type CellClip = {
  clipId: string;
  titleName: string;
  shotName: string;
  startSec: number;
  endSec: number;
  /** Cosine of the two embeddings, -1..1. */
  similarity: number;
  /** Mean cosine of either with the other clips; null with fewer than two clips. */
  otherClip: number | null;
  /** Similarity less that in the other evaluation; null without one or where it lacks the clip. */
  change: number | null;
  /** What the row and the column are of it: languages; null for the picture. */
  sounds: [string | null, string | null];
  /** The way to it: the pair of the column's dub, else the row's, else any of the clip; null where it is gone. */
  pair: Pair | null;
};

/** Which clips behind a cell are wanted, by the keys of its row and column. */
export type CellSpec = {
  evaluationId: string;
  kind: Exclude<HeatmapKind, 'clip'>;
  measure?: HeatmapMeasure;
  againstId?: string;
  row: string;
  column: string;
  /** The most alike first (`least`, the default: the least); with `againstId` what rose or fell most. */
  order?: 'most' | 'least';
  from?: number;
  /** Default 50, at most 200. */
  limit?: number;
};

/** Clips behind a cell, and how many there are in all. */
export type CellClips = { clips: CellClip[]; total: number };

/** Forms that a heatmap is saved in. */
export const HEATMAP_FORMATS = ['png', 'svg', 'csv', 'npy'] as const;
/** One of the forms. */
export type HeatmapFormat = (typeof HEATMAP_FORMATS)[number];
