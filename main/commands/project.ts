/** Commands about a project as a whole: new, info, titles, split, lint, log, undo, redo. */
import type { Command } from 'commander';
import { isoTime } from '../../core/clock.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { ProjectSummary } from '../../core/domain/project.ts';
import type { Split, Title } from '../../core/domain/title.ts';
import type { Client } from '../../core/rpc/client.ts';
import { allRows } from '../cli/all-rows.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';

/** Adds the commands. */
export function addProjectCommands(program: Command, terminal: Terminal): void {
  program
    .command('new')
    .description('make an empty project folder')
    .argument('<project>', 'where; the ending .dubscope is added')
    .action(async (folder: string) => {
      const summary = await withProject(terminal, { folder, create: true }, ({ client }) =>
        client.call('project/summary', {}),
      );
      terminal.result(summary, () => [
        `Made ${summary.folder}`,
        `Next: dubscope import ${summary.folder} <folder with dubbed media>`,
      ]);
    });
  program
    .command('info')
    .description('say what a project holds')
    .argument('<project>')
    .action(async (folder: string) => {
      const summary = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('project/summary', {}),
      );
      terminal.result(summary, () => summaryLines(summary));
    });
  addTitleCommands(program, terminal);
  program
    .command('lint')
    .description('look a project over and say what is wrong with it; changes nothing')
    .argument('<project>')
    .action(async (folder: string) => {
      const report = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('project/lint', {}),
      );
      if (report.problems.some((problem) => problem.severity === 'error')) terminal.exitCode = 4;
      terminal.result(report, () => [
        ...report.problems.map((problem) => `${problem.severity}  ${problem.where}: ${problem.sentence}`),
        `${report.checked.length} checks, ${report.problems.length} problems.`,
      ]);
    });
  addJournalCommands(program, terminal);
}

function addTitleCommands(program: Command, terminal: Terminal): void {
  program
    .command('titles')
    .description('list the titles')
    .argument('<project>')
    .action(async (folder: string) => {
      const titles = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        allTitles(client),
      );
      terminal.result(titles, () =>
        table([
          ['id', 'name', 'original', 'dubs', 'shots', 'split'],
          ...titles.map((t) => [
            t.id,
            t.name,
            t.originalLanguage,
            t.dubLanguages.join(' '),
            t.shotCount,
            t.split,
          ]),
        ]),
      );
    });
  program
    .command('split')
    .description('put titles into the training or the held-out part')
    .argument('<project>')
    .argument('<split>', 'train or heldout')
    .argument('<titles...>', 'names or ids')
    .action(async (folder: string, split: string, names: string[]) => {
      const result = await withProject(terminal, { folder }, async ({ client }) => {
        const titleIds = await titleIdsOf(client, names);
        return client.call('title/set-split', { titleIds, split: split as Split, by: 'command line' });
      });
      terminal.result(result, () => `${result.changed} titles moved to ${split}.`);
    });
}

function addJournalCommands(program: Command, terminal: Terminal): void {
  program
    .command('log')
    .description('list what was done to the project, newest first')
    .argument('<project>')
    .option('-n, --limit <count>', 'how many entries', Number, 20)
    .action(async (folder: string, options: { limit: number }) => {
      const page = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('journal/list', { limit: options.limit }),
      );
      terminal.result(page.rows, () =>
        table([
          ['no', 'when', 'by', 'what', ''],
          ...page.rows.map((e) => [e.seq, isoTime(e.atMs), e.by, e.label, e.undone ? 'undone' : '']),
        ]),
      );
    });
  for (const name of ['undo', 'redo'] as const) {
    program
      .command(name)
      .description(name === 'undo' ? 'take back the last change' : 'make the last undone change again')
      .argument('<project>')
      .action(async (folder: string) => {
        const entry = await withProject(terminal, { folder }, ({ client }) =>
          client.call(`journal/${name}`, {}),
        );
        terminal.result(entry, () => `${name === 'undo' ? 'Undone' : 'Done again'}: ${entry.label}`);
      });
  }
}

/** A project in a few lines. */
export function summaryLines(summary: ProjectSummary): string[] {
  const states = Object.entries(summary.pairsByState)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return [
    `${summary.name}  (${summary.folder})`,
    `${summary.titleCount} titles, ${summary.shotCount} shots, ${summary.clipCount} clips, ${summary.pairCount} pairs in ${summary.languages.join(' ')}`,
    `pairs: ${states.join(', ') || 'none'}`,
    `${summary.runCount} runs, ${summary.evaluationCount} evaluations`,
  ];
}

/** Every title, page by page. */
export function allTitles(client: Client): Promise<Title[]> {
  return allRows((page) => client.call('title/list', page));
}

async function titleIdsOf(client: Client, names: readonly string[]): Promise<string[]> {
  const titles = await allTitles(client);
  return names.map((name) => {
    const title = titles.find((candidate) => candidate.id === name || candidate.name === name);
    if (title === undefined) {
      throw new AppError(
        'NOT_FOUND',
        `There is no title "${name}". Nothing was changed. List them with: dubscope titles`,
      );
    }
    return title.id;
  });
}
