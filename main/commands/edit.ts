/** Command: edit. One thing said of many dubs: language, role or offset. */
import type { Command } from 'commander';
import type { BulkEdit } from '../../core/domain/bulk-edit.ts';
import { bulkLines } from '../../core/domain/bulk-words.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { TrackRole } from '../../core/domain/media.ts';
import {
  addSelectionOptions,
  requireSelection,
  type SelectionOptions,
  selectionOf,
} from '../cli/filter-options.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';

type EditOptions = SelectionOptions & {
  setLanguage?: string;
  swap?: true;
  setRole?: string;
  shift?: string;
  offset?: string;
  measured?: true;
  dryRun?: true;
};

/** Adds the command. */
export function addEditCommand(program: Command, terminal: Terminal): void {
  addSelectionOptions(
    program
      .command('edit')
      .description("say one thing of many pairs' dubs; one step that can be undone")
      .argument('<project>'),
  )
    .option('--set-language <language>', 'their tracks are in this language: a tag or a name')
    .option('--swap', 'with --set-language: a track of the shot that is in it already gets theirs')
    .option('--set-role <role>', 'their tracks are this, e.g. commentary; what is no dub has no pairs')
    .option('--shift <ms>', "their titles' dubs are heard so much later than now (below 0: earlier)")
    .option('--offset <ms>', "their titles' dubs are heard at this offset")
    .option('--measured', "their titles' dubs are heard at the offset that was measured")
    .option('--dry-run', 'only say what it would change')
    .action(async (folder: string, options: EditOptions) => {
      const edit = editOf(options);
      requireSelection(options);
      const preview = options.dryRun === true;
      await withProject(terminal, { folder }, async ({ client }) => {
        const result = await client.call('pair/edit', {
          ...selectionOf(options),
          edit,
          preview,
          by: 'command line',
        });
        const end = preview ? 'Nothing was changed (--dry-run).' : 'Undo with: dubscope undo';
        terminal.result(result, () =>
          [...bulkLines(result, edit, preview ? 'would' : 'did'), ...(result.changed > 0 ? [end] : [])].join(
            '\n',
          ),
        );
      });
    });
}

function editOf(options: EditOptions): BulkEdit {
  const { setLanguage, swap, setRole, shift, offset, measured } = options;
  const edits: BulkEdit[] = [];
  if (setLanguage !== undefined)
    edits.push({ kind: 'language', language: setLanguage, ...(swap === true ? { swap } : {}) });
  if (setRole !== undefined) edits.push({ kind: 'role', role: setRole as TrackRole });
  if (shift !== undefined) edits.push({ kind: 'shift', byMs: msOf('--shift', shift) });
  if (offset !== undefined) edits.push({ kind: 'offset', offsetMs: msOf('--offset', offset) });
  if (measured === true) edits.push({ kind: 'measured' });
  const [edit] = edits;
  if (edit === undefined || edits.length > 1) {
    throw new AppError(
      'ARGUMENT_INVALID',
      'Give exactly one of --set-language, --set-role, --shift, --offset, --measured. Nothing was changed.',
    );
  }
  if (swap === true && edit.kind !== 'language') {
    throw new AppError('ARGUMENT_INVALID', '--swap goes with --set-language only. Nothing was changed.');
  }
  return edit;
}

function msOf(option: string, text: string): number {
  const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new AppError(
    'ARGUMENT_INVALID',
    `"${text}" is no number of milliseconds for ${option}. Nothing was changed. Write e.g. ${option} -40.`,
  );
}
