/** The command that writes features of files as the official inference does. */
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { PresetName } from '../../core/domain/run.ts';
import type { Modality } from '../../core/evaluation/features/find-files.ts';
import { FEATURE_FORMATS, type FeatureFormat } from '../../core/evaluation/features/write-features.ts';
import type { FeatureWeights, TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { PRESET_NAMES } from '../../core/model/presets.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';
import { runWorker } from '../run-worker.ts';
import { newestRun } from './runs.ts';

type EmbedOptions = {
  out: string;
  weights?: string;
  project?: string;
  run?: string;
  checkpoint?: string;
  preset: PresetName;
  patchOverlap?: boolean;
  seed: string;
  modality: Modality | 'both';
  format: string;
  overwrite?: boolean;
};

/** Adds the command. */
export function addEmbedCommand(program: Command, terminal: Terminal): void {
  program
    .command('embed')
    .description(
      'write the features of video and audio files, with the clips, crops and files of the official inference',
    )
    .argument('<inputs...>', 'files, or folders with everything below them; never written')
    .requiredOption('--out <folder>', 'folder to write to')
    .option('--weights <file>', 'a .pt or .safetensors file, or "untrained" for weights that are only drawn')
    .option('--project <folder>', 'weights of a run of this project, in place of --weights')
    .option('--run <id>', 'which run of the project; the newest by default')
    .option('--checkpoint <name>', 'which checkpoint of the run; the newest good one by default')
    .addOption(
      new Option('--preset <name>', 'size of the model, where the weights do not say it')
        .choices(PRESET_NAMES)
        .default('mvitv2-s'),
    )
    .option('--patch-overlap', 'overlapping patches, where the weights do not say it')
    .option('--seed <number>', 'which weights are drawn with "untrained"', '0')
    .addOption(
      new Option('--modality <name>', 'pictures, sounds, or both')
        .choices(['video', 'audio', 'both'])
        .default('both'),
    )
    .option('--format <names>', `of ${FEATURE_FORMATS.join(', ')}, separated by commas`, 'pt')
    .option('--overwrite', 'write into a folder that holds something')
    .action(async (inputs: string[], options: EmbedOptions) => {
      const formats = requireFormats(options.format);
      const weights = await weightsOf(terminal, options);
      const result = await embed(terminal, {
        kind: 'features',
        inputs: inputs.map((input) => resolve(input)),
        outFolder: resolve(options.out),
        modalities: options.modality === 'both' ? ['video', 'audio'] : [options.modality],
        formats,
        overwrite: options.overwrite === true,
        weights,
      });
      terminal.result(result, () => lines(result));
      if (result.refused.length > 0) terminal.exitCode = 1;
    });
}

function requireFormats(text: string): FeatureFormat[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !(FEATURE_FORMATS as readonly string[]).includes(name));
  if (wrong === undefined) return names as FeatureFormat[];
  throw new AppError(
    'ARGUMENT_INVALID',
    `"${wrong}" is no format of --format (${FEATURE_FORMATS.join(', ')}). Nothing was written.`,
  );
}

async function weightsOf(terminal: Terminal, options: EmbedOptions): Promise<FeatureWeights> {
  const { weights, project, preset, patchOverlap = false } = options;
  if ((weights === undefined) === (project === undefined)) {
    throw new AppError(
      'ARGUMENT_INVALID',
      'Either --weights or --project says which weights are used. Nothing was written. Give one of them.',
    );
  }
  if (weights === 'untrained')
    return { from: 'untrained', preset, patchOverlap, seed: requireSeed(options.seed) };
  if (weights !== undefined) return { from: 'file', path: resolve(weights), preset, patchOverlap };
  return withProject(terminal, { folder: project!, readOnly: true }, async ({ client }) => {
    const runId = options.run ?? (await newestRun(client));
    const { config } = await client.call('run/get', { runId });
    const { folder } = await client.call('project/summary', {});
    return { from: 'run', runFolder: join(folder, 'runs', runId), config, checkpoint: options.checkpoint };
  });
}

function requireSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new AppError(
    'ARGUMENT_INVALID',
    `--seed must be a whole number from 0 to ${2 ** 32 - 1}, not "${text}". Nothing was written.`,
  );
}

async function embed(
  terminal: Terminal,
  task: Extract<WorkerTask, { kind: 'features' }>,
): Promise<TaskResults['features']> {
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  process.once('SIGINT', cancel);
  try {
    return await runWorker(task, {
      signal: stop.signal,
      onMessage: (message) => {
        if (message.type === 'progress') {
          const { step, done, total, unit } = message.progress;
          terminal.status(`${step} ${done}/${total ?? '?'} ${unit}`);
        } else if (message.type === 'warning') terminal.writeError(`${message.text}\n`);
      },
    });
  } finally {
    process.off('SIGINT', cancel);
    terminal.clearStatus();
  }
}

function lines({ written, refused, engine, folder }: TaskResults['features']): string[] {
  return [
    ...written.map(
      ({ modality, files, clips, shape }) =>
        `${modality}: ${files} files, ${clips} clips, features [${shape.join(', ')}]`,
    ),
    ...refused.map(({ message }) => `left out: ${message}`),
    `Written to ${folder} with ${engine}`,
  ];
}
