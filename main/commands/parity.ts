/** The command that compares the towers with reference values. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import { loadEngine } from '../../core/engine/engine.ts';
import { measureParity, type ParityReport, type ParityTolerance } from '../../core/model/parity.ts';
import { parseParityFixture } from '../../core/model/parity-fixture.ts';
import { type Terminal, table } from '../cli/terminal.ts';

/** On TensorFlow; other engines sum in another order and have coarser functions (docs/model.md). */
const NATIVE_TOLERANCE: ParityTolerance = { output: 2e-4, stage: 1e-4, gradient: 1e-3 };
const OTHER_TOLERANCE: ParityTolerance = { output: 1e-3, stage: 1e-3, gradient: 1e-3 };
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
      const cases = parseParityFixture(await readText(path), path);
      const engine = await loadEngine();
      const usual = engine.name === 'tensorflow' ? NATIVE_TOLERANCE : OTHER_TOLERANCE;
      const reports: ParityReport[] = [];
      for (const fixture of cases) {
        terminal.status(`${fixture.name} on ${engine.name}`);
        reports.push(await measureParity(fixture, chosen ?? usual));
      }
      terminal.clearStatus();
      const isSame = reports.every(({ ok }) => ok);
      terminal.result({ engine: engine.version, tolerance: chosen ?? usual, same: isSame, reports }, () => [
        ...reports.flatMap(reportLines),
        verdict(reports, engine.version, chosen ?? usual),
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
