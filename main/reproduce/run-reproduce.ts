/** Trains both arms with every seed, measures them on held-out clips, and says whether the paper's claim held. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { Arm, Reproduction } from '../../core/domain/reproduction.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import { HELDOUT_FILTER, TRAINING_FILTER } from '../../core/domain/view.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from '../../core/evaluation/heatmap-measure.ts';
import { formatReproduction } from '../../core/evaluation/reproduction-text.ts';
import type { ReportFiles, RunConfigChange } from '../../core/rpc/contract-runs.ts';
import { QUICK } from '../../core/training/config-fields.ts';
import type { Terminal } from '../cli/terminal.ts';
import { durationText, type OpenProject, withProject } from '../cli/with-project.ts';
import { checkAll, DEMO_CORPUS, DEMO_OUTPUT, decideAll, heading, importAndSplit } from '../demo/prepare.ts';
import { readTruth } from '../demo/tally.ts';
import { createTimeLeft, type TimeLeft, type WorkLeft } from './time-left.ts';

/** What the command may be told. */
export type ReproduceRequest = {
  /** Null: a project that is made from the demo corpus, once. */
  folder: string | null;
  seeds: number[];
  /** Where the comparison goes; the project's exports by default. */
  out?: string;
  /** Settings of all runs, besides strategy and seed. */
  config: RunConfigChange;
  quick: boolean;
  /** Train and measure anew what is finished already. */
  again: boolean;
};

/** What the command ends with, for --json. */
export type ReproduceResult = ReportFiles & { project: string; reproduction: Reproduction; seconds: number };

const ARMS: readonly Arm[] = ['original-only', 'dub-augmented'];

/** One training and its measurement, and what is known of it before. */
type Part = { seed: number; arm: Arm; config: RunConfigChange; found: RunSummary | null };

/** The whole command. Stopped anywhere, it goes on where it was when called again. */
export async function runReproduce(terminal: Terminal, request: ReproduceRequest): Promise<ReproduceResult> {
  const startMs = systemClock.monotonicMs();
  const folder = resolve(request.folder ?? join(DEMO_OUTPUT, 'reproduce.dubscope'));
  const create = request.folder === null && !existsSync(folder);
  terminal.line(`Project: ${folder}`);
  return withProject(terminal, { folder, create }, async (open) => {
    if (request.folder === null) await prepareDemo(open, terminal);
    await requireClips(open);
    const parts = await planParts(open, request);
    const evaluations = await runParts(open, terminal, parts, request);
    const written = await open.client.call('report/compare', {
      seeds: request.seeds.map((_, i) => ({
        originalOnly: evaluations[2 * i]!,
        dubAugmented: evaluations[2 * i + 1]!,
      })),
      ...(request.out === undefined ? {} : { folder: request.out }),
    });
    heading(terminal, "Does the paper's claim hold here?");
    for (const line of formatReproduction(written.reproduction)) terminal.line(line);
    terminal.line();
    terminal.line(written.reproduction.line);
    const seconds = (systemClock.monotonicMs() - startMs) / 1000;
    terminal.line(`Both heatmaps side by side: ${written.htmlPath}`);
    terminal.line(`Took ${durationText(seconds)}.`);
    return { project: folder, ...written, seconds };
  });
}

/** Import, split, checks and decisions of the demo corpus, as far as they are missing. */
async function prepareDemo(open: OpenProject, terminal: Terminal): Promise<void> {
  const { total, byState } = await open.client.call('pair/count', {});
  if ((byState.accepted ?? 0) > 0) return;
  if (total === 0) {
    const truth = readTruth(join(DEMO_CORPUS, 'truth.json'));
    await importAndSplit(open, terminal, join(DEMO_CORPUS, 'media'), truth);
  }
  await checkAll(open, terminal);
  await decideAll(open, terminal);
}

async function requireClips({ client }: OpenProject): Promise<void> {
  for (const [filter, where] of [
    [TRAINING_FILTER, 'titles for training'],
    [HELDOUT_FILTER, 'held-out titles'],
  ] as const) {
    const { clips } = await client.call('view/dataset', { filter });
    if (clips.length >= FEWEST_CLIPS_FOR_A_CLAIM) continue;
    throw new AppError(
      'TOO_FEW_PAIRS',
      `A claim needs at least ${FEWEST_CLIPS_FOR_A_CLAIM} clips with an accepted dub in ${where}; there are ${clips.length}. Nothing was started. Accept pairs (dubscope decide) or divide the titles anew (dubscope split).`,
      { details: { clips: clips.length } },
    );
  }
}

async function planParts({ client }: OpenProject, request: ReproduceRequest): Promise<Part[]> {
  const common: RunConfigChange = {
    ...(request.quick ? QUICK : {}),
    ...request.config,
    // Both arms do the same steps, and the last one is measured: no look at held-out clips chooses it.
    validateEveryEpochs: 0,
    earlyStopAfter: 0,
  };
  const parts: Part[] = [];
  for (const seed of request.seeds) {
    for (const arm of ARMS) {
      const config = { ...common, seed, strategy: arm };
      const found = request.again ? null : await client.call('run/find', { config });
      parts.push({ seed, arm, config, found });
    }
  }
  return parts;
}

/** Trains and measures what is missing. @returns the evaluation of each part. */
async function runParts(
  open: OpenProject,
  terminal: Terminal,
  parts: readonly Part[],
  request: ReproduceRequest,
): Promise<string[]> {
  const timeLeft = createTimeLeft(systemClock);
  const evaluations: string[] = [];
  for (const [i, part] of parts.entries()) {
    const name = `${i + 1} of ${parts.length}, ${part.arm}, seed ${part.seed}`;
    heading(terminal, `Run ${name}`);
    const later = parts.slice(i + 1);
    const run = await trainPart(open, terminal, part, { name, later, timeLeft });
    evaluations.push(await evaluatePart(open, terminal, run, { name, later, timeLeft }, request.again));
  }
  return evaluations;
}

type Rest = { name: string; later: readonly Part[]; timeLeft: TimeLeft };

async function trainPart(
  { client, follow }: OpenProject,
  terminal: Terminal,
  { config, found }: Part,
  { name, later, timeLeft }: Rest,
): Promise<RunSummary> {
  if (found?.state === 'finished') {
    terminal.line(`${found.id} has done this already: ${found.step} steps on ${found.engine}.`);
    return found;
  }
  const { jobId, runId } =
    found === null
      ? await client.call('run/start', { config })
      : await client.call('run/resume', { runId: found.id });
  const begun = await client.call('run/get', { runId });
  terminal.line(
    found === null
      ? `${begun.id} started.`
      : `${begun.id} goes on after step ${begun.step} of ${begun.totalSteps}.`,
  );
  timeLeft.begin('train', workAfter(later, begun.totalSteps, 1));
  await follow(jobId, noteOf(name, timeLeft));
  timeLeft.end();
  const run = await client.call('run/get', { runId });
  terminal.line(
    `${run.id}: ${run.clipCount} clips, ${run.step} steps on ${run.engine}; loss ${run.firstLoss?.toFixed(3)} -> ${run.lastLoss?.toFixed(3)}`,
  );
  return run;
}

async function evaluatePart(
  { client, follow }: OpenProject,
  terminal: Terminal,
  run: RunSummary,
  { name, later, timeLeft }: Rest,
  again: boolean,
): Promise<string> {
  const found = again ? null : await client.call('evaluation/find', { runId: run.id });
  if (found !== null) {
    terminal.line(`${found.id} has measured it already, on ${found.clipCount} held-out clips.`);
    return found.id;
  }
  const { jobId, evaluationId } = await client.call('evaluation/start', { runId: run.id });
  timeLeft.begin('evaluate', workAfter(later, run.totalSteps, 0));
  await follow(jobId, noteOf(name, timeLeft));
  timeLeft.end();
  terminal.line(`${evaluationId}: measured on held-out clips.`);
  return evaluationId;
}

/** Steps and evaluations of later parts; `here`: evaluations that the present part still asks for. */
function workAfter(later: readonly Part[], stepsEach: number, here: number): WorkLeft {
  const steps = later.reduce((sum, { found }) => {
    if (found?.state === 'finished') return sum;
    return sum + stepsEach - (found?.step ?? 0);
  }, 0);
  return { steps, evaluations: here + later.length };
}

function noteOf(name: string, timeLeft: TimeLeft): Parameters<OpenProject['follow']>[1] {
  return (progress) => {
    const leftSec = timeLeft.leftSec(progress);
    return `  [${name}${leftSec === null ? '' : `; ${durationText(leftSec)} left in all`}]`;
  };
}
