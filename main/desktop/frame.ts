/** The window's frame: its menu, its colours, and where it stood last time. */
import { app, type BrowserWindow, Menu, nativeTheme, shell } from 'electron';
import type { MenuLine, PageLook } from '../../core/rpc/bridge.ts';
import { CHANNELS } from '../../core/rpc/channels.ts';
import { choosePaths, tellFailure } from './dialogs.ts';
import { menuTemplate } from './menu.ts';
import type { OpenWay, ShellProjects } from './projects.ts';
import type { ShellState } from './shell-state.ts';

const PLACE_DELAY_MS = 500;

/** A frame around the page. */
export type Frame = {
  /** Takes what the page told of its look. */
  setLook(look: PageLook): void;
  /** Another project is open, or none. */
  onProject(): void;
  /** Opens a project that was asked for outside the page, and shows it. */
  open(way: OpenWay, folder: string | undefined): Promise<void>;
};

/** Makes the frame of a window. */
export function createFrame(window: BrowserWindow, projects: ShellProjects, state: ShellState): Frame {
  let lines: readonly MenuLine[] = [];
  const open = async (way: OpenWay, folder: string | undefined): Promise<void> => {
    if (folder === undefined || window.isDestroyed()) return;
    const answer = await projects.open(way, folder);
    if (!answer.ok) tellFailure(window, 'The project was not opened', answer.error.message);
    // The page asks anew for everything, as at its start.
    else window.webContents.reload();
  };
  const drawMenu = (): void => {
    const { folder } = projects;
    const acts = {
      newProject: async () => open('project/create', (await choosePaths(window, 'new-project'))[0]),
      openProject: async () => open('project/open', (await choosePaths(window, 'project'))[0]),
      openRecent: (recent: string) => void open('project/open', recent),
      forgetRecent: () => {
        state.forgetProjects();
        app.clearRecentDocuments();
        drawMenu();
      },
      showProject: () => {
        if (projects.folder !== null) shell.showItemInFolder(projects.folder);
      },
      page: (action: string) => window.webContents.send(CHANNELS.action, action),
    };
    const template = menuTemplate({ recent: state.recent(), hasProject: folder !== null, lines }, acts);
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  drawMenu();
  keepPlace(window, state);
  return {
    open,
    onProject: () => {
      if (projects.folder !== null) app.addRecentDocument(projects.folder);
      drawMenu();
    },
    setLook: (look) => {
      nativeTheme.themeSource = look.theme;
      window.setBackgroundColor(backgroundColour());
      lines = look.menu;
      drawMenu();
    },
  };
}

/** The page's own background (renderer/styles/tokens.css), so that nothing flashes before it is drawn. */
export function backgroundColour(): string {
  return nativeTheme.shouldUseDarkColors ? '#14181c' : '#f6f7f8';
}

/** Remembered a while after each move, too: a page may close its window without a word. */
function keepPlace(window: BrowserWindow, state: ShellState): void {
  let timer: NodeJS.Timeout | null = null;
  const keep = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (window.isDestroyed() || window.isMinimized()) return;
    state.windowPlace = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
  };
  const keepSoon = (): void => {
    timer ??= setTimeout(keep, PLACE_DELAY_MS);
  };
  window.on('show', keepSoon).on('move', keepSoon).on('resize', keepSoon).on('close', keep);
}
