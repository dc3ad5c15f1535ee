/** The commands that take data out of a project, and decisions in. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { DecisionImport, ExportFormat, ShardOptions } from '../../core/domain/export.ts';
import type { JobResult } from '../../core/domain/job.ts';
import type { ExportArguments } from '../../core/rpc/contract.ts';
import { addFilterOptions, type FilterOptions, filterOf } from '../cli/filter-options.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';

type TableOptions = FilterOptions & { format?: ExportFormat; overwrite?: true };
type ShardFlags = FilterOptions & { clips?: number; size?: number; rate?: number; shortSide?: number };

/** Adds the commands. */
export function addExportCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('export')
    .description(
      'pairs and decisions as CSV, JSON lines or Parquet; clips with their sounds as WebDataset shards',
    );
  addTable(group, terminal, 'pairs', 'every pair of a filter with all that is known of it, one row a pair');
  addTable(group, terminal, 'decisions', 'every decision of a filter, for "dubscope decide --from"');
  addFilterOptions(
    group
      .command('shards')
      .description(
        'accepted pairs as tar files of key.mp4, key.LANGUAGE.flac and key.json; goes on where it stopped',
      )
      .argument('<project>')
      .argument('<folder>', 'where the shards go; empty, or begun before'),
  )
    .option('--clips <count>', 'most clips in a shard (default 1000)', wholeNumber)
    .option('--size <MB>', 'largest shard, MB (default 1000)', wholeNumber)
    .option('--rate <Hz>', 'sample rate of the sounds (default 48000)', wholeNumber)
    .option('--short-side <px>', 'short side of the picture (default: as it is)', wholeNumber)
    .action(async (folder: string, out: string, options: ShardFlags) => {
      const { clips, size: megabytes, rate: sampleRateHz, shortSide: shortSidePx } = options;
      const shards: ShardOptions = { clips, megabytes, sampleRateHz, shortSidePx };
      const wishes: ExportArguments = {
        kind: 'shards',
        path: resolve(out),
        filter: filterOf(options),
        shards,
      };
      const result = await runExport(terminal, folder, wishes);
      terminal.result(result, () => shardLines(result, out));
    });
  addFolderCommands(group, terminal);
}

/** What lies in the project's folder of exports, and the way to be rid of it. */
function addFolderCommands(group: Command, terminal: Terminal): void {
  group
    .command('list')
    .description("what lies in the project's folder of exports, the newest first")
    .argument('<project>')
    .action(async (folder: string) => {
      const found = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('export/list', {}),
      );
      terminal.result(found, () =>
        found.length === 0
          ? 'Nothing was exported yet.'
          : found.map(({ name, kind, sizeBytes, modifiedMs }) =>
              [
                new Date(modifiedMs).toISOString().slice(0, 16).replace('T', ' '),
                `${(sizeBytes / 1e6).toFixed(1)} MB`.padStart(12),
                kind.padEnd(6),
                name,
              ].join('  '),
            ),
      );
    });
  group
    .command('delete')
    .description('delete a table, or a folder of shards or of a report, from there')
    .argument('<project>')
    .argument('<name>')
    .action(async (folder: string, name: string) => {
      await withProject(terminal, { folder }, ({ client }) => client.call('export/delete', { name }));
      terminal.result({ deleted: name }, () => `Deleted ${name}.`);
    });
}

/** Takes decisions from a file: the `--from` of `dubscope decide`. */
export async function decideFrom(
  terminal: Terminal,
  folder: string,
  options: { from: string; dryRun?: true; replace?: true },
): Promise<void> {
  const preview = options.dryRun === true;
  const result = await withProject(terminal, { folder, readOnly: preview }, async ({ client, follow }) => {
    const { jobId } = await client.call('decision/import', {
      path: resolve(options.from),
      preview,
      replace: options.replace === true,
      by: 'command line',
    });
    await follow(jobId);
    return client.call('decision/imported', { jobId });
  });
  terminal.result(result, () => importLines(result, preview, options.replace === true));
}

function addTable(group: Command, terminal: Terminal, kind: 'pairs' | 'decisions', what: string): void {
  addFilterOptions(
    group
      .command(kind)
      .description(what)
      .argument('<project>')
      .argument('<file>', 'ends in .csv, .jsonl or .parquet'),
  )
    .option('--format <format>', 'csv, jsonl or parquet, whatever the ending')
    .option('--overwrite', 'replace a file that is there')
    .action(async (folder: string, out: string, options: TableOptions) => {
      const { format, overwrite } = options;
      const wishes = { kind, path: resolve(out), filter: filterOf(options), format, overwrite };
      const result = await runExport(terminal, folder, wishes);
      terminal.result(result, () => `${result.rows} ${kind} written to ${result.path}`);
    });
}

function runExport(terminal: Terminal, folder: string, wishes: ExportArguments): Promise<JobResult> {
  return withProject(terminal, { folder, readOnly: true }, async ({ client, follow }) => {
    const { jobId } = await client.call('export/start', wishes);
    return follow(jobId);
  });
}

function shardLines({ shards, clips, pairs, bytes, leftOut }: JobResult, out: string): string[] {
  const size = `${(Number(bytes) / 1e6).toFixed(1)} MB`;
  return [
    `${some(clips, 'clip')} with ${some(pairs, 'dub')} in ${some(shards, 'shard')}, ${size}, in ${out}`,
    ...(leftOut === 0 ? [] : [`${leftOut} clips or sounds were left out; shards.json says which and why.`]),
  ];
}

function importLines(result: DecisionImport, preview: boolean, replace: boolean): string[] {
  const { rows, matched, same, conflicting, notFound, wrong, changed, problems } = result;
  return [
    `${rows} rows: ${matched} match a pair here, ${notFound} do not, ${wrong} are wrong.`,
    `Already the same: ${same}. Decided otherwise here: ${conflicting}, ${replace ? 'replaced' : 'kept (--replace lets the file win)'}.`,
    ...problems.slice(0, 10).map(({ message }) => message),
    ...(problems.length > 10 ? [`... and ${wrong - 10} more rows.`] : []),
    preview
      ? `${changed} pairs would be decided. Nothing was changed.`
      : `${changed} pairs decided. Undo with: dubscope undo`,
  ];
}

function some(count: JobResult[string] | undefined, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}
