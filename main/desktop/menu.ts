/** The window's menu: what the shell itself does, and the page's actions as its own key map tells them. */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuLine, PageLook, RecentProject } from '../../core/rpc/bridge.ts';

/** What the menu calls. */
export type MenuActs = {
  newProject(): void;
  openProject(): void;
  openRecent(folder: string): void;
  forgetRecent(): void;
  showProject(): void;
  /** An action of the page. */
  page(action: string): void;
};

/** What the menu depends on. */
export type MenuState = { recent: readonly RecentProject[]; hasProject: boolean; lines: readonly MenuLine[] };

const MOST_LINES = 60;
/** Accelerators that Electron can show; it throws at others. */
const SHOWABLE = /^(?:(?:Alt|Ctrl|Shift)\+)*[A-Za-z0-9?/,.]$/;

/** The menu as Electron builds it. */
export function menuTemplate(state: MenuState, acts: MenuActs): MenuItemConstructorOptions[] {
  const line = ({ action, label, key }: MenuLine): MenuItemConstructorOptions => ({
    label,
    // The page hears its own keys; a second listener would do everything twice.
    ...(SHOWABLE.test(key) ? { accelerator: key, registerAccelerator: false } : {}),
    enabled: state.hasProject || action === 'keys',
    click: () => acts.page(action),
  });
  const of = (...actions: string[]): MenuItemConstructorOptions[] =>
    state.lines.filter(({ action }) => actions.includes(action)).map(line);
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    { label: '&File', submenu: fileMenu(state, acts) },
    {
      label: '&Edit',
      submenu: [
        ...of('undo', 'redo'),
        separator,
        ...(['cut', 'copy', 'paste', 'selectAll'] as const).map((role) => ({ role })),
      ],
    },
    { label: '&Go', submenu: state.lines.filter(({ action }) => !ELSEWHERE.has(action)).map(line) },
    {
      label: '&View',
      submenu: (['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const).map((role) => ({ role })),
    },
    { label: '&Help', submenu: [...of('keys'), separator, { role: 'about' }] },
  ];
}

const ELSEWHERE = new Set(['undo', 'redo', 'keys']);

function fileMenu({ recent, hasProject }: MenuState, acts: MenuActs): MenuItemConstructorOptions[] {
  return [
    { label: '&New project ...', accelerator: 'CmdOrCtrl+N', click: acts.newProject },
    { label: '&Open project ...', accelerator: 'CmdOrCtrl+O', click: acts.openProject },
    {
      label: 'Open &recent',
      enabled: recent.length > 0,
      submenu: [
        ...recent.map(({ folder, name }) => ({
          label: `${name}  (${folder})`.replaceAll('&', '&&'),
          click: () => acts.openRecent(folder),
        })),
        { type: 'separator' as const },
        { label: 'Clear this list', click: acts.forgetRecent },
      ],
    },
    { type: 'separator' },
    { label: '&Show the project in the file manager', enabled: hasProject, click: acts.showProject },
    { type: 'separator' },
    { role: 'quit' },
  ];
}

/** What a page said of its look, as far as it can be used. Pages are not trusted with more than short texts. */
export function readLook(value: unknown): PageLook | null {
  if (typeof value !== 'object' || value === null) return null;
  const { theme, menu } = value as Record<string, unknown>;
  if (theme !== 'system' && theme !== 'light' && theme !== 'dark') return null;
  if (!Array.isArray(menu)) return null;
  const lines = menu.slice(0, MOST_LINES).filter(isLine);
  return { theme, menu: lines.map(({ action, label, key }) => ({ action, label, key })) };
}

function isLine(value: unknown): value is MenuLine {
  if (typeof value !== 'object' || value === null) return false;
  const { action, label, key } = value as Record<string, unknown>;
  const isText = (text: unknown, most: number): boolean =>
    typeof text === 'string' && text.length > 0 && text.length <= most;
  return isText(action, 40) && isText(label, 80) && isText(key, 40);
}
