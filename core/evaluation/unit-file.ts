/**
 * units.safetensors of an evaluation: the sums of every cell over each title (or shot), from which the interval of a
 * difference between two evaluations comes. Tensors `count`, `same`, `part`, each [cells, units]: the cells of the upper
 * half of the language matrix row by row, then those of the pictures.
 */
import type { Resampling } from '../domain/evaluation.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import type { UnitSums } from './cell-sums.ts';
import type { SummedCell } from './language-matrix.ts';
import type { Units } from './units.ts';

/** What the file holds. */
export type UnitFile = {
  resampling: Resampling;
  /** Names of the units, equal for the same title or shot in every evaluation. */
  names: string[];
  /** By `a b`, in the order in which a cell was measured. */
  sums: Map<string, UnitSums>;
};

const FIELDS = ['count', 'same', 'part'] as const;

/** The bytes of the file. */
export function encodeUnits({ resampling, names }: Units, cells: readonly SummedCell[]): Uint8Array {
  const shape = [cells.length, names.length];
  const tensors = new Map(
    FIELDS.map((field) => {
      const data = new Float32Array(cells.length * names.length);
      for (const [i, { sums }] of cells.entries()) data.set(sums.units[field], i * names.length);
      return [field, { shape, data }];
    }),
  );
  return encodeSafetensors(tensors, {
    unit: resampling.unit,
    names: JSON.stringify(names),
    cells: JSON.stringify(cells.map(({ cell }) => `${cell.a} ${cell.b}`)),
  });
}

/** Reads the file. @throws AppError CKPT_DAMAGED when it breaks a rule of its format. */
export function decodeUnits(bytes: Uint8Array, label: string): UnitFile {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const names = JSON.parse(metadata.names ?? '[]') as string[];
  const cells = JSON.parse(metadata.cells ?? '[]') as string[];
  const sumsOf = (i: number): UnitSums => {
    const row = (field: (typeof FIELDS)[number]) =>
      Float64Array.from(tensors.get(field)?.data.subarray(i * names.length, (i + 1) * names.length) ?? []);
    return { count: row('count'), same: row('same'), part: row('part') };
  };
  return {
    resampling: { unit: metadata.unit === 'titles' ? 'titles' : 'shots', count: names.length },
    names,
    sums: new Map(cells.map((key, i) => [key, sumsOf(i)])),
  };
}
