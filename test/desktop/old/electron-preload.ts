/** The same for the preload script: what it imports of Electron, from Electron 9. */
import * as electron from 'real-electron';

/** Files that a person dropped said their own path then. */
export const webUtils = {
  getPathForFile: (file: unknown) => String((file as { path?: unknown } | null)?.path ?? ''),
};

export const { contextBridge, ipcRenderer } = electron;
