/** The import command: take media in, or show what that would make. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import type { PlannedImport, PlannedShot } from '../../core/domain/planned-import.ts';
import { DATASET_LISTS } from '../../core/intake/lists/read-list.ts';
import { PRESETS } from '../../core/intake/presets.ts';
import type { ImportArguments } from '../../core/rpc/contract.ts';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';
import { importLines, readImportReport } from './media.ts';

type Options = {
  original?: string;
  pattern?: string[];
  preset?: string;
  manifest?: string;
  list?: string;
  plan?: true;
};

const DATASETS = DATASET_LISTS.map(({ kind }) => kind).join(', ');
const SHOWN_TITLES = 50;
const SHOWN_SHOTS = 5;
const SHOWN_ROWS = 20;

/** Adds the command. */
export function addImportCommand(program: Command, terminal: Terminal): void {
  const presets = PRESETS.map(({ name }) => name).join(', ');
  program
    .command('import')
    .description(
      'take in files or folders: per-language files, several audio tracks in one file, sidecar audio',
    )
    .argument('<project>')
    .argument('[paths...]', 'files or folders; nothing in them is ever written')
    .option('--original <tag>', 'the original language, where the files do not say it')
    .option(
      '--pattern <pattern>',
      'how files are named, e.g. "<title>_<shot>_<lang>"; may be given several times, the first that fits counts',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--preset <name>', `a usual way of naming: ${presets}`)
    .option('--manifest <file>', 'CSV, TSV, JSONL or Parquet that names the files; then no other counts')
    .option('--list <kind>', `the path holds a data set with its own lists: ${DATASETS}, or auto`)
    .option('--plan', 'show what would be made, from names and headers; import nothing')
    .action(async (folder: string, paths: string[], options: Options) => {
      const wishes = wishesOf(paths, options);
      if (options.plan) return showPlan(terminal, folder, wishes);
      const result = await withProject(terminal, { folder }, async ({ client, follow }) => {
        const { jobId } = await client.call('import/start', { ...wishes, by: 'command line' });
        return follow(jobId);
      });
      const report = await readImportReport(result);
      terminal.result({ ...result, ...report }, () => importLines(result, report));
    });
}

function wishesOf(paths: string[], { original, pattern, preset, manifest, list }: Options): ImportArguments {
  const [listFolder, ...rest] = paths;
  if (list !== undefined && (listFolder === undefined || rest.length > 0)) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `--list ${list} needs one path: the folder that holds the data set's lists and media. Nothing was imported.`,
    );
  }
  return {
    paths: list === undefined ? paths : [],
    ...(original === undefined ? {} : { originalLanguage: original }),
    ...(pattern === undefined ? {} : { patterns: pattern }),
    ...(preset === undefined ? {} : { preset }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(list === undefined || listFolder === undefined ? {} : { list: { path: listFolder, kind: list } }),
  };
}

async function showPlan(terminal: Terminal, folder: string, wishes: ImportArguments): Promise<void> {
  const planned = await withProject(terminal, { folder }, async ({ client, follow }) => {
    const { jobId } = await client.call('import/plan', wishes);
    await follow(jobId);
    return client.call('import/planned', {});
  });
  if (planned === null) throw new AppError('NOT_FOUND', 'The plan is gone: another one was made meanwhile.');
  terminal.result(planned, () => planLines(planned));
}

/** A plan for people: each title with its languages, its first shots, and everything that is left over. */
export function planLines({ files, titles, leftovers, refused, warnings }: PlannedImport): string[] {
  const shots = titles.flatMap((title) => title.shots);
  const sum = (count: (shot: PlannedShot) => number): number =>
    shots.reduce((total, shot) => total + count(shot), 0);
  const lines = [
    `${counted(files, 'file')} would make ${counted(titles.length, 'title')}, ${counted(shots.length, 'shot')}, about ${counted(
      sum((s) => s.clips),
      'clip',
    )} and ${counted(
      sum((s) => s.pairs),
      'pair',
    )}. Nothing was imported.`,
  ];
  for (const title of titles.slice(0, SHOWN_TITLES)) {
    const dubs = new Set(title.shots.flatMap((s) => s.tracks.map(trackWords)));
    lines.push(`${title.name}: ${[...dubs].join(', ') || 'no sound'}`);
    for (const shot of title.shots.slice(0, SHOWN_SHOTS)) {
      lines.push(`  shot ${shot.name}, ${shot.durationSec.toFixed(1)} s: ${shotFiles(shot).join(', ')}`);
    }
    if (title.shots.length > SHOWN_SHOTS) lines.push(`  and ${title.shots.length - SHOWN_SHOTS} more shots`);
  }
  if (titles.length > SHOWN_TITLES)
    lines.push(`and ${titles.length - SHOWN_TITLES} more titles (--json has all)`);
  const list = (heading: string, rows: string[]): void => {
    if (rows.length === 0) return;
    lines.push(`${heading} (${rows.length}):`, ...rows.slice(0, SHOWN_ROWS).map((row) => `  ${row}`));
    if (rows.length > SHOWN_ROWS) lines.push('  ... (--json has all)');
  };
  list(
    'Kept as a person said before, whatever the files say',
    shots.flatMap(({ tracks }) => tracks.flatMap(keptWords)),
  );
  list(
    'Would be refused',
    refused.map((row) => `${row.code}  ${row.message}`),
  );
  list(
    'Would be left over',
    leftovers.map((row) => `${row.path}: ${row.reason}`),
  );
  list(
    'Warnings',
    warnings.map((row) => `${row.code}  ${row.message}`),
  );
  return lines;
}

function trackWords({ language, role }: PlannedShot['tracks'][number]): string {
  return role === 'dub' ? languageName(language) : `${languageName(language)} (${role})`;
}

function keptWords(track: PlannedShot['tracks'][number]): string[] {
  return track.kept === undefined
    ? []
    : [`${track.path} (track ${track.streamIndex}): ${languageName(track.language)}, ${track.role}`];
}

/** A shot's files below the folder that they share, the picture's first. */
function shotFiles({ picture, tracks }: PlannedShot): string[] {
  const paths = [...new Set([...(picture === null ? [] : [picture]), ...tracks.map((track) => track.path)])];
  const folders = paths.map((path) => path.split(/[/\\]/).slice(0, -1));
  const first = folders[0] ?? [];
  const differs = first.findIndex((part, i) => folders.some((folder) => folder[i] !== part));
  const shared = differs < 0 ? first.length : differs;
  return paths.map((path) => path.split(/[/\\]/).slice(shared).join('/'));
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
