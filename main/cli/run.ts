/** From the words a person typed to an exit code. */
import { Command, CommanderError } from 'commander';
import {
  type ErrorCode,
  type ErrorData,
  type ErrorKind,
  errorKind,
  toErrorData,
} from '../../core/domain/errors.ts';
import { addClipCommands } from '../commands/clips.ts';
import { addDecideCommands } from '../commands/decide.ts';
import { addDemoCommand } from '../commands/demo.ts';
import { addDoctorCommand } from '../commands/doctor.ts';
import { addEditCommand } from '../commands/edit.ts';
import { addEmbedCommand } from '../commands/embed.ts';
import { addExportCommands } from '../commands/export.ts';
import { addMediaCommands } from '../commands/media.ts';
import { addPairCommands } from '../commands/pairs.ts';
import { addParityCommand } from '../commands/parity.ts';
import { addPlantCommand } from '../commands/plant.ts';
import { addProjectCommands } from '../commands/project.ts';
import { addReproduceCommand } from '../commands/reproduce.ts';
import { addRunCommands } from '../commands/runs.ts';
import { addServeCommand } from '../commands/serve.ts';
import { addWeightsCommands } from '../commands/weights.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Exit code of each family of errors; documented in docs/command-line.md. */
export const EXIT_CODES: Record<ErrorKind, number> = {
  usage: 2,
  input: 3,
  project: 4,
  resource: 5,
  tool: 6,
  bug: 70,
  cancelled: 130,
};

const EXIT_HELP = `
Exit codes: 0 done, 2 wrong arguments, 3 bad input, 4 project, 5 resources (disk, memory, engine),
6 a tool or a training failed, 70 a bug, 130 stopped.
Every command takes --json and then prints one JSON document on standard output.
Start with: dubscope demo`;

/** Runs one command line. @returns the exit code; everything it has to say has been written by then. */
export async function runCommandLine(args: readonly string[], terminal = createTerminal()): Promise<number> {
  terminal.json = args.includes('--json');
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExit(error, terminal);
    return reportError(terminal, toErrorData(error));
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('dubscope')
    .description(
      'Find, judge and fix clip-dub pairs, train the dub-augmented model on them, and see how alike it finds every language.',
    )
    .option('--json', 'print one JSON document instead of text')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.writeError(text),
    })
    .addHelpText('after', EXIT_HELP);
  addDemoCommand(program, terminal);
  addProjectCommands(program, terminal);
  addMediaCommands(program, terminal);
  addPlantCommand(program, terminal);
  addPairCommands(program, terminal);
  addDecideCommands(program, terminal);
  addEditCommand(program, terminal);
  addClipCommands(program, terminal);
  addExportCommands(program, terminal);
  addRunCommands(program, terminal);
  addReproduceCommand(program, terminal);
  addEmbedCommand(program, terminal);
  addParityCommand(program, terminal);
  addWeightsCommands(program, terminal);
  addServeCommand(program, terminal);
  addDoctorCommand(program, terminal);
  for (const command of program.commands) answerThrough(terminal, command);
  return program;
}

/** Gives a command and its own commands what every command has. */
function answerThrough(terminal: Terminal, command: Command): void {
  command
    .exitOverride()
    .option('--json', 'print one JSON document instead of text')
    .showHelpAfterError('(--help shows what it takes)')
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.writeError(text),
    });
  for (const inner of command.commands) answerThrough(terminal, inner);
}

function commanderExit(error: CommanderError, terminal: Terminal): number {
  if (error.exitCode === 0) return 0;
  if (terminal.json) {
    // Commander has no words of its own for a command that lacks the name of one of its commands.
    const message =
      error.code === 'commander.help' ? 'A command is missing; --help lists them.' : error.message;
    reportError(terminal, { code: 'ARGUMENT_INVALID', message, details: {} });
  }
  return EXIT_CODES.usage;
}

function reportError(terminal: Terminal, error: ErrorData): number {
  const { stack, stderr, ...details } = error.details;
  if (terminal.json) terminal.write(`${JSON.stringify({ ok: false, error: { ...error, details } })}\n`);
  else terminal.writeError(`${label(error.code)}: ${error.message}\n`);
  if (process.env.DUBSCOPE_DEBUG === '1') {
    for (const text of [stack, stderr]) if (typeof text === 'string') terminal.writeError(`${text}\n`);
  }
  return EXIT_CODES[errorKind(error.code)];
}

function label(code: ErrorCode): string {
  return code === 'CANCELLED' ? 'stopped' : `error ${code}`;
}
