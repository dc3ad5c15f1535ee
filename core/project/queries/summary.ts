/** What a project holds, in numbers. */
import type { ProjectSummary } from '../../domain/project.ts';
import type { PairState } from '../../domain/title.ts';
import type { ProjectDatabase } from '../database.ts';
import { PAIR_STATE_SQL } from '../pair-state.ts';
import { PAIR_STATES } from '../pair-table.ts';
import type { Project } from '../project.ts';
import { FORMAT_VERSION } from '../schema.ts';

/** The last summary of a database, and how many changes it had seen then: of our own, and of other programs. */
const known = new WeakMap<ProjectDatabase, { changes: string; summary: ProjectSummary }>();

/** Counts for the first screen and the end of a command; made again only where something has changed. */
export function summarise(project: Project): ProjectSummary {
  const { db } = project;
  const own = db.prepare('SELECT total_changes()').pluck().get() as number;
  const changes = `${own} ${db.pragma('data_version', { simple: true })}`;
  const last = known.get(db);
  if (last?.changes === changes) return last.summary;
  const summary = count(project);
  known.set(db, { changes, summary });
  return summary;
}

function count(project: Project): ProjectSummary {
  const { db } = project;
  const rows = (table: string, where = '1'): number =>
    db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get() as number;
  const languages = db
    .prepare("SELECT DISTINCT language FROM track WHERE role IN ('original', 'dub', 'synthetic') ORDER BY 1")
    .pluck()
    .all() as string[];
  // From the index, without the columns that filters need: a project opens at once.
  const states = db
    .prepare(`SELECT ${PAIR_STATE_SQL} AS state, count(*) AS n FROM pair p GROUP BY verdict, severity`)
    .all() as { state: PairState; n: number }[];
  const inState = (state: PairState): number =>
    states.filter((row) => row.state === state).reduce((sum, { n }) => sum + n, 0);
  return {
    folder: project.folder,
    name: project.name,
    readOnly: project.readOnly,
    formatVersion: FORMAT_VERSION,
    itemCount: rows('item'),
    titleCount: rows('title'),
    shotCount: rows('shot'),
    clipCount: rows('clip'),
    pairCount: rows('pair'),
    languages,
    pairsByState: Object.fromEntries(
      PAIR_STATES.map((state) => [state, inState(state)]),
    ) as ProjectSummary['pairsByState'],
    runCount: rows('run'),
    evaluationCount: rows('evaluation'),
    canUndo: rows('journal', 'can_undo = 1 AND undone = 0') > 0,
    canRedo: rows('journal', 'can_undo = 1 AND undone = 1') > 0,
  };
}
