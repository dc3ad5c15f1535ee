/**
 * One evaluation less another, cell by cell. The interval of a difference comes from drawing the same titles (or shots)
 * anew in both, so that what both share falls out (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993,
 * section 8.3, for paired data; over the union of the titles of both is our choice).
 */
import type { Interval } from '../domain/evaluation.ts';
import { createRng } from '../rng.ts';
import { type Draws, drawUnits, intervalOf, redrawnRatios, unitsWith } from './bootstrap.ts';
import type { UnitSums } from './cell-sums.ts';
import { intervalText } from './heatmap-kinds.ts';
import type { LanguageMeasure } from './heatmap-measure.ts';
import type { PlainCell, PlainPicture } from './heatmap-picture.ts';
import { decimal } from './svg.ts';
import type { UnitFile } from './unit-file.ts';

const DRAW_SEED = 0xd1ff;

/** Interval of a cell's difference, by the keys of its row and column; null where none can be told. */
export type DifferenceInterval = (rowKey: string, columnKey: string) => Interval | null;

/**
 * The picture of `of` less `less`. Rows and columns that only one of them has are left out. A cell is too few for a
 * claim where it is in either.
 * @param names what the two are called
 */
export function differencePicture(
  of: PlainPicture,
  less: PlainPicture,
  names: { of: string; less: string },
  interval: DifferenceInterval = () => null,
): PlainPicture {
  const rows = of.rows.filter(({ key }) => less.rows.some((row) => row.key === key));
  const columns = of.columns.filter(({ key }) => less.columns.some((column) => column.key === key));
  const [ours, theirs] = [cellFinder(of), cellFinder(less)];
  return {
    ...of,
    title: `${of.title}: ${names.of} less ${names.less}`,
    subtitles: [of.subtitles[0] ?? '', `${of.subtitles[1] ?? ''}, less ${less.subtitles[1] ?? ''}`],
    notes: [
      ...new Set([...of.notes, ...less.notes].filter((note) => note.startsWith('Hatched'))),
      'An interval that leaves out 0 is a difference that drawing other titles would hardly undo.',
    ],
    unit: `change of ${of.unit}`,
    isDifference: true,
    rows,
    columns,
    cells: rows.flatMap((row) =>
      columns.map((column) =>
        differenceCell(
          ours(row.key, column.key),
          theirs(row.key, column.key),
          names,
          of.isShare === true,
          interval(row.key, column.key),
        ),
      ),
    ),
    rowCount: of.rowCount === undefined ? rows.length : Math.min(of.rowCount, rows.length),
  };
}

function cellFinder({ rows, columns, cells }: PlainPicture): (row: string, column: string) => PlainCell {
  const rowAt = new Map(rows.map(({ key }, at) => [key, at]));
  const columnAt = new Map(columns.map(({ key }, at) => [key, at]));
  return (row, column) => cells[rowAt.get(row)! * columns.length + columnAt.get(column)!]!;
}

function differenceCell(
  a: PlainCell,
  b: PlainCell,
  names: { of: string; less: string },
  isShare: boolean,
  interval: Interval | null,
): PlainCell {
  const value = a.value === null || b.value === null ? null : a.value - b.value;
  const say = (one: number | null): string =>
    one === null ? 'not known' : isShare ? `${decimal(100 * one, 1)} %` : decimal(one, 4);
  const scale = isShare ? 100 : 1;
  const shown = interval === null ? null : { low: scale * interval.low, high: scale * interval.high };
  return {
    value,
    low: value === null ? null : (interval?.low ?? null),
    high: value === null ? null : (interval?.high ?? null),
    count: Math.min(a.count, b.count),
    isFew: a.isFew || b.isFew,
    isFixed: a.isFixed === true,
    lines: [
      a.lines[0] ?? '',
      `difference ${say(value)}${value === null ? '' : intervalText(shown, isShare ? 1 : 4)}`,
      `${names.of} ${say(a.value)}, n = ${a.count}`,
      `${names.less} ${say(b.value)}, n = ${b.count}`,
    ],
  };
}

/** Draws over the units of two evaluations together, and where the units of each stand among them. */
export type PairedDraws = {
  count: number;
  draws: Draws;
  /** [units of the first], [units of the second] */
  places: [Int32Array, Int32Array];
};

/** Null where one drew titles and the other shots: then nothing is paired. */
export function pairedDraws(
  a: Pick<UnitFile, 'resampling' | 'names'>,
  b: Pick<UnitFile, 'resampling' | 'names'>,
): PairedDraws | null {
  if (a.resampling.unit !== b.resampling.unit) return null;
  const names = [...new Set([...a.names, ...b.names])].sort();
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const placesOf = (own: readonly string[]): Int32Array => Int32Array.from(own, (name) => placeOf.get(name)!);
  return {
    count: names.length,
    draws: drawUnits(names.length, createRng(DRAW_SEED)),
    places: [placesOf(a.names), placesOf(b.names)],
  };
}

/** Sums of a cell, and its `otherClip`, null where it has none. */
type Side = { sums: UnitSums; otherClip: number | null };

/** Interval of a mean's difference; the sides as they were given to `pairedDraws`. */
export function differenceInterval(
  a: Side,
  b: Side,
  measure: LanguageMeasure,
  { count, draws, places }: PairedDraws,
): Interval | null {
  const left = redrawn(a, measure, draws, places[0], count);
  const right = redrawn(b, measure, draws, places[1], count);
  if (left === null || right === null) return null;
  return intervalOf(
    left.map((value, i) => value - right[i]!),
    Math.min(unitsWith(a.sums.count), unitsWith(b.sums.count)),
  );
}

/**
 * Redrawn means // [replicates]. All three are one ratio, since to first order `otherClip` moves by the mean of the
 * parts (`redrawnOthers`): part/count - otherClip; gap: (same - part)/count + otherClip.
 */
function redrawn(
  { sums: { count, same, part }, otherClip }: Side,
  measure: LanguageMeasure,
  draws: Draws,
  places: Int32Array,
  unitCount: number,
): Float64Array | null {
  if (measure !== 'sameClip' && otherClip === null) return null;
  const counts = new Float64Array(unitCount);
  const values = new Float64Array(unitCount);
  for (const [i, place] of places.entries()) {
    counts[place] = count[i]!;
    values[place] =
      (measure === 'otherClip' ? 0 : same[i]!) +
      (measure === 'sameClip' ? 0 : part[i]!) * (measure === 'gap' ? -1 : 1);
  }
  const shift = measure === 'sameClip' ? 0 : measure === 'gap' ? otherClip! : -otherClip!;
  return redrawnRatios(values, counts, draws).map((ratio) => ratio + shift);
}
