/**
 * The desktop shell: a window, and the contract relayed between its page and the host process. It opens no project
 * file and runs no job, so that a window never freezes. Built to `dist/desktop/desktop.cjs`.
 */
import { join, resolve } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import { CHANNELS } from '../core/rpc/channels.ts';
import { registerAppScheme, serveApp } from './desktop/app-protocol.ts';
import { type HostLink, startHost } from './desktop/host-link.ts';
import { relayContract } from './desktop/relay.ts';
import { hardenSession, openWindow, preloadPathIn } from './desktop/window.ts';

// The page's own storage (colours) lives here; the project's data never does.
const PARTITION = 'persist:dubscope';
// `dist/desktop/` of a checkout or of a package.
const DIST = join(__dirname, '..');
const ROOT = join(DIST, '..');

app.enableSandbox();
registerAppScheme();
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

async function start(): Promise<void> {
  let window: BrowserWindow | null = null;
  const host = startHost(ROOT, (name, payload) => {
    if (window !== null && !window.isDestroyed()) window.webContents.send(CHANNELS.event, name, payload);
  });
  endWithWindow(host);
  // Before the page is there, since the page asks at once what is open.
  await openGivenProject(host);
  const own = session.fromPartition(PARTITION);
  hardenSession(own);
  serveApp(own, join(DIST, 'renderer'), host);
  window = openWindow(own, preloadPathIn(DIST));
  relayContract(window, host);
  focusOnSecondStart(window);
}

/** The project that was named at the start. */
async function openGivenProject(host: HostLink): Promise<void> {
  const folder = process.env.DUBSCOPE_PROJECT;
  if (folder === undefined || folder === '') return;
  const answer = await host.request('project/open', { folder: resolve(folder) });
  if (!answer.ok) process.stderr.write(`${answer.error.code}: ${answer.error.message}\n`);
}

function focusOnSecondStart(window: BrowserWindow): void {
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

function endWithWindow(host: HostLink): void {
  let closing: Promise<void> | null = null;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (closing !== null) return;
    event.preventDefault();
    closing = host.close().finally(() => app.exit(0));
  });
}
