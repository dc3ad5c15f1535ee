/** What a project holds, in numbers. */
import type { ProjectSummary } from '../../domain/project.ts';
import type { Project } from '../project.ts';
import { FORMAT_VERSION } from '../schema.ts';
import { countPairs } from './pairs.ts';

/** Counts for the first screen and the end of a command. */
export function summarise(project: Project): ProjectSummary {
  const { db } = project;
  const count = (table: string, where = '1'): number =>
    db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get() as number;
  const languages = db
    .prepare("SELECT DISTINCT language FROM track WHERE role IN ('original', 'dub', 'synthetic') ORDER BY 1")
    .pluck()
    .all() as string[];
  const pairs = countPairs(db, undefined);
  return {
    folder: project.folder,
    name: project.name,
    readOnly: project.readOnly,
    formatVersion: FORMAT_VERSION,
    itemCount: count('item'),
    titleCount: count('title'),
    shotCount: count('shot'),
    clipCount: count('clip'),
    pairCount: pairs.total,
    languages,
    pairsByState: pairs.byState as ProjectSummary['pairsByState'],
    runCount: count('run'),
    evaluationCount: count('evaluation'),
    canUndo: count('journal', 'can_undo = 1 AND undone = 0') > 0,
    canRedo: count('journal', 'can_undo = 1 AND undone = 1') > 0,
  };
}
