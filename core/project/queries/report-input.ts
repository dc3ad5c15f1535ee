/** Everything a report tells of, read from the project. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionVerdict } from '../../domain/decision.ts';
import type { EvaluationResult } from '../../domain/evaluation.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RunSummary } from '../../domain/run.ts';
import type { PairState, Split } from '../../domain/title.ts';
import type { ReportInput, ReportTitle } from '../../evaluation/report-input.ts';
import { PAIR_STATE_SQL } from '../pair-state.ts';
import type { Project } from '../project.ts';
import { listAlignments } from './alignments.ts';
import { listFindings } from './findings.ts';
import { readMetrics } from './runs.ts';
import { summarise } from './summary.ts';
import { listTitles } from './titles.ts';

const EVERYTHING = 1_000_000;

/** Name, in the exports folder, of what the demo planted and the checks found. */
export const PLANTED_FILE = 'planted-faults.json';

/** What is known of the project, of one run and of one evaluation; both may be absent. */
export function reportInputOf(
  project: Project,
  a: { run: RunSummary | null; evaluation: EvaluationResult | null },
): ReportInput {
  const summary = summarise(project);
  return {
    projectName: project.name,
    titles: reportTitles(project),
    fileCount: summary.itemCount,
    refusedFiles: refusedFiles(project),
    pairCounts: project.db
      .prepare(
        `SELECT p.language, t.split, ${PAIR_STATE_SQL} AS state, count(*) AS count FROM pair p
         JOIN title t ON t.id = p.title_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      )
      .all() as { language: string; split: Split; state: PairState; count: number }[],
    findings: allFindings(project),
    decisions: project.db
      .prepare('SELECT verdict, by, count(*) AS count FROM decision GROUP BY 1, 2 ORDER BY 1, 2')
      .all() as { verdict: DecisionVerdict; by: string; count: number }[],
    offsets: listAlignments(project.db),
    ...plantedFaults(project),
    commands: commandsFor(project, a.run),
    ...(a.run === null ? {} : { run: a.run, metrics: readMetrics(project, a.run.id, 0, EVERYTHING) }),
    ...(a.evaluation === null ? {} : { evaluation: a.evaluation }),
  };
}

function reportTitles(project: Project): ReportTitle[] {
  const count = (what: string): Map<string, number> =>
    new Map(
      project.db
        .prepare(`SELECT title_id, count(DISTINCT ${what}) FROM pair GROUP BY title_id`)
        .raw()
        .all() as [string, number][],
    );
  const clips = count('clip_id');
  const pairs = count('id');
  return listTitles(project.db, { limit: EVERYTHING }).rows.map((title) => ({
    ...title,
    clipCount: clips.get(title.id) ?? 0,
    pairCount: pairs.get(title.id) ?? 0,
  }));
}

function allFindings(project: Project): Finding[] {
  return listFindings(project.db, { limit: EVERYTHING }).rows;
}

function refusedFiles(project: Project): { name: string; reason: string }[] {
  const path = join(project.folder, 'exports', 'last-import.json');
  if (!existsSync(path)) return [];
  const { refused } = JSON.parse(readFileSync(path, 'utf8')) as {
    refused: { path: string; message: string }[];
  };
  return refused.map((row) => ({ name: row.path.split(/[\\/]/).at(-1) ?? '', reason: row.message }));
}

/** What was planted in made media and found again, where the demo left word of it. */
function plantedFaults(project: Project): Pick<ReportInput, 'planted'> {
  const path = join(project.folder, 'exports', PLANTED_FILE);
  if (!existsSync(path)) return {};
  return { planted: JSON.parse(readFileSync(path, 'utf8')) as NonNullable<ReportInput['planted']> };
}

function commandsFor(project: Project, run: RunSummary | null): string[] {
  const name = `${project.name}.dubscope`;
  const commands = [`dubscope new ${name}`, `dubscope import ${name} MEDIA`, `dubscope check ${name}`];
  if (run === null) return commands;
  const settings = Object.entries(run.config).map(([key, value]) => `${key}=${value}`);
  return [
    ...commands,
    `dubscope decide ${name} --suggested`,
    `dubscope train ${name} --set ${settings.join(' ')}`,
    `dubscope evaluate ${name}`,
    `dubscope report ${name}`,
  ];
}
