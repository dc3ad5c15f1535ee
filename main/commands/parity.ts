/** The command that compares the towers with reference values. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { ParityReport, ParityTolerance } from '../../core/model/parity.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { runWorker } from '../run-worker.ts';

/** Exit code where a value lies outside its tolerance: as a training that failed. */
const DIFFERS_EXIT = 6;

/** Adds the command. */
export function addParityCommand(program: Command, terminal: Terminal): void {
  program
    .command('parity')
    .description('compare the MViTv2 towers with a file of reference values, stage by stage')
    .argument('<fixture>', 'JSON as paper-facts 3.6 describes it; weights and input are made by its formula')
    .option('--tolerance <number>', 'one tolerance for everything, in place of the usual ones', Number)
    .action(async (path: string, { tolerance }: { tolerance?: number }) => {
      const chosen = tolerance === undefined ? null : requireTolerance(tolerance);
      const task = { kind: 'parity', text: await readText(path), label: path, tolerance: chosen } as const;
      const stop = new AbortController();
      const cancel = (): void => stop.abort();
      process.once('SIGINT', cancel);
      const result = await runWorker(task, {
        signal: stop.signal,
        onMessage: (message) => {
          if (message.type === 'progress') terminal.status(message.progress.detail ?? message.progress.step);
        },
      }).finally(() => process.off('SIGINT', cancel));
      terminal.clearStatus();
      const isSame = result.reports.every(({ ok }) => ok);
      terminal.result({ ...result, same: isSame }, () => [
        ...result.reports.flatMap(reportLines),
        verdict(result.reports, result.engine, result.tolerance),
      ]);
      if (!isSame) terminal.exitCode = DIFFERS_EXIT;
    });
}

function requireTolerance(value: number): ParityTolerance {
  if (value > 0 && value < 1) return { output: value, stage: value, gradient: value };
  throw new AppError(
    'ARGUMENT_INVALID',
    '--tolerance must be a number above 0 and below 1. Nothing was computed.',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError(
      'PATH_NOT_FOUND',
      `${path} cannot be read. Nothing was computed. Give the path of a fixture.`,
      {
        cause,
        details: { path },
      },
    );
  }
}

function reportLines({ name, preset, modality, overlap, lines }: ParityReport): string[] {
  const rows = lines.map(({ what, largest, relative, ok }) => [
    what,
    largest.toExponential(2),
    relative === null ? '-' : relative.toExponential(2),
    ok ? 'same' : 'DIFFERS',
  ]);
  return [
    `${name}: ${preset}, ${modality}, ${overlap ? 'overlapping' : 'separate'} patches`,
    ...table([['stage', 'largest difference', 'relative (rms or L2)', ''], ...rows]),
    '',
  ];
}

function verdict(reports: readonly ParityReport[], engine: string, tolerance: ParityTolerance): string {
  const all = reports.flatMap(({ lines }) => lines);
  const wrong = all.filter(({ ok }) => !ok).length;
  const limits = `output ${tolerance.output}, stages ${tolerance.stage}, gradients ${tolerance.gradient}`;
  return wrong === 0
    ? `The same: ${all.length} comparisons within tolerance (${limits}) on ${engine}.`
    : `Not the same: ${wrong} of ${all.length} comparisons beyond tolerance (${limits}) on ${engine}.`;
}
