/** The options that say which pairs are meant; the same for every command that takes pairs. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import type { PairSelection } from '../../core/rpc/contract.ts';

/** What commander gives for these options. */
export type FilterOptions = {
  language?: string[];
  state?: string[];
  split?: string;
  title?: string[];
  finding?: string[];
  severity?: string;
  maxScore?: string;
  text?: string;
};

/** Adds the filter options to a command. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('-l, --language <tags...>', 'only dubs in these languages, e.g. de fr')
    .option(
      '-s, --state <states...>',
      'only pairs in these states: accepted rejected needs-work suspect open',
    )
    .option('--split <split>', 'only titles of this split: train or heldout')
    .option('-t, --title <ids...>', 'only these titles, by id (dubscope titles)')
    .option('-f, --finding <codes...>', 'only pairs with one of these findings, e.g. silent clipped')
    .option('--severity <severity>', 'only pairs with a finding at least this severe: info, warning or fault')
    .option(
      '--max-score <cosine>',
      'only pairs with a model score (dubscope evaluate) of at most this, -1 to 1',
    )
    .option('--text <text>', "only pairs with this in the title's or shot's name");
}

/** The filter that the options mean; its values are judged by the contract's schema, not here. */
export function filterOf(options: FilterOptions): PairFilter {
  const filter: Record<string, unknown> = {
    languages: options.language,
    states: options.state,
    split: options.split,
    titleIds: options.title,
    findingCodes: options.finding,
    minSeverity: options.severity,
    maxScore: options.maxScore === undefined ? undefined : Number(options.maxScore),
    text: options.text,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as PairFilter;
}

/** Whether any filter option was given. */
export function hasFilter(options: FilterOptions): boolean {
  return Object.keys(filterOf(options)).length > 0;
}

/** Which pairs a command changes: a filter, some by id, or all. */
export type SelectionOptions = FilterOptions & { pair?: string[]; all?: true };

/** Adds the options that say which pairs a command changes. */
export function addSelectionOptions(command: Command): Command {
  return addFilterOptions(command)
    .option('-p, --pair <ids...>', 'these pairs (dubscope pairs lists ids)')
    .option('--all', 'every pair of the project');
}

/** The pairs that the options mean. */
export function selectionOf(options: SelectionOptions): PairSelection {
  return options.pair === undefined ? { filter: filterOf(options) } : { pairIds: options.pair };
}

/** Nothing given must not mean everything. @throws AppError ARGUMENT_INVALID. */
export function requireSelection(options: SelectionOptions): void {
  if (options.all === true || options.pair !== undefined || hasFilter(options)) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    'Say which pairs: --pair, a filter such as --language de, or --all. Nothing was changed.',
  );
}
