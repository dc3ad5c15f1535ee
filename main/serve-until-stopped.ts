/** A served window from its start to Ctrl-C: what `dubscope serve` and `npm start` without a screen do. */
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Terminal } from './cli/terminal.ts';
import { createHost } from './host.ts';
import { createPathGrants } from './path-grants.ts';
import { type RunningServe, serve } from './serve.ts';
import { ensureBuilt } from './window-build.ts';

/** What to serve; without a project the window begins with a page that opens or makes one. */
export type ServeCommand = {
  project: string | null;
  readOnly?: boolean;
  port?: number | undefined;
  /** Folders that the page may import from and make projects in, over `placesOfPerson`. */
  media?: readonly string[];
};

/** Serves until a signal comes, then ends the jobs and gives the project back. */
export async function serveUntilStopped(terminal: Terminal, a: ServeCommand): Promise<void> {
  const host = createHost({ program: 'Dubscope in a browser', forWindow: true });
  try {
    if (a.project !== null) {
      await host.client.call('project/open', { folder: a.project, readOnly: a.readOnly ?? false });
    }
    const windowFolder = await ensureBuilt('renderer', {
      onBuild: () => terminal.status('Building the window ...'),
    });
    terminal.clearStatus();
    const running = await serve({
      host,
      policy: {
        mayChangeProject: a.project === null,
        isGranted: createPathGrants([...placesOfPerson(a.project), ...(a.media ?? [])]).has,
        howToGrant: 'Start Dubscope again with "--media FOLDER" for each folder that it may use.',
      },
      windowFolder,
      port: a.port,
    });
    announce(terminal, running);
    await stopSignal();
    terminal.line('Stopping ...');
    await running.close();
  } finally {
    await host.close();
  }
}

/**
 * What a page in a browser may name without being told more: it has no file dialog to be given a place by. Hidden
 * files and folders are never among it.
 */
function placesOfPerson(project: string | null): string[] {
  const places = [homedir(), process.cwd(), ...(project === null ? [] : [dirname(resolve(project))])];
  // Started from the root of a disk, everything would be below it.
  return places.filter((place) => dirname(place) !== place);
}

function announce(terminal: Terminal, { address, port, origin }: RunningServe): void {
  terminal.result({ address, origin, port }, () => [
    `Open ${address}`,
    'The address is the key: whoever has it can use this project. It is good until Ctrl-C.',
    `From another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>, then open the same address there.`,
  ]);
}

/** The first Ctrl-C ends in order, the second at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) process.exit(130);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
