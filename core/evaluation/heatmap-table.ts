/** A heatmap as numbers for other programs: CSV with every number of a cell, NPY with the values alone. */
import type { HeatmapPicture } from '../domain/heatmap.ts';
import { encodeNpy } from '../files/npy.ts';
import { csvTable } from './csv.ts';

/** One row a cell: row, column, value, ends of the 95 % interval, clips, whether they are too few for a claim. */
export function heatmapCsv({ rows, columns, cells }: HeatmapPicture): string {
  const heading = ['row', 'row_name', 'column', 'column_name', 'value', 'low_95', 'high_95', 'n', 'too_few'];
  return csvTable([
    heading,
    ...cells.map((cell, index) => {
      const row = rows[Math.floor(index / columns.length)]!;
      const column = columns[index % columns.length]!;
      const { value, low, high, count, isFew } = cell;
      return [row.key, row.name, column.key, column.name, value, low, high, count, isFew ? 1 : 0];
    }),
  ]);
}

/** Values // float64 [rows, columns], NaN where one is not known */
export function heatmapNpy({ rows, columns, cells }: HeatmapPicture): Uint8Array {
  return encodeNpy(
    Float64Array.from(cells, ({ value }) => value ?? Number.NaN),
    [rows.length, columns.length],
  );
}
