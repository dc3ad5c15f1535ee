/** Saved filters. */
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { PairFilter, View } from '../../domain/view.ts';
import { stableId } from '../../stable-id.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row } from '../journal.ts';

/** All views by name. */
export function listViews(db: ProjectDatabase): View[] {
  const rows = db.prepare('SELECT * FROM view ORDER BY name').all() as {
    id: string;
    name: string;
    filter: string;
  }[];
  return rows.map((row) => ({ id: row.id, name: row.name, filter: JSON.parse(row.filter) as PairFilter }));
}

/** Saves a filter under a name; the same name replaces it. */
export function saveView(
  db: ProjectDatabase,
  clock: Clock,
  a: { name: string; filter: PairFilter; by?: string },
): View {
  const id = stableId('v', a.name);
  const before = viewRow(db, id);
  const after: Row = { id, name: a.name, filter: JSON.stringify(a.filter) };
  applyJournaled(db, clock, { label: `Save the view "${a.name}"`, by: a.by ?? 'person' }, [
    { table: 'view', before, after },
  ]);
  return { id, name: a.name, filter: a.filter };
}

/** Removes a view. @throws AppError NOT_FOUND. */
export function removeView(db: ProjectDatabase, clock: Clock, a: { viewId: string; by?: string }): null {
  const before = viewRow(db, a.viewId);
  if (before === null) throw new AppError('NOT_FOUND', `There is no view ${a.viewId}. Nothing was changed.`);
  applyJournaled(db, clock, { label: `Remove the view "${before.name}"`, by: a.by ?? 'person' }, [
    { table: 'view', before, after: null },
  ]);
  return null;
}

function viewRow(db: ProjectDatabase, id: string): Row | null {
  return (db.prepare('SELECT * FROM view WHERE id = ?').get(id) as Row | undefined) ?? null;
}
