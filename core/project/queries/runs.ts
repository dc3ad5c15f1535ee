/** Runs and evaluations as the database knows them; what they made lies in their folders. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { EvaluationSummary } from '../../domain/evaluation.ts';
import type { MetricsRow, RunConfig, RunState, RunSummary } from '../../domain/run.ts';
import { NOTHING_SAID, type RunDescription } from '../../domain/run-about.ts';
import { firstAndLastLine } from '../../files/line-ends.ts';
import { readRunAbout } from '../../training/run-about.ts';
import { appendRunLog } from '../../training/run-log.ts';
import type { ProjectDatabase } from '../database.ts';
import type { Project } from '../project.ts';

type RunRow = {
  id: string;
  state: RunState;
  config: string;
  created_ms: number;
  clip_count: number;
  pair_count: number;
  total_steps: number;
  engine: string | null;
};

/** Folder of a run. */
export function runFolder(project: Project, runId: string): string {
  return join(project.folder, 'runs', runId);
}

/** Folder of an evaluation. */
export function evaluationFolder(project: Project, evaluationId: string): string {
  return join(project.folder, 'evaluations', evaluationId);
}

/** Notes a new run. */
export function insertRun(
  db: ProjectDatabase,
  run: {
    id: string;
    config: RunConfig;
    createdMs: number;
    clipCount: number;
    pairCount: number;
    totalSteps: number;
  },
): void {
  db.prepare("INSERT INTO run VALUES (?, 'created', ?, ?, ?, ?, ?, NULL)").run(
    run.id,
    JSON.stringify(run.config),
    run.createdMs,
    run.clipCount,
    run.pairCount,
    run.totalSteps,
  );
}

/** Changes a run's state; `engine` stays where it is null. */
export function setRunState(
  db: ProjectDatabase,
  runId: string,
  state: RunState,
  engine: string | null = null,
): void {
  db.prepare('UPDATE run SET state = ?, engine = coalesce(?, engine) WHERE id = ?').run(state, engine, runId);
}

/**
 * A run that was running or waiting when its program ended is interrupted, and its log says so; one that was paused
 * stays paused. Only the one writer asks this, at opening.
 */
export function settleOrphanedRuns(project: Project, clock: Clock): void {
  const { db } = project;
  const rows = db
    .prepare("SELECT id, state FROM run WHERE state IN ('running', 'created', 'queued')")
    .all() as {
    id: string;
    state: RunState;
  }[];
  for (const { id, state } of rows) {
    setRunState(db, id, 'interrupted');
    const text = `interrupted: the program ended while it ${state === 'running' ? 'ran' : 'waited for its turn'}`;
    try {
      appendRunLog(runFolder(project, id), { atMs: clock.nowMs(), kind: 'state', text });
    } catch {
      // The project opens all the same where its runs folder cannot be written.
    }
  }
}

/** All runs, newest first. */
export function listRuns(project: Project): RunSummary[] {
  const rows = project.db.prepare('SELECT * FROM run ORDER BY created_ms DESC, id').all() as RunRow[];
  return rows.map((row) => toRun(project, row));
}

/** One run. @throws AppError NOT_FOUND. */
export function getRun(project: Project, runId: string): RunSummary {
  const row = project.db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as RunRow | undefined;
  if (row === undefined) throw new AppError('NOT_FOUND', `There is no run "${runId}". Nothing was done.`);
  return toRun(project, row);
}

/** Metrics of a run from a step on. A last line that is still being written is left out. */
export function readMetrics(project: Project, runId: string, fromStep: number, limit: number): MetricsRow[] {
  getRun(project, runId);
  return metricsLines(project, runId)
    .map((line) => JSON.parse(line) as MetricsRow)
    .filter((row) => row.step >= fromStep)
    .slice(0, limit);
}

/** Notes an evaluation. */
export function insertEvaluation(db: ProjectDatabase, evaluation: EvaluationSummary): void {
  db.prepare('INSERT INTO evaluation VALUES (?, ?, ?, ?, ?)').run(
    evaluation.id,
    evaluation.runId,
    evaluation.createdMs,
    evaluation.clipCount,
    evaluation.step,
  );
}

/** All evaluations, newest first. */
export function listEvaluations(db: ProjectDatabase): EvaluationSummary[] {
  const rows = db.prepare('SELECT * FROM evaluation ORDER BY created_ms DESC, id').all() as {
    id: string;
    run_id: string;
    created_ms: number;
    clip_count: number;
    step: number;
  }[];
  return rows.map((row) => ({
    id: row.id,
    runId: row.run_id,
    createdMs: row.created_ms,
    clipCount: row.clip_count,
    step: row.step,
  }));
}

function toRun(project: Project, row: RunRow): RunSummary {
  const ends = firstAndLastLine(join(runFolder(project, row.id), 'metrics.jsonl'));
  const first = ends === null ? null : (JSON.parse(ends.first) as MetricsRow);
  const last = ends === null ? null : (JSON.parse(ends.last) as MetricsRow);
  return {
    id: row.id,
    state: row.state,
    config: JSON.parse(row.config) as RunConfig,
    createdMs: row.created_ms,
    clipCount: row.clip_count,
    pairCount: row.pair_count,
    step: last === null ? 0 : last.step,
    totalSteps: row.total_steps,
    firstLoss: first?.loss ?? null,
    lastLoss: last?.loss ?? null,
    engine: row.engine,
    ...saidOf(runFolder(project, row.id)),
  };
}

/** What a person said of the run; nothing where the file cannot be read (`dubscope lint` names it). */
function saidOf(folder: string): RunDescription {
  const { name, notes, tags, archived } = readRunAbout(folder) ?? NOTHING_SAID;
  return {
    ...(name === '' ? {} : { name }),
    ...(notes === '' ? {} : { notes }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(archived ? { archived } : {}),
  };
}

function metricsLines(project: Project, runId: string): string[] {
  const path = join(runFolder(project, runId), 'metrics.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines;
}
