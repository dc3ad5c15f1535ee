/** The contract between the window's page and the host: who asks is looked at, then what is asked. */
import { type BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { CHANNELS } from '../../core/rpc/channels.ts';
import type { Answer } from '../../core/rpc/contract.ts';
import { answerPage, type PagePolicy } from '../page-policy.ts';
import { createPathGrants } from '../path-grants.ts';
import { PAGE_ORIGIN } from './app-protocol.ts';
import type { HostLink } from './host-link.ts';

/** Answers the page of `window`. Paths become usable by being chosen in a dialog of the system. */
export function relayContract(window: BrowserWindow, host: HostLink): void {
  const media = createPathGrants();
  const projects = createPathGrants();
  const policy: PagePolicy = {
    mayChangeProject: true,
    isGranted: (path, use) => (use === 'project' ? projects.hasItself(path) : media.has(path)),
  };
  const isOwnPage = ({ senderFrame, sender }: IpcMainInvokeEvent): boolean =>
    sender === window.webContents &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.url.startsWith(`${PAGE_ORIGIN}/`);

  ipcMain.handle(
    CHANNELS.request,
    async (event, name: unknown, argument: unknown): Promise<Answer<unknown>> => {
      if (!isOwnPage(event) || typeof name !== 'string') return STRANGER;
      return answerPage(policy, host, name, argument);
    },
  );
  ipcMain.handle(CHANNELS.choosePaths, async (event, kind: unknown): Promise<string[]> => {
    if (!isOwnPage(event)) return [];
    const paths = await choosePaths(window, kind);
    paths.forEach(kind === 'media' ? media.add : projects.add);
    return paths;
  });
}

async function choosePaths(window: BrowserWindow, kind: unknown): Promise<string[]> {
  if (kind === 'new-project') {
    const { filePath } = await dialog.showSaveDialog(window, {
      title: 'New project',
      defaultPath: 'films.dubscope',
      buttonLabel: 'Make it',
    });
    return filePath === '' ? [] : [filePath];
  }
  const isProject = kind === 'project';
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: isProject ? 'Open a project' : 'Folders of dubbed media',
    properties: isProject ? ['openDirectory'] : ['openDirectory', 'multiSelections'],
  });
  return filePaths;
}

const STRANGER: Answer<never> = {
  ok: false,
  error: { code: 'PATH_DENIED', message: 'Only the window itself may ask. Nothing was done.', details: {} },
};
