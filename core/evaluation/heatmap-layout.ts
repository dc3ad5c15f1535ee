/** Where everything in a heatmap stands, px. */
import type { HeatmapLabel } from '../domain/heatmap.ts';
import { textWidthPx } from './svg.ts';

/** Sizes that depend on how many rows and columns there are. */
export type HeatmapLayout = {
  width: number;
  height: number;
  /** Corner of the first cell. */
  left: number;
  top: number;
  /** Side of a cell with its gap. */
  cell: number;
  gap: number;
  cornerRadius: number;
  /** Letters of the numbers in cells; 0 where there is no room for numbers. */
  numberPx: number;
  labelPx: number;
  /** Column names lie slanted where they are wider than a cell. */
  slanted: boolean;
  titleLines: string[];
  subtitleLines: string[];
  noteLines: string[];
  barLeft: number;
};

export const MARGIN_PX = 24;
export const TITLE_PX = 17;
export const TITLE_LINE_PX = 23;
export const SMALL_PX = 12;
export const SMALL_LINE_PX = 17;
export const BAR_WIDTH_PX = 14;
export const SLANT_DEGREES = 40;

const SMALLEST_WIDTH_PX = 520;
/** Colour bar, its numbers and its turned label. */
const BAR_ROOM_PX = 104;
const LABEL_GAP_PX = 12;
/** A colour bar is at least as long. */
export const SHORTEST_BAR_PX = 120;

/** Lays out rows and columns with the texts around them. */
export function layoutHeatmap(
  { rows, columns }: { rows: readonly HeatmapLabel[]; columns: readonly HeatmapLabel[] },
  texts: { title: string; subtitles: string[]; notes: string[] },
): HeatmapLayout {
  const cell = cellSidePx(Math.max(rows.length, columns.length));
  const labelPx = cell >= 48 ? 13 : 11;
  const columnNames = columns.map(({ name }) => textWidthPx(name, labelPx));
  const columnLabels = columns.map((label) => labelWidthPx(label, labelPx));
  const slanted = Math.max(0, ...columnNames) > cell - 4 || labelPx < 13;
  const slant = (SLANT_DEGREES * Math.PI) / 180;
  const columnRoom = slanted ? Math.sin(slant) * Math.max(0, ...columnLabels) + labelPx : 2 * SMALL_LINE_PX;
  const rowRoom = Math.max(
    0,
    ...rows.map((label) => (slanted ? labelWidthPx(label, labelPx) : widestPartPx(label, labelPx))),
  );
  const left = MARGIN_PX + rowRoom + LABEL_GAP_PX;
  const side = cell * rows.length;
  const barLeft = left + cell * columns.length + 24;
  const labelsRight = slanted
    ? Math.max(0, ...columnLabels.map((label, i) => left + (i + 0.5) * cell + Math.cos(slant) * label))
    : 0;
  const width = Math.max(SMALLEST_WIDTH_PX, barLeft + BAR_ROOM_PX, labelsRight + MARGIN_PX);
  const room = width - 2 * MARGIN_PX;
  const titleLines = wrap(texts.title, TITLE_PX * 1.06, room);
  const subtitleLines = texts.subtitles.flatMap((subtitle) => wrap(subtitle, SMALL_PX, room));
  const noteLines = texts.notes.flatMap((note) => wrap(note, SMALL_PX, room));
  const headHeight = titleLines.length * TITLE_LINE_PX + subtitleLines.length * SMALL_LINE_PX + 20;
  const top = MARGIN_PX + headHeight + columnRoom;
  const notesHeight = noteLines.length === 0 ? 0 : noteLines.length * SMALL_LINE_PX + 16;
  return {
    width: Math.ceil(width),
    height: Math.ceil(top + Math.max(side, side === 0 ? 0 : SHORTEST_BAR_PX) + notesHeight + MARGIN_PX),
    left,
    top,
    cell,
    gap: cell >= 48 ? 3 : cell >= 36 ? 2 : 1,
    cornerRadius: cell >= 48 ? 4 : cell >= 36 ? 2 : 0,
    numberPx: cell >= 36 ? Math.round(Math.min(16, cell * 0.24 + 2)) : 0,
    labelPx,
    slanted,
    titleLines,
    subtitleLines,
    noteLines,
    barLeft,
  };
}

function cellSidePx(count: number): number {
  if (count > 60) return 16;
  return count <= 6 ? 72 : count <= 9 ? 62 : count <= 14 ? 48 : count <= 22 ? 36 : 26;
}

function labelWidthPx({ name, tag }: HeatmapLabel, labelPx: number): number {
  return textWidthPx(name, labelPx) + (tag === null ? 0 : 8 + textWidthPx(tag, labelPx - 2));
}

function widestPartPx({ name, tag }: HeatmapLabel, labelPx: number): number {
  return Math.max(textWidthPx(name, labelPx), tag === null ? 0 : textWidthPx(tag, labelPx - 2));
}

/** Breaks text at spaces so that no line is wider than `room`; a longer word keeps a line to itself. */
function wrap(text: string, sizePx: number, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidthPx(joined, sizePx) <= room) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}
