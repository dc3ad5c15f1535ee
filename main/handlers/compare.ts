/** Requests that find finished work again and hold runs against each other. */
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../core/domain/errors.ts';
import type { Reproduction } from '../../core/domain/reproduction.ts';
import type { RunConfig, RunSummary } from '../../core/domain/run.ts';
import { decodeClipMeasures } from '../../core/evaluation/clip-measures.ts';
import { type ArmInput, judgeReproduction } from '../../core/evaluation/reproduction.ts';
import { writeReproduction } from '../../core/evaluation/reproduction-files.ts';
import { drawReproduction } from '../../core/evaluation/reproduction-svg.ts';
import type { Project } from '../../core/project/project.ts';
import { evaluationFolder, getRun } from '../../core/project/queries/runs.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import type { ComparedSeed, ReportFiles } from '../../core/rpc/contract-runs.ts';
import { defaultRunConfig } from '../../core/training/config.ts';
import type { HostContext } from '../host.ts';
import { readEvaluation } from './evaluation-file.ts';
import { findComparison, findEvaluation, findRun, readIfThere, runDataset } from './find-runs.ts';

/** Handlers of `run/find`, `evaluation/find`, `comparison/*` and `report/compare`. */
export function compareHandlers(context: HostContext) {
  return {
    'run/find': (a) => findRun(context.project(), a),
    'evaluation/find': (a) => findEvaluation(context.project(), a),
    'comparison/find': ({ runId }) => findComparison(context.project(), runId),
    'comparison/get': ({ seeds }) => judge(context.project(), seeds),
    'comparison/heatmap': ({ seeds, measure, theme = 'light' }) => ({
      svg: drawReproduction(judge(context.project(), seeds), { measure, theme }),
    }),
    'report/compare': (a) => writeComparison(context.project(), a),
  } satisfies Partial<Handlers>;
}

function judge(project: Project, seeds: readonly ComparedSeed[]): Reproduction {
  const inputs = seeds.map(({ originalOnly, dubAugmented }) => ({
    originalOnly: armInput(project, originalOnly),
    dubAugmented: armInput(project, dubAugmented),
  }));
  const runs = inputs.flatMap(({ originalOnly, dubAugmented }) => [originalOnly.run, dubAugmented.run]);
  requireSameTrainingClips(project, runs);
  return judgeReproduction(inputs);
}

async function writeComparison(
  project: Project,
  { seeds, folder }: RequestArguments<'report/compare'>,
): Promise<ReportFiles & { reproduction: Reproduction }> {
  const reproduction = judge(project, seeds);
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
  const [first] = runs;
  const trainedOn = first === undefined ? null : runDataset(project, first.id);
  const other = runs.find((run) => runDataset(project, run.id) !== trainedOn);
  if (first === undefined || other === undefined) return;
  throw new AppError(
    'RUN_DIFFERS',
    `${first.id} and ${other.id} were not trained on the same clips and dubs. Nothing was compared. Train both again on the pairs that are accepted now.`,
  );
}
