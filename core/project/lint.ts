/** Looks a project over from outside and inside and says what is wrong; changes nothing. */
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LintProblem, LintReport } from '../domain/project.ts';
import { ABOUT_FILE, readRunAbout } from '../training/run-about.ts';
import { PAIR_STATE_SQL } from './pair-state.ts';
import type { Project } from './project.ts';

const CHECKS: Record<string, (project: Project) => LintProblem[]> = {
  'database integrity': integrity,
  'references between tables': references,
  'source media': sourceMedia,
  'titles and pairs': titlesAndPairs,
  'decisions and findings beside pairs': pairColumns,
  'run folders': runFolders,
  'temporary files': temporaryFiles,
};

/** Runs every check of docs/project-format.md. */
export function lintProject(project: Project): LintReport {
  return {
    checked: Object.keys(CHECKS),
    problems: Object.values(CHECKS).flatMap((check) => check(project)),
  };
}

function integrity({ db }: Project): LintProblem[] {
  const verdicts = db.pragma('integrity_check(20)') as { integrity_check: string }[];
  return verdicts
    .filter((row) => row.integrity_check !== 'ok')
    .map((row) => error('project.db', `SQLite finds damage: ${row.integrity_check}. Restore a backup.`));
}

function references({ db }: Project): LintProblem[] {
  const rows = db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[];
  return rows
    .slice(0, 20)
    .map((row) => error(row.table, `Row ${row.rowid} points to a missing ${row.parent}. Restore a backup.`));
}

function sourceMedia({ db }: Project): LintProblem[] {
  const problems: LintProblem[] = [];
  const rows = db.prepare('SELECT path, size_bytes, modified_ms FROM item ORDER BY path').all() as {
    path: string;
    size_bytes: number;
    modified_ms: number;
  }[];
  for (const row of rows) {
    const stat = statSync(row.path, { throwIfNoEntry: false });
    if (stat === undefined) {
      problems.push(
        warning(
          row.path,
          'The file is not there. Its pairs stay; put it back, or import it from its new place.',
        ),
      );
    } else if (stat.size !== row.size_bytes || Math.abs(stat.mtimeMs - row.modified_ms) > 1) {
      problems.push(warning(row.path, 'The file changed since its import. Import it again, then check.'));
    }
  }
  return problems;
}

function titlesAndPairs({ db }: Project): LintProblem[] {
  const lonely = db
    .prepare(
      'SELECT name FROM title t WHERE NOT EXISTS (SELECT 1 FROM pair p WHERE p.title_id = t.id) ORDER BY name',
    )
    .pluck()
    .all() as string[];
  const noOriginal = db
    .prepare(
      "SELECT id FROM shot s WHERE NOT EXISTS (SELECT 1 FROM track k WHERE k.shot_id = s.id AND k.role = 'original')",
    )
    .pluck()
    .all() as string[];
  return [
    ...lonely.map((name) => warning(name, 'The title has no pair: no dub was found for it.')),
    ...noOriginal.map((id) =>
      error(id, 'The shot has no original track, so nothing can be paired with its dubs.'),
    ),
  ];
}

function pairColumns({ db }: Project): LintProblem[] {
  const rows = db
    .prepare(
      `SELECT p.id, ${PAIR_STATE_SQL} AS state FROM pair p LEFT JOIN decision d ON d.pair_id = p.id
       WHERE p.verdict IS NOT d.verdict ORDER BY p.seq LIMIT 20`,
    )
    .all() as { id: string; state: string }[];
  return rows.map((row) => error(row.id, `The pair is shown as ${row.state}, its decision says otherwise.`));
}

function runFolders(project: Project): LintProblem[] {
  const ids = project.db.prepare('SELECT id FROM run').pluck().all() as string[];
  const lost = ids.filter((id) => !existsSync(join(project.folder, 'runs', id, 'config.json')));
  const unreadable = ids.filter((id) => readRunAbout(join(project.folder, 'runs', id)) === null);
  return [
    ...lost.map((id) => error(`runs/${id}`, 'The run has lost its folder or its config.json.')),
    ...unreadable.map((id) =>
      warning(
        `runs/${id}/${ABOUT_FILE}`,
        'Name, notes, tags and pins of the run cannot be read. Its training removes no checkpoint meanwhile. Describe the run anew, or put the file right.',
      ),
    ),
  ];
}

function temporaryFiles(project: Project): LintProblem[] {
  const names = readdirSync(project.folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter(
      (name) =>
        /\.tmp-\d+/.test(name) && lstatSync(join(project.folder, name), { throwIfNoEntry: false })?.isFile(),
    )
    .slice(0, 20)
    .map((name) =>
      warning(name, 'Left over from an interrupted write; it can be deleted when nothing is running.'),
    );
}

function error(where: string, sentence: string): LintProblem {
  return { severity: 'error', where, sentence };
}

function warning(where: string, sentence: string): LintProblem {
  return { severity: 'warning', where, sentence };
}
