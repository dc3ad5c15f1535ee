/**
 * The desktop shell: a window, and the contract relayed between its page and the host process. It opens no project
 * file and runs no job, so that a window never freezes. Built to `dist/desktop/desktop.cjs`.
 */
import { join, resolve } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import { CHANNELS } from '../core/rpc/channels.ts';
import { registerAppScheme, serveApp } from './desktop/app-protocol.ts';
import { createFrame, type Frame } from './desktop/frame.ts';
import { type HostLink, startHost } from './desktop/host-link.ts';
import { ShellProjects } from './desktop/projects.ts';
import { relayContract } from './desktop/relay.ts';
import { ShellState } from './desktop/shell-state.ts';
import { hardenSession, openWindow, preloadPathIn } from './desktop/window.ts';

// The page's own storage (colours) lives here; the project's data never does.
const PARTITION = 'persist:dubscope';
// `dist/desktop/` of a checkout or of a package.
const DIST = join(__dirname, '..');
// The host runs from plain files: beside the archive in a package.
const ROOT = app.isPackaged ? join(process.resourcesPath, 'host') : join(DIST, '..');

const given = givenProject();
// The same folder however the shell is started; before the lock, which lies in it.
app.setPath('userData', join(app.getPath('appData'), 'dubscope'));
app.enableSandbox();
registerAppScheme();
if (app.requestSingleInstanceLock({ project: given })) void app.whenReady().then(start);
else app.quit();

async function start(): Promise<void> {
  let window: BrowserWindow | null = null;
  let frame: Frame | null = null;
  const state = new ShellState(app.getPath('userData'));
  const host = startHost(ROOT, (name, payload) => {
    if (window !== null && !window.isDestroyed()) window.webContents.send(CHANNELS.event, name, payload);
  });
  endWithWindow(host, state);
  const projects = new ShellProjects(host, state, () => frame?.onProject());
  // Before the page is there, since the page asks at once what is open.
  await openFirst(projects, state);
  const own = session.fromPartition(PARTITION);
  hardenSession(own);
  serveApp(own, join(DIST, 'renderer'), host);
  window = openWindow(own, preloadPathIn(DIST), state.windowPlace);
  frame = createFrame(window, projects, state);
  relayContract({ window, projects, state, onLook: frame.setLook });
  listenToSecondStarts(window, frame);
}

/** The project that was named at the start: by `npm start`, or as the argument of a package's program. */
function givenProject(): string | null {
  const { DUBSCOPE_PROJECT } = process.env;
  const argument = app.isPackaged ? process.argv.slice(1).find((text) => !text.startsWith('-')) : undefined;
  const folder = DUBSCOPE_PROJECT || argument;
  return folder === undefined || folder === '' ? null : resolve(folder);
}

/** The named project, else the one that was open last, where it can be opened. */
async function openFirst(projects: ShellProjects, state: ShellState): Promise<void> {
  const folder = given ?? state.recent()[0]?.folder;
  if (folder === undefined) return;
  const answer = await projects.open('project/open', folder);
  if (!answer.ok) process.stderr.write(`${answer.error.code}: ${answer.error.message}\n`);
}

/** A second start shows this window, with the project that was named there. */
function listenToSecondStarts(window: BrowserWindow, frame: Frame): void {
  app.on('second-instance', (_event, _argv, _folder, more) => {
    if (window.isMinimized()) window.restore();
    window.focus();
    const { project } = (more ?? {}) as { project?: unknown };
    if (typeof project === 'string') void frame.open('project/open', project);
  });
}

function endWithWindow(host: HostLink, state: ShellState): void {
  let closing: Promise<unknown> | null = null;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (closing !== null) return;
    event.preventDefault();
    closing = Promise.all([host.close(), state.written()]).finally(() => app.exit(0));
  });
}
