/** Requests that find finished work again and hold runs against each other. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../core/domain/errors.ts';
import type { EvaluationSummary } from '../../core/domain/evaluation.ts';
import type { Reproduction } from '../../core/domain/reproduction.ts';
import type { RunConfig, RunSummary } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import { decodeClipMeasures } from '../../core/evaluation/clip-measures.ts';
import { type ArmInput, judgeReproduction } from '../../core/evaluation/reproduction.ts';
import { writeReproduction } from '../../core/evaluation/reproduction-files.ts';
import type { Project } from '../../core/project/project.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import {
  evaluationFolder,
  getRun,
  listEvaluations,
  listRuns,
  runFolder,
} from '../../core/project/queries/runs.ts';
import type { Handlers, ReportFiles, RequestArguments } from '../../core/rpc/contract.ts';
import { defaultRunConfig, resolveRunConfig } from '../../core/training/config.ts';
import type { HostContext } from '../host.ts';
import { readEvaluation } from './evaluation-file.ts';

/** Handlers of `run/find`, `evaluation/find` and `report/compare`. */
export function compareHandlers(context: HostContext) {
  return {
    'run/find': (a) => findRun(context.project(), a),
    'evaluation/find': (a) => findEvaluation(context.project(), a),
    'report/compare': (a) => compare(context.project(), a),
  } satisfies Partial<Handlers>;
}

/** The run with these very settings on these very clips: a finished one, else the one that got furthest. */
function findRun(project: Project, a: RequestArguments<'run/find'>): RunSummary | null {
  const config = resolveRunConfig(a.config);
  const dataset = `${JSON.stringify(datasetOf(project.db, a.filter ?? TRAINING_FILTER))}\n`;
  const runs = listRuns(project).filter(
    (run) =>
      isDeepStrictEqual(run.config, config) &&
      readIfThere(join(runFolder(project, run.id), 'dataset.json')) === dataset,
  );
  const [furthest] = runs.toSorted((one, other) => other.step - one.step);
  return runs.find((run) => run.state === 'finished') ?? furthest ?? null;
}

/** The newest evaluation of a run as it stands now, on these very clips. */
function findEvaluation(project: Project, a: RequestArguments<'evaluation/find'>): EvaluationSummary | null {
  const run = getRun(project, a.runId);
  const dataset = `${JSON.stringify(datasetOf(project.db, a.filter ?? HELDOUT_FILTER))}\n`;
  const found = listEvaluations(project.db).find((evaluation) => {
    const folder = evaluationFolder(project, evaluation.id);
    return (
      evaluation.runId === run.id &&
      evaluation.step === run.step &&
      readIfThere(join(folder, 'dataset.json')) === dataset &&
      existsSync(join(folder, 'clips.json'))
    );
  });
  return found ?? null;
}

async function compare(
  project: Project,
  { seeds, folder }: RequestArguments<'report/compare'>,
): Promise<ReportFiles & { reproduction: Reproduction }> {
  const inputs = seeds.map(({ originalOnly, dubAugmented }) => ({
    originalOnly: armInput(project, originalOnly),
    dubAugmented: armInput(project, dubAugmented),
  }));
  const runs = inputs.flatMap(({ originalOnly, dubAugmented }) => [originalOnly.run, dubAugmented.run]);
  requireSameTrainingClips(project, runs);
  const reproduction = judgeReproduction(inputs);
  const written = await writeReproduction(
    folder === undefined ? join(project.folder, 'exports', 'reproduction') : resolve(folder),
    reproduction,
    { projectName: project.name, commands: [reproduceCommand(project, reproduction)] },
  );
  return { ...written, reproduction };
}

/** Settings that the command sets itself, or has an option for. */
const NOT_SET = ['strategy', 'seed', 'preset', 'epochs', 'validateEveryEpochs', 'earlyStopAfter'];

/** The command that makes the same comparison. */
function reproduceCommand(project: Project, { seeds, config }: Reproduction): string {
  const numbers = seeds.map(({ seed }) => seed);
  const isCounted = numbers.every((seed, i) => seed === i);
  const defaults = defaultRunConfig(config.preset);
  const settings = (Object.keys(config) as (keyof RunConfig)[])
    .filter((key) => !NOT_SET.includes(key) && !isDeepStrictEqual(config[key], defaults[key]))
    .map((key) => `${key}=${typeof config[key] === 'object' ? JSON.stringify(config[key]) : config[key]}`);
  return [
    `dubscope reproduce ${project.folder} --seeds ${isCounted ? numbers.length : numbers.join(',')}`,
    `--preset ${config.preset} --epochs ${config.epochs}`,
    ...(settings.length === 0 ? [] : [`--set ${settings.join(' ')}`]),
  ].join(' ');
}

function armInput(project: Project, evaluationId: string): ArmInput {
  const evaluation = readEvaluation(project, evaluationId);
  const clips = readIfThere(join(evaluationFolder(project, evaluationId), 'clips.json'));
  if (clips === null || evaluation.runId === null) {
    throw new AppError(
      'NOT_FOUND',
      `${evaluationId} holds no measures of single clips: it was made by an earlier version. Nothing was compared. Evaluate its run again.`,
    );
  }
  return {
    run: getRun(project, evaluation.runId),
    evaluationId,
    evaluation,
    clips: decodeClipMeasures(clips),
  };
}

function requireSameTrainingClips(project: Project, runs: readonly RunSummary[]): void {
  const datasetText = (run: RunSummary): string | null =>
    readIfThere(join(runFolder(project, run.id), 'dataset.json'));
  const [first] = runs;
  const other = runs.find((run) => first !== undefined && datasetText(run) !== datasetText(first));
  if (first === undefined || other === undefined) return;
  throw new AppError(
    'RUN_DIFFERS',
    `${first.id} and ${other.id} were not trained on the same clips and dubs. Nothing was compared. Train both again on the pairs that are accepted now.`,
  );
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
