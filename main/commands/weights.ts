/** Commands about files of weights: what one is, to another format, and a run's weights for the official code. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvariantError } from '../../core/domain/errors.ts';
import type { WeightsReport } from '../../core/model/weights/inspect.ts';
import { variantText } from '../../core/model/weights/official-layout.ts';
import type { WrittenWeights } from '../../core/model/weights/write-official.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';
import { newestRun } from './runs.ts';

type ExportOptions = { out: string; run?: string; checkpoint?: string; force?: boolean };

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
    .option('--checkpoint <name>', 'which checkpoint, e.g. ck-000000480; the newest good one by default')
    .option('--force', 'replace a file that is there')
    .action(async (folder: string, options: ExportOptions) => {
      const written = await exportRun(terminal, folder, options);
      terminal.result(written, () => [`${written.run}, step ${written.step}:`, ...writtenLines(written)]);
    });
}

async function exportRun(
  terminal: Terminal,
  folder: string,
  options: ExportOptions,
): Promise<WrittenWeights & { run: string; step: number }> {
  const { checkTarget } = await import('../../core/model/weights/write-official.ts');
  await checkTarget(options.out, { replace: options.force ?? false });
  return withProject(terminal, { folder, readOnly: true }, async ({ client }) => {
    const runId = options.run ?? (await newestRun(client));
    const { config } = await client.call('run/get', { runId });
    const project = await client.call('project/summary', {});
    const { exportWeights } = await import('../../core/training/export-weights.ts');
    const { step, official } = await exportWeights({
      runId,
      runFolder: join(project.folder, 'runs', runId),
      config,
      checkpoint: options.checkpoint,
      path: options.out,
      format: 'official',
      overwrite: options.force,
    });
    if (official === null) throw new InvariantError('An official export wrote no official weights.');
    return { run: runId, step, ...official };
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
