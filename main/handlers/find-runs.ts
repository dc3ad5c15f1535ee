/** Finds runs and evaluations that were made before with the same settings on the same clips. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EvaluationSummary } from '../../core/domain/evaluation.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import type { Project } from '../../core/project/project.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import {
  evaluationFolder,
  getRun,
  listEvaluations,
  listRuns,
  runFolder,
} from '../../core/project/queries/runs.ts';
import type { RequestArguments } from '../../core/rpc/contract.ts';
import type { ComparedSeed } from '../../core/rpc/contract-runs.ts';
import { resolveRunConfig } from '../../core/training/config.ts';

/** The run with these very settings on these very clips: a finished one, else the one that got furthest. */
export function findRun(project: Project, a: RequestArguments<'run/find'>): RunSummary | null {
  const config = resolveRunConfig(a.config);
  const dataset = `${JSON.stringify(datasetOf(project.db, a.filter ?? TRAINING_FILTER))}\n`;
  const runs = listRuns(project).filter(
    (run) => isDeepStrictEqual(run.config, config) && runDataset(project, run.id) === dataset,
  );
  const [furthest] = runs.toSorted((one, other) => other.step - one.step);
  return runs.find((run) => run.state === 'finished') ?? furthest ?? null;
}

/** The newest evaluation of a run as it stands now, on these very clips. */
export function findEvaluation(
  project: Project,
  a: RequestArguments<'evaluation/find'>,
): EvaluationSummary | null {
  const run = getRun(project, a.runId);
  const dataset = `${JSON.stringify(datasetOf(project.db, a.filter ?? HELDOUT_FILTER))}\n`;
  return newestEvaluation(project, run, dataset);
}

/**
 * What a finished run can be compared with: all runs that differ from it in strategy and seed only, measured on the
 * clips that its newest evaluation is about, for every seed that has both strategies; by seed, newest runs first taken.
 */
export function findComparison(project: Project, runId: string): ComparedSeed[] {
  const run = getRun(project, runId);
  const own = listEvaluations(project.db).find((evaluation) => evaluation.runId === runId);
  const measuredOn = own === undefined ? null : evaluationDataset(project, own.id);
  if (run.state !== 'finished' || measuredOn === null) return [];
  const settings = ({ config }: RunSummary): object => ({ ...config, strategy: null, seed: null });
  const trainedOn = runDataset(project, runId);
  const alike = listRuns(project).filter(
    (other) =>
      other.state === 'finished' &&
      other.step === run.step &&
      other.engine === run.engine &&
      isDeepStrictEqual(settings(other), settings(run)) &&
      runDataset(project, other.id) === trainedOn,
  );
  const evaluationOf = (seed: number, strategy: string): string | undefined => {
    const ids = alike
      .filter(({ config }) => config.seed === seed && config.strategy === strategy)
      .map((other) => newestEvaluation(project, other, measuredOn)?.id);
    return ids.find((id) => id !== undefined);
  };
  const seeds = [...new Set(alike.map(({ config }) => config.seed))].toSorted((a, b) => a - b);
  return seeds.flatMap((seed) => {
    const originalOnly = evaluationOf(seed, 'original-only');
    const dubAugmented = evaluationOf(seed, 'dub-augmented');
    return originalOnly === undefined || dubAugmented === undefined ? [] : [{ originalOnly, dubAugmented }];
  });
}

/** The clips and sounds that a run was trained on, as text; null when the file is lost. */
export function runDataset(project: Project, runId: string): string | null {
  return readIfThere(join(runFolder(project, runId), 'dataset.json'));
}

/** A file's text; null when there is none. */
export function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function evaluationDataset(project: Project, evaluationId: string): string | null {
  return readIfThere(join(evaluationFolder(project, evaluationId), 'dataset.json'));
}

/** Of the run's last step, on the clips of `dataset`, with measures of single clips. */
function newestEvaluation(project: Project, run: RunSummary, dataset: string): EvaluationSummary | null {
  const found = listEvaluations(project.db).find(
    (evaluation) =>
      evaluation.runId === run.id &&
      evaluation.step === run.step &&
      evaluationDataset(project, evaluation.id) === dataset &&
      existsSync(join(evaluationFolder(project, evaluation.id), 'clips.json')),
  );
  return found ?? null;
}
