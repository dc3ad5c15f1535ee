/** The main job from end to end, on the demo corpus or on a folder of one's own. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import type { EvaluationResult, RetrievalRow } from '../../core/domain/evaluation.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, type PairFilter, TRAINING_FILTER } from '../../core/domain/view.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from '../../core/evaluation/heatmap-measure.ts';
import { formatMatrix, formatRetrieval } from '../../core/evaluation/text-table.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import { PLANTED_FILE } from '../../core/project/queries/report-input.ts';
import type { RunConfigChange } from '../../core/rpc/contract-runs.ts';
import { quickRunConfig } from '../../core/training/config.ts';
import type { Terminal } from '../cli/terminal.ts';
import { durationText, type OpenProject, withProject } from '../cli/with-project.ts';
import { lossLine } from './loss-line.ts';
import { checkAll, DEMO_CORPUS, DEMO_OUTPUT, decideAll, heading, importAndSplit } from './prepare.ts';
import { plantedOf, readTruth, type Tally, tally, tallyLines } from './tally.ts';

/** What the demo may be told. */
export type DemoOptions = { media?: string; out?: string; quick?: true };

/** What the demo ends with, for --json. */
export type DemoResult = {
  project: string;
  tally: Tally | null;
  run: RunSummary;
  evaluation: EvaluationResult;
  reportPath: string;
  seconds: number;
};

/** Imports, checks, decides, trains, evaluates and reports. */
export async function runDemo(terminal: Terminal, options: DemoOptions): Promise<DemoResult> {
  const startMs = systemClock.monotonicMs();
  const media = resolve(options.media ?? join(DEMO_CORPUS, 'media'));
  const truth = options.media === undefined ? readTruth(join(DEMO_CORPUS, 'truth.json')) : null;
  const folder = newDemoFolder(resolve(options.out ?? DEMO_OUTPUT));
  terminal.line(`Demo project: ${folder}`);
  return withProject(terminal, { folder, create: true }, async (open) => {
    await importAndSplit(open, terminal, media, truth);
    const heard = await checkAll(open, terminal);
    const comparison = truth === null ? null : tally(truth, heard);
    if (comparison !== null) {
      heading(terminal, 'Planted faults against what the checks found');
      for (const line of tallyLines(comparison)) terminal.line(line);
      const { total } = await open.client.call('pair/count', {});
      await atomicWrite(
        join(folder, 'exports', PLANTED_FILE),
        `${JSON.stringify(plantedOf(comparison, total), null, 2)}\n`,
      );
    }
    await decideAll(open, terminal);
    const parts = await chooseParts(open);
    const run = await trainOne(open, terminal, options, parts.training);
    const { evaluation, evaluationId } = await evaluateRun(open, terminal, run, parts);
    const report = await open.client.call('report/write', { evaluationId });
    const seconds = (systemClock.monotonicMs() - startMs) / 1000;
    heading(terminal, 'Done');
    for (const line of summaryOf(evaluation)) terminal.line(line);
    terminal.line(`Report: ${report.htmlPath}`);
    terminal.line(`Look at it in the window: npm start -- ${folder}`);
    terminal.line(`Took ${durationText(seconds)}.`);
    if (
      comparison !== null &&
      (comparison.rows.some((row) => !row.found) || comparison.falseAlarms.length > 0)
    ) {
      terminal.exitCode = 6;
    }
    return { project: folder, tally: comparison, run, evaluation, reportPath: report.htmlPath, seconds };
  });
}

/** Which pairs are trained on and which measured: apart where there are enough clips of both, else all of them. */
type Parts = { training: PairFilter; evaluation: PairFilter; isHeldOut: boolean };

async function chooseParts({ client }: OpenProject): Promise<Parts> {
  const clips = async (filter: PairFilter): Promise<number> =>
    (await client.call('view/dataset', { filter })).clips.length;
  const fewest = Math.min(await clips(TRAINING_FILTER), await clips(HELDOUT_FILTER));
  if (fewest >= FEWEST_CLIPS_FOR_A_CLAIM) {
    return { training: TRAINING_FILTER, evaluation: HELDOUT_FILTER, isHeldOut: true };
  }
  const accepted: PairFilter = { states: ['accepted'] };
  return { training: accepted, evaluation: accepted, isHeldOut: false };
}

async function trainOne(
  { client, follow }: OpenProject,
  terminal: Terminal,
  options: DemoOptions,
  filter: PairFilter,
): Promise<RunSummary> {
  heading(terminal, options.quick === true ? 'Train a few steps (--quick)' : 'Train');
  const clips = (await client.call('view/dataset', { filter })).clips.length;
  const config: RunConfigChange = options.quick === true ? quickRunConfig() : {};
  const { batchSize } = { ...(await client.call('run/defaults', {})), ...config };
  const { jobId, runId } = await client.call('run/start', {
    config: { ...config, batchSize: Math.min(batchSize, clips) },
    filter,
  });
  await follow(jobId);
  const run = await client.call('run/get', { runId });
  const metrics = await client.call('run/metrics', { runId });
  terminal.line(
    `${runId}: ${run.clipCount} clips, ${run.pairCount} pairs, ${run.step} steps on ${run.engine}; loss ${run.firstLoss?.toFixed(3)} -> ${run.lastLoss?.toFixed(3)}`,
  );
  terminal.line(lossLine(metrics.map((row) => row.loss)));
  return run;
}

async function evaluateRun(
  { client, follow }: OpenProject,
  terminal: Terminal,
  run: RunSummary,
  parts: Parts,
): Promise<{ evaluation: EvaluationResult; evaluationId: string }> {
  heading(terminal, parts.isHeldOut ? 'Evaluate on held-out titles' : 'Evaluate on all accepted pairs');
  if (!parts.isHeldOut) {
    terminal.line('Too few clips to hold any out: these numbers are about clips that were trained on.');
  }
  const { jobId, evaluationId } = await client.call('evaluation/start', {
    runId: run.id,
    filter: parts.evaluation,
  });
  await follow(jobId);
  const evaluation = await client.call('evaluation/get', { evaluationId });
  for (const line of [formatRetrieval(evaluation), '', formatMatrix(evaluation)]) terminal.line(line);
  return { evaluation, evaluationId };
}

/** What the numbers come to, over all languages. */
function summaryOf({ retrieval, matrix, languages }: EvaluationResult): string[] {
  const directions = ['video-to-audio', 'audio-to-video'] as const;
  const lines = directions.map((direction) => {
    const rows = retrieval.filter((row) => row.direction === direction);
    const mean = (value: (row: RetrievalRow) => number): number =>
      rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
    const [reached, chance] = [mean((row) => row.recallAt1), mean((row) => row.chanceAt1)];
    return `R@1 ${direction}: ${(100 * reached).toFixed(1)} %, ${(reached / chance).toFixed(1)} times chance (mean of ${languages.length} languages).`;
  });
  const gaps = matrix.filter((cell) => cell.a < cell.b && cell.gap !== null).map((cell) => cell.gap ?? 0);
  const gap = gaps.reduce((sum, value) => sum + value, 0) / gaps.length;
  return [
    ...lines,
    `Same clip in two languages is ${gap.toFixed(2)} more alike than two clips (mean cosine).`,
  ];
}

/** A new place for a demo project; the caches of earlier demos, which can be made again, make room. */
function newDemoFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const earlier = readdirSync(parent).filter((name) => /^demo-\d+\.dubscope$/.test(name));
  for (const name of earlier) {
    const cache = join(parent, name, 'cache');
    if (existsSync(cache)) rmSync(cache, { recursive: true, force: true });
  }
  const numbers = earlier.map((name) => Number(name.slice(5, -'.dubscope'.length)));
  return join(parent, `demo-${Math.max(0, ...numbers) + 1}.dubscope`);
}
