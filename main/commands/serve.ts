/** Command: serve. The window in a browser, on this machine only. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { Terminal } from '../cli/terminal.ts';

const HIGHEST_PORT = 65_535;

/** Adds the command. */
export function addServeCommand(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('show a project in the browser of this machine, until Ctrl-C')
    .argument('[project]', 'without it the page begins with making or opening one')
    .option(
      '-p, --port <number>',
      'port to answer on; 0 takes any free one (default: the first free of a few)',
    )
    .option('--listen <address>', 'only the loopback address is possible; it says how to come from elsewhere')
    .option(
      '--media <folder>',
      'a folder that the page may import from; may be given again (without it: your home folder, this one, and the one that holds the project)',
      (folder: string, folders: string[]) => [...folders, folder],
      [],
    )
    .option('--read-only', 'look, change nothing; works beside a window that has the project open')
    .action(
      async (
        project: string | undefined,
        options: { port?: string; listen?: string; readOnly?: boolean; media: string[] },
      ) => {
        // Loaded here, so that help and wrong arguments of every command answer at once.
        const { FIRST_PORT, requireLoopback } = await import('../serve.ts');
        const { serveUntilStopped } = await import('../serve-until-stopped.ts');
        const port = options.port === undefined ? undefined : parsePort(options.port);
        if (options.listen !== undefined) requireLoopback(options.listen, port ?? FIRST_PORT);
        await serveUntilStopped(terminal, {
          project: project ?? null,
          readOnly: options.readOnly ?? false,
          port,
          media: options.media,
        });
      },
    );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= HIGHEST_PORT) return port;
  throw new AppError(
    'ARGUMENT_INVALID',
    `"${text}" is no port. Nothing was started. Give a number from 0 to ${HIGHEST_PORT}.`,
  );
}
