/** Dialogs of the system: where a person gives the window a place. */
import { type BrowserWindow, dialog } from 'electron';

/** Lets a person choose folders of media, a project, or where to make one. Empty: none chosen. */
export async function choosePaths(window: BrowserWindow, kind: unknown): Promise<string[]> {
  if (kind === 'new-project') {
    const { filePath } = await dialog.showSaveDialog(window, {
      title: 'New project',
      defaultPath: 'films.dubscope',
      buttonLabel: 'Make it',
    });
    return filePath === undefined || filePath === '' ? [] : [filePath];
  }
  const isProject = kind === 'project';
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: isProject ? 'Open a project' : 'Folders of dubbed media',
    properties: isProject ? ['openDirectory'] : ['openDirectory', 'multiSelections'],
  });
  return filePaths;
}

/** Says why something that was asked for outside the page did not work. */
export function tellFailure(window: BrowserWindow, title: string, message: string): void {
  void dialog.showMessageBox(window, { type: 'warning', title, message: title, detail: message });
}
