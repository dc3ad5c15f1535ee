/**
 * One evaluation less another, cell by cell. The interval of a difference comes from drawing the same titles (or shots)
 * anew in both, so that what both share falls out (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993,
 * section 8.3, for paired data; over the union of the titles of both is our choice).
 */
import type { Interval } from '../domain/evaluation.ts';
import { createRng } from '../rng.ts';
import { type Draws, drawUnits, intervalOf, redrawnOthers, redrawnRatios, unitsWith } from './bootstrap.ts';
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

/** Sums of one cell over units with names. */
type NamedSums = { names: readonly string[]; sums: UnitSums };

/** Draws over the units of two evaluations together. */
export type PairedDraws = { names: readonly string[]; draws: Draws };

/** Null where one drew titles and the other shots: then nothing is paired. */
export function pairedDraws(
  a: Pick<UnitFile, 'resampling' | 'names'>,
  b: Pick<UnitFile, 'resampling' | 'names'>,
): PairedDraws | null {
  if (a.resampling.unit !== b.resampling.unit) return null;
  const names = [...new Set([...a.names, ...b.names])].sort();
  return { names, draws: drawUnits(names.length, createRng(DRAW_SEED)) };
}

/** Interval of a mean's difference. `otherClip`: of both evaluations, null where it has none. */
export function differenceInterval(
  a: NamedSums & { otherClip: number | null },
  b: NamedSums & { otherClip: number | null },
  measure: LanguageMeasure,
  { names, draws }: PairedDraws,
): Interval | null {
  const [ours, theirs] = [spread(a, names), spread(b, names)];
  const left = redrawn(ours, a.otherClip, measure, draws);
  const right = redrawn(theirs, b.otherClip, measure, draws);
  if (left === null || right === null) return null;
  return intervalOf(
    left.map((value, i) => value - right[i]!),
    Math.min(unitsWith(ours.count), unitsWith(theirs.count)),
  );
}

function redrawn(
  sums: UnitSums,
  otherClip: number | null,
  measure: LanguageMeasure,
  draws: Draws,
): Float64Array | null {
  if (measure === 'sameClip') return redrawnRatios(sums.same, sums.count, draws);
  if (otherClip === null) return null;
  const other = redrawnOthers(sums, otherClip, draws);
  if (measure === 'otherClip') return other;
  return redrawnRatios(sums.same, sums.count, draws).map((same, i) => same - other[i]!);
}

/** The same sums at the places of `names`, 0 where a unit is of the other evaluation only. */
function spread({ names, sums }: NamedSums, all: readonly string[]): UnitSums {
  const places = new Map(all.map((name, place) => [name, place]));
  const spreadOne = (values: Float64Array): Float64Array => {
    const result = new Float64Array(all.length);
    for (const [i, name] of names.entries()) result[places.get(name)!] = values[i]!;
    return result;
  };
  return { count: spreadOne(sums.count), same: spreadOne(sums.same), part: spreadOne(sums.part) };
}
