/** Commands that train, evaluate and report. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { RunConfig, RunSummary } from '../../core/domain/run.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import { formatMatrix, formatRetrieval } from '../../core/evaluation/text-table.ts';
import type { Client } from '../../core/rpc/client.ts';
import { CHOICES } from '../../core/training/config-fields.ts';
import { RECIPES, recipeOf } from '../../core/training/recipes.ts';
import { addFilterOptions, type FilterOptions, filterOf, hasFilter } from '../cli/filter-options.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';
import { estimateText } from './estimate-text.ts';

type TrainOptions = FilterOptions & {
  strategy?: string;
  preset?: string;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  set?: string[];
  resume?: string;
  recipe?: string;
  startFrom?: string;
  patchOverlap?: boolean;
  chunkSize?: number;
  estimate?: boolean;
};

/** Adds the commands. */
export function addRunCommands(program: Command, terminal: Terminal): void {
  addTrainCommand(program, terminal);
  program
    .command('runs')
    .description('list the runs, newest first')
    .argument('<project>')
    .action(async (folder: string) => {
      const runs = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('run/list', {}),
      );
      terminal.result(runs, () => runTable(runs));
    });
  addFilterOptions(
    program
      .command('evaluate')
      .description('measure a run on held-out pairs (or those a filter takes)')
      .argument('<project>'),
  )
    .option('--run <id>', 'which run; the newest by default')
    .action(async (folder: string, options: FilterOptions & { run?: string }) => {
      await withProject(terminal, { folder }, async ({ client, follow }) => {
        const runId = options.run ?? (await newestRun(client));
        const { jobId, evaluationId } = await client.call('evaluation/start', {
          runId,
          ...filterPart(options),
        });
        await follow(jobId);
        const result = await client.call('evaluation/get', { evaluationId });
        terminal.result({ evaluationId, ...result }, () => [
          `${evaluationId}: ${runId} (${result.checkpoint}) on ${result.clipCount} clips`,
          '',
          ...[formatRetrieval(result)].flat(),
          '',
          ...[formatMatrix(result)].flat(),
        ]);
      });
    });
  program
    .command('report')
    .description('write the report of an evaluation: HTML, heatmaps as PNG and SVG, tables as CSV and JSON')
    .argument('<project>')
    .option('--evaluation <id>', 'which evaluation; the newest by default')
    .option('--out <folder>', "where; the project's exports folder by default")
    .action(async (folder: string, options: { evaluation?: string; out?: string }) => {
      const files = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('report/write', {
          ...(options.evaluation === undefined ? {} : { evaluationId: options.evaluation }),
          ...(options.out === undefined ? {} : { folder: options.out }),
        }),
      );
      terminal.result(files, () => [`Report: ${files.htmlPath}`]);
    });
}

function addTrainCommand(program: Command, terminal: Terminal): void {
  addFilterOptions(
    program
      .command('train')
      .description(
        'train on the accepted pairs of training titles (or those a filter takes), or go on with a run',
      )
      .argument('<project>'),
  )
    .option(
      '--recipe <name>',
      `settings of a published variant, as far as known: ${RECIPES.map(({ name }) => name).join(', ')}`,
    )
    .option('--start-from <run or file>', 'begin with the weights of a run, or of a .safetensors or .pt file')
    .option('--strategy <name>', `how sounds are chosen: ${CHOICES.strategy.join(', ')}`)
    .option('--preset <name>', `model: ${CHOICES.preset.join(', ')}`)
    .option('--patch-overlap', 'overlapping patches (MViT presets)')
    .option('--epochs <count>', 'times over the data', Number)
    .option('--batch-size <clips>', 'clips in a step', Number)
    .option('--chunk-size <clips>', 'clips in memory at once (GradCache); 0: the whole batch', Number)
    .option('--learning-rate <rate>', 'peak rate', Number)
    .option('--seed <number>', 'same seed, same run', Number)
    .option('--set <key=value...>', 'any other setting of a run, e.g. --set temperature=0.1 weightDecay=0.05')
    .option('--resume <run>', 'go on with this run from its last good checkpoint')
    .option('--estimate', 'say what the run would take, by two steps of it, and start nothing')
    .action(async (folder: string, options: TrainOptions) => {
      if (options.estimate === true) return estimate(terminal, folder, options);
      await withProject(terminal, { folder }, async ({ client, follow }) => {
        const { jobId, runId } =
          options.resume === undefined
            ? await client.call('run/start', {
                config: configOf(options),
                ...filterPart(options),
              })
            : await client.call('run/resume', { runId: options.resume });
        tellOfStart(terminal, options);
        terminal.line(
          `${runId} started. Ctrl-C stops it at the next step; go on with: dubscope train ${folder} --resume ${runId}`,
        );
        await follow(jobId);
        const run = await client.call('run/get', { runId });
        terminal.result(run, () => runTable([run]));
      });
    });
}

async function estimate(terminal: Terminal, folder: string, options: TrainOptions): Promise<void> {
  if (options.resume !== undefined) {
    throw new AppError(
      'ARGUMENT_INVALID',
      '--estimate says what a new run would take and does not go with --resume. Nothing was started. Leave one of them out.',
    );
  }
  const answer = await withProject(terminal, { folder, readOnly: true }, ({ client }) => {
    terminal.status('Measuring two steps ...');
    return client.call('run/estimate', { config: configOf(options), ...filterPart(options) });
  });
  terminal.result(answer, () => estimateText(answer));
}

/** The filter that options name, if any: of accepted pairs, unless they say otherwise. */
function filterPart(options: FilterOptions): { filter?: PairFilter } {
  return hasFilter(options) ? { filter: { states: ['accepted'], ...filterOf(options) } } : {};
}

/** The settings that a command's options mean; their values are judged by the core, not here. */
export function configOf(options: TrainOptions): Partial<RunConfig> {
  const change: Record<string, unknown> = {
    strategy: options.strategy,
    preset: options.preset,
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.learningRate,
    seed: options.seed,
    startFrom: options.startFrom,
    patchOverlap: options.patchOverlap,
    chunkSize: options.chunkSize,
  };
  for (const assignment of options.set ?? []) {
    const match = /^([A-Za-z0-9]+)=(.*)$/.exec(assignment);
    const [, key, text] = match ?? [];
    if (key === undefined || text === undefined) {
      throw new AppError(
        'ARGUMENT_INVALID',
        `--set takes key=value, not "${assignment}". Nothing was started.`,
      );
    }
    change[key] = key === 'languageWeights' ? languageWeights(text) : settingValue(text);
  }
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const recipe = options.recipe === undefined ? {} : recipeOf(options.recipe).changes;
  return { ...recipe, ...Object.fromEntries(given) } as Partial<RunConfig>;
}

function settingValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** `de:2,fr:0.5` as a table; what is no number is left for the core to refuse. */
function languageWeights(text: string): Record<string, unknown> {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [language = '', weight = ''] = part.split(':').map((piece) => piece.trim());
      return [language, weight === '' ? null : settingValue(weight)];
    }),
  );
}

/** Says where a run differs from the published variant that it is named after. */
function tellOfStart(terminal: Terminal, { recipe, startFrom }: TrainOptions): void {
  if (recipe === undefined) return;
  const { name, known, startsFrom } = recipeOf(recipe);
  terminal.line(
    `${name} as published: ${known}. Batch size, rates and epochs are not known: these are our own.`,
  );
  if (startsFrom === null || startFrom !== undefined) return;
  terminal.line(
    `The published ${name} began with the weights of ${startsFrom}; this run begins with random ones (--start-from).`,
  );
}

/** Id of the newest run. @throws AppError NOT_FOUND when there is none. */
export async function newestRun(client: Client): Promise<string> {
  const [run] = await client.call('run/list', {});
  if (run === undefined) {
    throw new AppError(
      'NOT_FOUND',
      'The project has no run yet. Nothing was done. Start one with: dubscope train',
    );
  }
  return run.id;
}

function runTable(runs: readonly RunSummary[]): string[] {
  return table([
    [
      'run',
      'state',
      'strategy',
      'preset',
      'clips',
      'pairs',
      'step',
      'of',
      'first loss',
      'last loss',
      'engine',
    ],
    ...runs.map((run) => [
      run.id,
      run.state,
      run.config.strategy,
      run.config.preset,
      run.clipCount,
      run.pairCount,
      run.step,
      run.totalSteps,
      run.firstLoss?.toFixed(3) ?? null,
      run.lastLoss?.toFixed(3) ?? null,
      run.engine,
    ]),
  ]);
}
