/** The command that asks whether the paper's claim holds on a project, or on the demo corpus. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { Terminal } from '../cli/terminal.ts';
import { configOf } from './runs.ts';

type ReproduceOptions = {
  seeds: string;
  out?: string;
  preset?: string;
  epochs?: number;
  set?: string[];
  quick?: true;
  again?: true;
};

/** More runs than anybody waits for are a typing error. */
const MOST_SEEDS = 100;

/** Adds the command. */
export function addReproduceCommand(program: Command, terminal: Terminal): void {
  program
    .command('reproduce')
    .description(
      "does the paper's claim hold here? Trains with and without dubs, seed by seed, and compares both on held-out clips",
    )
    .argument('[project]', 'on its accepted pairs; on the demo corpus when left out')
    .option('--seeds <count|list>', 'how many, or which: 3, or 7,8,9', '3')
    .option('--out <folder>', "where the comparison goes; the project's exports by default")
    .option('--preset <name>', 'model preset of all runs')
    .option('--epochs <count>', 'times over the data', Number)
    .option('--set <key=value...>', 'any other setting of all runs, as in train')
    .option('--quick', 'a few steps only: shows the way, says nothing of the claim')
    .option('--again', 'train and measure anew what is finished already')
    .action(async (folder: string | undefined, options: ReproduceOptions) => {
      const config = configOf(options);
      for (const key of ['strategy', 'seed', 'validateEveryEpochs', 'earlyStopAfter']) {
        if (!Object.hasOwn(config, key)) continue;
        throw new AppError(
          'ARGUMENT_INVALID',
          `The comparison sets ${key} itself. Nothing was started. Leave it out${key === 'seed' ? ', or use --seeds' : ''}.`,
        );
      }
      const { runReproduce } = await import('../reproduce/run-reproduce.ts');
      const result = await runReproduce(terminal, {
        folder: folder ?? null,
        seeds: seedsOf(options.seeds),
        ...(options.out === undefined ? {} : { out: options.out }),
        config,
        quick: options.quick === true,
        again: options.again === true,
      });
      if (terminal.json) terminal.result(result, () => []);
    });
}

/** `3`: 0, 1, 2. `7,8,9` (or `7,`): these. @throws AppError ARGUMENT_INVALID. */
export function seedsOf(text: string): number[] {
  const isList = text.includes(',');
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const numbers = parts.map(Number);
  const count = isList ? numbers.length : (numbers[0] ?? 0);
  const isWhole = numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 32);
  if (!isWhole || count < 1 || count > MOST_SEEDS || new Set(numbers).size !== numbers.length) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `--seeds takes how many (1 to ${MOST_SEEDS}) or a list of different whole numbers, not "${text}". Nothing was started.`,
    );
  }
  return isList ? numbers : Array.from({ length: count }, (_, i) => i);
}
