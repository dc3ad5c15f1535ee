/** The real shell as a process: Electron on a virtual screen, as a person without special rights. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { FoundElectron } from './find-electron.ts';
import { linkToPage, type PageLink } from './page-link.ts';

/** Chromium's sandbox refuses to be used as root; this is nobody. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const STDERR_KEPT = 20_000;

/** What to start. */
export type ShellStart = {
  electron: FoundElectron;
  display: string;
  /** The built `desktop.cjs`, or nothing for a packaged program. */
  desktop: string | null;
  /** Stands for the person's home folder; kept between starts. */
  home: string;
  project?: string;
  /** Other variables than usual. */
  env?: Record<string, string>;
};

/** A started shell. */
export type StartedShell = {
  pid: number;
  port: number;
  page: PageLink;
  /** What it has written to standard error so far. */
  said(): string;
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>;
  kill(): void;
};

/** Gives a folder and all in it to the user that the shell runs as. */
export function giveToShell(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (!isRoot) return;
  for (const path of [folder, ...globSync('**/*', { cwd: folder }).map((name) => join(folder, name))]) {
    chownSync(path, NOBODY, NOBODY);
  }
}

/** Whether that user can read the checkout and run Node from it; a checkout in a private home folder it cannot. */
export function shellCanRead(file: string): boolean {
  const { status } = spawnSync(
    process.execPath,
    ['-e', `require('fs').readFileSync(${JSON.stringify(file)})`],
    {
      ...asNobody(),
      cwd: '/',
    },
  );
  return status === 0;
}

/** Starts it without waiting for a window. */
export function spawnShell({
  electron,
  display,
  desktop,
  home,
  project = '',
  env,
}: ShellStart): ChildProcess {
  const { ffmpegPath, ffprobePath } = locateMediaTools();
  giveToShell(home);
  chmodSync(home, 0o700);
  const args = [
    '--remote-debugging-port=0',
    '--disable-gpu',
    // A machine without a sound card plays all the same, in real time.
    '--disable-audio-output',
    // Electron 9's system call filter knows no newer C library than its own; its namespaces still hold.
    ...(electron.isOld ? ['--disable-seccomp-filter-sandbox'] : []),
    ...(desktop !== null ? [desktop] : project === '' ? [] : [project]),
  ];
  return spawn(electron.binary, args, {
    ...asNobody(),
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      DISPLAY: display,
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      DUBSCOPE_CACHE: join(home, 'cache'),
      DUBSCOPE_FFMPEG: ffmpegPath,
      DUBSCOPE_FFPROBE: ffprobePath,
      // A package has its own Node and takes its project as an argument.
      ...(desktop === null ? {} : { DUBSCOPE_NODE: process.execPath, DUBSCOPE_PROJECT: project }),
      ...env,
    },
  });
}

/** Starts it and waits for its page. @throws with what it said, where it ends before. */
export async function startShell(start: ShellStart): Promise<StartedShell> {
  const child = spawnShell(start);
  let said = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-STDERR_KEPT);
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then((code) => reject(new Error(`Electron ended with ${code}: ${said}`)));
  });
  const page = await linkToPage(port);
  const kill = (): void => {
    page.close();
    child.kill('SIGKILL');
  };
  return { pid: child.pid ?? 0, port, page, said: () => said, ended, kill };
}

/** Processes below one, with their command lines (Linux). */
export function processesBelow(pid: number): { pid: number; command: string }[] {
  const all = readdirSync('/proc')
    .map(Number)
    .filter((id) => id > 0)
    .flatMap((id) => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [
          { pid: id, parent, command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ') },
        ];
      } catch {
        return [];
      }
    });
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** The system's walls around a process: which user, network and process worlds it lives in. */
export function namespacesOf(pid: number | 'self'): Record<'user' | 'net' | 'pid', string> {
  const of = (name: string): string => readlinkSync(`/proc/${pid}/ns/${name}`);
  return { user: of('user'), net: of('net'), pid: of('pid') };
}

function asNobody(): { uid?: number; gid?: number } {
  return isRoot ? { uid: NOBODY, gid: NOBODY } : {};
}
