/** The contract between the window's page and the host: who asks is looked at, then what is asked. */
import { existsSync, realpathSync } from 'node:fs';
import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, shell } from 'electron';
import type { PageLook } from '../../core/rpc/bridge.ts';
import { CHANNELS } from '../../core/rpc/channels.ts';
import type { Answer } from '../../core/rpc/contract.ts';
import { answerPage, type PagePolicy } from '../page-policy.ts';
import { createPathGrants } from '../path-grants.ts';
import { PAGE_ORIGIN } from './app-protocol.ts';
import { choosePaths } from './dialogs.ts';
import { readLook } from './menu.ts';
import type { ShellProjects } from './projects.ts';
import type { ShellState } from './shell-state.ts';

/** What the relay works with. */
export type RelayContext = {
  window: BrowserWindow;
  projects: ShellProjects;
  state: ShellState;
  onLook(look: PageLook): void;
};

const MOST_DROPPED = 1000;

/** Answers the page of a window. Paths become usable by being chosen in a dialog, dropped, or opened before. */
export function relayContract({ window, projects, state, onLook }: RelayContext): void {
  const media = createPathGrants();
  const projectPlaces = createPathGrants(state.recent().map(({ folder }) => folder));
  const policy: PagePolicy = {
    mayChangeProject: true,
    isGranted: (path, use) => (use === 'project' ? projectPlaces.hasItself(path) : media.has(path)),
  };
  const handle = <T>(channel: string, refused: T, answer: (...args: unknown[]) => Promise<T> | T): void => {
    ipcMain.handle(channel, (event, ...args) => (isOwnPage(window, event) ? answer(...args) : refused));
  };

  handle<Answer<unknown>>(CHANNELS.request, STRANGER, (name, argument) =>
    typeof name === 'string' ? answerPage(policy, projects, name, argument) : STRANGER,
  );
  handle<string[]>(CHANNELS.choosePaths, [], async (kind) => {
    const paths = await choosePaths(window, kind);
    paths.forEach(kind === 'media' ? media.add : projectPlaces.add);
    return paths;
  });
  handle<string[]>(CHANNELS.droppedPaths, [], (paths) => {
    const found = textsOf(paths).slice(0, MOST_DROPPED).filter(isDropped);
    found.forEach(media.add);
    return found;
  });
  handle(CHANNELS.reveal, false, (path) => {
    const own = createPathGrants(projects.folder === null ? [] : [projects.folder]);
    if (typeof path !== 'string' || !(own.has(path) || media.has(path)) || !existsSync(path)) return false;
    shell.showItemInFolder(realpathSync.native(path));
    return true;
  });
  handle(CHANNELS.recentProjects, [], () => state.recent());
  ipcMain.on(CHANNELS.look, (event, value: unknown) => {
    const look = isOwnPage(window, event) ? readLook(value) : null;
    if (look !== null) onLook(look);
  });
}

/** The window's own page, in its main frame. */
function isOwnPage(window: BrowserWindow, event: IpcMainInvokeEvent | IpcMainEvent): boolean {
  const { senderFrame, sender } = event;
  return (
    sender === window.webContents &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.url.startsWith(`${PAGE_ORIGIN}/`)
  );
}

/** A file that a page made up has no path, and what does not exist was not dropped. */
function isDropped(path: string): boolean {
  return path !== '' && !path.includes('\0') && existsSync(path);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

const STRANGER: Answer<never> = {
  ok: false,
  error: { code: 'PATH_DENIED', message: 'Only the window itself may ask. Nothing was done.', details: {} },
};
