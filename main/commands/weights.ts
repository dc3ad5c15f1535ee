/** Commands about files of weights: what one is, to another format, and a run's weights for the official code. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { WeightsReport } from '../../core/model/weights/inspect.ts';
import { variantText } from '../../core/model/weights/official-layout.ts';
import type { WrittenWeights } from '../../core/model/weights/write-official.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';
import { newestRun } from './runs.ts';

/** Presets whose weights the official code can load. */
const OFFICIAL_PRESETS = ['mvitv2-s', 'mvitv2-b'];
/** Names that a person reads; the rest is counted. */
const SHOWN_NAMES = 8;

/** Adds the commands. */
export function addWeightsCommands(program: Command, terminal: Terminal): void {
  const weights = program
    .command('weights')
    .description('look into files of weights, and carry them to and from the official PyTorch code');
  weights
    .command('inspect')
    .description('say what a .pt or .safetensors file is, without running or loading anything of it')
    .argument('<file>')
    .action(async (path: string) => {
      const { inspectWeights } = await import('../../core/model/weights/inspect.ts');
      const report = await inspectWeights(path);
      terminal.result(report, () => reportLines(report));
    });
  weights
    .command('convert')
    .description(
      'write official weights in the other format: .pt as the official code saves them, or .safetensors',
    )
    .argument('<from>', 'a .pt or .safetensors file of the official model, with or without its head')
    .argument('<to>', 'what to write; its ending says the format')
    .option('--force', 'replace a file that is there')
    .action(async (from: string, to: string, options: { force?: boolean }) => {
      const { convertWeights } = await import('../../core/model/weights/write-official.ts');
      const written = await convertWeights(from, to, { replace: options.force ?? false });
      terminal.result(written, () => writtenLines(written));
    });
  weights
    .command('export')
    .description('write the towers of a run of an MViTv2 preset as the official code loads them')
    .argument('<project>')
    .requiredOption('--out <file>', 'what to write: .pt or .safetensors')
    .option('--run <id>', 'which run; the newest by default')
    .option('--force', 'replace a file that is there')
    .action(async (folder: string, options: { out: string; run?: string; force?: boolean }) => {
      const written = await exportRun(terminal, folder, options);
      terminal.result(written, () => [`${written.run}, step ${written.step}:`, ...writtenLines(written)]);
    });
}

async function exportRun(
  terminal: Terminal,
  folder: string,
  options: { out: string; run?: string; force?: boolean },
): Promise<WrittenWeights & { run: string; step: number }> {
  const { checkTarget, writeOfficial } = await import('../../core/model/weights/write-official.ts');
  const target = { replace: options.force ?? false };
  await checkTarget(options.out, target);
  return withProject(terminal, { folder, readOnly: true }, async ({ client }) => {
    const id = options.run ?? (await newestRun(client));
    const { config } = await client.call('run/get', { runId: id });
    if (!OFFICIAL_PRESETS.includes(config.preset)) {
      throw new AppError(
        'CKPT_ARCHITECTURE',
        `${id} is of the preset "${config.preset}", which the official code does not have. Nothing was written. Its own weights are weights.safetensors in its checkpoints.`,
      );
    }
    const project = await client.call('project/summary', {});
    const { loadWeights, newestCheckpoint } = await import('../../core/training/checkpoint.ts');
    const { toOfficial } = await import('../../core/model/weights/official-weights.ts');
    const place = await newestCheckpoint(join(project.folder, 'runs', id));
    if (place === null) {
      throw new AppError(
        'CKPT_MISSING',
        `${id} has no checkpoint yet. Nothing was written. Train it further.`,
      );
    }
    const official = toOfficial(await loadWeights(place.folder), id);
    return { run: id, step: place.step, ...(await writeOfficial(options.out, official, target)) };
  });
}

function reportLines(report: WeightsReport): string[] {
  const { official, differences, prefix, wrapper, discarded, otherKeys } = report;
  const dtypes = Object.entries(report.dtypes).map(([dtype, count]) => `${count} ${dtype}`);
  return [
    `${report.file}: ${report.format === 'torch' ? 'PyTorch file' : 'safetensors'}, ${megabytes(report.sizeBytes)}`,
    `holds      ${report.tensorCount} tensors (${dtypes.join(', ')})${wrapper === null ? '' : ` under "${wrapper}"`}`,
    `numbers    ${count(report.parameterCount)} parameters, ${count(report.statisticCount)} statistics`,
    ...(prefix === '' ? [] : [`prefix     ${prefix}`]),
    official === null ? 'model      not an official one:' : `model      ${variantText(official)}`,
    ...(official === null ? listed(differences, '           ') : []),
    ...(discarded.length === 0 ? [] : [`left out   ${names(discarded)}`]),
    ...(otherKeys.length === 0 ? [] : [`beside it  ${names(otherKeys)}`]),
  ];
}

function writtenLines(written: WrittenWeights): string[] {
  return [
    `Wrote ${written.file} (${megabytes(written.sizeBytes)}): ${variantText(written)}, ${written.tensorCount} tensors`,
    ...(written.discarded.length === 0 ? [] : [`Left out: ${names(written.discarded)}`]),
  ];
}

function listed(lines: readonly string[], indent: string): string[] {
  const rest = lines.length - SHOWN_NAMES;
  const shown = lines.slice(0, SHOWN_NAMES).map((line) => `${indent}${line}`);
  return rest > 0 ? [...shown, `${indent}... and ${rest} more (--json lists all)`] : shown;
}

function names(all: readonly string[]): string {
  const rest = all.length - SHOWN_NAMES;
  return `${all.slice(0, SHOWN_NAMES).join(', ')}${rest > 0 ? `, ... and ${rest} more` : ''}`;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
