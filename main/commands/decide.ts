/** The command that decides on pairs. */
import type { Command } from 'commander';
import type { DecisionVerdict } from '../../core/domain/decision.ts';
import { AppError } from '../../core/domain/errors.ts';
import {
  addSelectionOptions,
  filterOf,
  hasFilter,
  requireSelection,
  type SelectionOptions,
  selectionOf,
} from '../cli/filter-options.ts';
import type { Terminal } from '../cli/terminal.ts';
import { type OpenProject, withProject } from '../cli/with-project.ts';
import { decideFrom } from './export.ts';

type DecideOptions = SelectionOptions & {
  accept?: true;
  reject?: true;
  needsWork?: true;
  clear?: true;
  suggested?: true;
  reason?: string;
  from?: string;
  dryRun?: true;
  replace?: true;
};

/** Adds the command. */
export function addDecideCommands(program: Command, terminal: Terminal): void {
  addSelectionOptions(
    program
      .command('decide')
      .description('accept or reject pairs; one step that can be undone')
      .argument('<project>'),
  )
    .option('--accept', 'use them for training and evaluation')
    .option('--reject', 'never use them')
    .option('--needs-work', 'put them aside')
    .option('--clear', 'take decisions back')
    .option('--suggested', 'decide every undecided pair the way its findings suggest')
    .option('--reason <text>', 'why, kept with the decision')
    .option('--from <file>', 'as a file of exported decisions says: .csv, .jsonl or .parquet')
    .option('--dry-run', 'with --from: only count what would change')
    .option('--replace', 'with --from: the file wins over decisions that are here')
    .action(async (folder: string, options: DecideOptions) => {
      if (requireFromAlone(options)) return decideFrom(terminal, folder, { ...options, from: options.from });
      const action = chosenAction(options);
      if (action !== 'suggested') requireSelection(options);
      await withProject(terminal, { folder }, (open) => decide(open, terminal, action, options));
    });
}

type Action = DecisionVerdict | 'clear' | 'suggested';

async function decide(
  { client }: OpenProject,
  terminal: Terminal,
  action: Action,
  options: DecideOptions,
): Promise<void> {
  const by = 'command line';
  if (action === 'suggested') {
    const result = await client.call('decision/suggest', { filter: filterOf(options), by: 'suggested' });
    terminal.result(
      result,
      () =>
        `Accepted ${result.accepted}, rejected ${result.rejected}, put aside ${result.needsWork}. Undo with: dubscope undo`,
    );
    return;
  }
  const selection = selectionOf(options);
  const result =
    action === 'clear'
      ? await client.call('decision/clear', { ...selection, by })
      : await client.call('decision/set', {
          ...selection,
          verdict: action,
          reason: options.reason ?? '',
          by,
        });
  terminal.result(result, () => `${result.changed} pairs changed. Undo with: dubscope undo`);
}

function chosenAction(options: DecideOptions): Action {
  const chosen: Action[] = [];
  if (options.accept) chosen.push('accept');
  if (options.reject) chosen.push('reject');
  if (options.needsWork) chosen.push('needs-work');
  if (options.clear) chosen.push('clear');
  if (options.suggested) chosen.push('suggested');
  const [action] = chosen;
  if (action !== undefined && chosen.length === 1) return action;
  throw new AppError(
    'ARGUMENT_INVALID',
    'Give exactly one of --accept, --reject, --needs-work, --clear, --suggested. Nothing was changed.',
  );
}

/** Whether the decisions come from a file; then nothing else may say what to decide. */
function requireFromAlone(options: DecideOptions): options is DecideOptions & { from: string } {
  const { accept, reject, needsWork, clear, suggested, all, pair, reason, from, dryRun, replace } = options;
  const others = [accept, reject, needsWork, clear, suggested, all, pair, reason];
  const hasOthers = others.some((value) => value !== undefined) || hasFilter(options);
  if (from !== undefined && !hasOthers) return true;
  if (from === undefined && dryRun === undefined && replace === undefined) return false;
  throw new AppError(
    'ARGUMENT_INVALID',
    '--from stands alone, with --dry-run and --replace at most, and these only with it. Nothing was changed.',
  );
}
