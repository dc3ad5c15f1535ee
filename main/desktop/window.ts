/** One window: sandboxed, isolated, and held to its own page whatever that page tries (reliability.md 2.4). */
import { join } from 'node:path';
import { BrowserWindow, type Session, screen } from 'electron';
import { PAGE_ORIGIN } from './app-protocol.ts';
import { backgroundColour } from './frame.ts';
import { boundsFor } from './place.ts';
import type { WindowPlace } from './shell-state.ts';

const LEAST_SIZE = { minWidth: 960, minHeight: 600 };

/** Opens the window where it was the last time. */
export function openWindow(
  session: Session,
  preloadPath: string,
  place: WindowPlace | null = null,
): BrowserWindow {
  const window = new BrowserWindow({
    ...boundsFor(
      place,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    ...LEAST_SIZE,
    title: 'Dubscope',
    show: false,
    backgroundColor: backgroundColour(),
    webPreferences: {
      session,
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  holdToItsPage(window);
  if (place?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}

/** Where the built preload script lies below the folder of built parts. */
export function preloadPathIn(distFolder: string): string {
  return join(distFolder, 'preload', 'preload.cjs');
}

/** Refuses everything a page could ask of the session: permissions, devices, other schemes, downloads. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !/^(app:\/\/bundle\/|blob:app:\/\/bundle\/|devtools:)/.test(details.url) });
  });
}

function holdToItsPage(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-frame-navigate', (event) => event.preventDefault());
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  // An empty page is gone to without a question; it may ask the shell nothing, and this one comes back.
  webContents.on('did-navigate', (_event, url) => {
    if (!url.startsWith(`${PAGE_ORIGIN}/`)) void window.loadURL(`${PAGE_ORIGIN}/`);
  });
}
