/** Requests about the project as a whole. */

import { listJournal, redo, undo } from '../../core/project/journal.ts';
import { lintProject } from '../../core/project/lint.ts';
import { createProject, openProject, requireWritable } from '../../core/project/project.ts';
import { settleOrphanedRuns } from '../../core/project/queries/runs.ts';
import { summarise } from '../../core/project/queries/summary.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

const JOURNAL_PAGE = 100;

/** Handlers of `project/*` and `journal/*`. */
export function projectHandlers(context: HostContext) {
  const { clock, program } = context;
  return {
    'project/create': ({ folder }) => {
      context.setProject(null);
      const project = createProject(folder, { program, clock });
      context.setProject(project);
      return summarise(project);
    },
    'project/open': async ({ folder, readOnly }) => {
      context.setProject(null);
      const project = await openProject(folder, { program, clock, readOnly: readOnly ?? false });
      if (!project.readOnly) settleOrphanedRuns(project, clock);
      context.setProject(project);
      return summarise(project);
    },
    'project/close': () => {
      context.setProject(null);
      return null;
    },
    'project/summary': () => summarise(context.project()),
    'project/lint': () => lintProject(context.project()),
    'journal/list': ({ cursor, limit = JOURNAL_PAGE }) => {
      const rows = listJournal(context.project().db, limit, cursor === undefined ? null : Number(cursor));
      return { rows, next: rows.length === limit ? String(rows.at(-1)?.seq) : null };
    },
    'journal/undo': () => flip(context, undo),
    'journal/redo': () => flip(context, redo),
  } satisfies Partial<Handlers>;
}

function flip(context: HostContext, step: typeof undo): ReturnType<typeof undo> {
  requireWritable(context.project());
  const entry = step(context.project().db);
  context.emit('project/changed', { what: 'titles' });
  context.emit('project/changed', { what: 'pairs' });
  return entry;
}
