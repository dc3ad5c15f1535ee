/** The table of pairs or of decisions of a view, as a file. */
import type { ExportFormat } from '../domain/export.ts';
import type { PairFilter } from '../domain/view.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import type { ProjectDatabase } from '../project/database.ts';
import { DECISION_COLUMNS, PAIR_COLUMNS } from './columns.ts';
import { pairRows } from './pair-rows.ts';
import { writeTable } from './write-table.ts';

/**
 * Writes the pairs that a filter takes, or those of them with a decision, in import order.
 * @returns how many rows
 * @throws what `writeTable` throws
 */
export function exportTable(
  db: ProjectDatabase,
  a: { kind: 'pairs' | 'decisions'; path: string; format: ExportFormat; filter: PairFilter | undefined },
  options: WorkOptions = {},
): Promise<{ rows: number }> {
  const decidedOnly = a.kind === 'decisions';
  const columns = decidedOnly ? DECISION_COLUMNS : PAIR_COLUMNS;
  const parts = pairRows(db, { filter: a.filter, decidedOnly, columns: columns.map(({ name }) => name) });
  return writeTable({ path: a.path, format: a.format, columns, parts }, options);
}
